import Basics
import Cells
import Documents
import Layers
import Networks
import Training

/// Measures the inference of engines that differ in precision, and reports it side by side.
struct InferenceBench {
  let batch: Int
  let steps: Int
  let isProfiled: Bool

  /// Measures each engine; the first is what the others are compared with.
  func measure(_ engines: [any Engine], in session: inout Session) throws -> Output {
    let (host, network) = (session.host, session.network)
    let figures = try engines.map { engine in
      host.report(progress: "inference, \(engine.precision.rawValue)")
      return try SpeedMeasurement(
        engine, network, batch: batch, steps: steps, isProfiled: isProfiled,
        cancellation: host.cancellation
      ).measureInference(&session.weights)
    }
    host.report(progress: nil)
    var output = Output()
    output.line(
      .strong(network.name)
        + ", \(engines[0].title), inference, median of \(NumberFormat.count(steps, "step"))")
    var table = Table(
      [
        .init("precision"), .init("batch of \(batch)", numeric: true), .init("", numeric: true),
        .init("one image", numeric: true), .init("", numeric: true),
      ], indent: 2)
    for (engine, figure) in zip(engines, figures) {
      table.row([
        .name(engine.precision.rawValue),
        Text(NumberFormat.fixed(figure.inference, 1) + " images/s"),
        Text("×" + NumberFormat.fixed(figure.inference / figures[0].inference, 2)),
        Text(NumberFormat.fixed(1000 / figure.single, 2) + " ms"),
        Text("×" + NumberFormat.fixed(figure.single / figures[0].single, 2)),
      ])
    }
    output.table(table)
    let geometry = try network.geometry()
    for (engine, figure) in zip(engines, figures) {
      guard let profile = figure.singleProfile else { continue }
      SingleImageProfile(profile, geometry, figure.reading, precision: engine.precision)
        .show(in: &output)
    }
    output.json = [
      "network": .string(network.name), "batch": .integer(batch), "steps": .integer(steps),
      "precisions": .array(
        zip(engines, figures).map {
          [
            "precision": .string($0.precision.rawValue), "engine": .string($0.title),
            "infer_images_per_s": .number($1.inference),
            "infer_batch1_ms": .number(1000 / $1.single),
          ]
        }),
    ]
    return output
  }
}
