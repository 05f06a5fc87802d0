import Basics
import Cells
import Documents
import Layers
import Networks
import Tensors
import Training

/// Measures an engine's training and inference in images per second, and reports it.
struct TrainingBench {
  let batch: Int
  let steps: Int
  let isProfiled: Bool

  /// Measures training, inference on batches, and inference on single images.
  func measure(_ engine: any Engine, in session: inout Session) throws -> Output {
    let network = session.network
    guard network.layers.last?.layer == .softmax else {
      throw Failure(
        .network, "\(network.name) doesn't end with a softmax, so there is no loss to train with")
    }
    let host = session.host
    let figures = try SpeedMeasurement(
      engine, network, batch: batch, steps: steps, isProfiled: isProfiled,
      cancellation: host.cancellation
    ).measure(&session.weights) { host.report(progress: $0) }
    host.report(progress: nil)
    return report(engine, try network.geometry(), figures, session)
  }

  private func report(
    _ engine: any Engine, _ geometry: [LayerGeometry], _ figures: SpeedMeasurement.Figures,
    _ session: Session
  ) -> Output {
    let work = Double(trainingOperations(geometry)) * figures.training
    let memory = ResourceUsage().peakMemory
    let single = figures.singleProfile.map { SingleImageProfile($0, geometry, figures.reading) }
    var output = Output(
      json: [
        "network": .string(session.network.name), "engine": .string(engine.title),
        "batch": .integer(batch), "steps": .integer(steps),
        "train_images_per_s": .number(figures.training),
        "infer_images_per_s": .number(figures.inference),
        "infer_batch1_ms": .number(1000 / figures.single),
        "train_gflop_per_s": .number(work / 1e9),
        "matrix_product_gflop_per_s": figures.matrixProduct.map { .number($0 / 1e9) } ?? .null,
        "peak_memory_mb": .number(memory / 0x1p20),
        "read_gb_per_s": figures.reading.map { .number($0 / 1e9) } ?? .null,
        "linear_read_gb_per_s": single?.linearRate.map { .number($0 / 1e9) } ?? .null,
      ])
    output.line(
      .strong(session.network.name)
        + ", \(engine.title), batch \(batch), median of \(NumberFormat.count(steps, "step"))")
    var table = Table([.init("what"), .init("figure", numeric: true), .init("")], indent: 2)
    func row(_ what: String, _ figure: Double, _ places: Int, _ unit: String) {
      table.row([Text(what), Text(NumberFormat.fixed(figure, places)), Text(unit)])
    }
    row("training", figures.training, 1, "images/s")
    row("inference", figures.inference, 1, "images/s")
    row("single image", 1000 / figures.single, 2, "ms")
    row("training, arithmetic", work / 1e9, 0, "GFLOP/s")
    if let rate = figures.matrixProduct {
      row("large matrix product", rate / 1e9, 0, "GFLOP/s")
      row("training in % of it", 100 * work / rate, 0, "%")
    }
    row("peak memory", memory / 0x1p20, 0, "MiB")
    output.table(table)
    if let profile = figures.profile { output.table(self.table(profile, figures, geometry)) }
    single?.show(in: &output)
    return output
  }

  private func table(
    _ profile: [LayerTime], _ figures: SpeedMeasurement.Figures, _ geometry: [LayerGeometry]
  ) -> Table {
    var table = Table(
      [
        .init("layer"), .init("forward", numeric: true), .init("backward", numeric: true),
        .init("share", numeric: true), .init("GFLOP/s", numeric: true),
      ], indent: 2)
    let total = Double(batch) / figures.training
    func milliseconds(_ seconds: Double) -> Text {
      Text(DurationFormat.milliseconds(seconds, decimals: 2))
    }
    for (layer, time) in zip(geometry, profile) where time != LayerTime() {
      let (f, b) = (time.forward / Double(steps), time.backward / Double(steps))
      let passes = layer.index == 0 ? 2.0 : 3
      let work = 2 * passes * Double(layer.multiplyAdds * batch) / (f + b)
      table.row([
        .name(layer.name), milliseconds(f), milliseconds(b),
        Text("\(NumberFormat.fixed(100 * (f + b) / total, 1))%"),
        Text(work > 0 ? NumberFormat.fixed(work / 1e9, 0) : ""),
      ])
    }
    table.row([
      .name("update"), "", milliseconds(figures.update),
      Text("\(NumberFormat.fixed(100 * figures.update / total, 1))%"), "",
    ])
    return table
  }

  /// The operations of a training step for one image, two per multiply-add: forward, backward to the
  /// parameters and, except in the first layer, backward to the input.
  private func trainingOperations(_ geometry: [LayerGeometry]) -> Int {
    geometry.reduce(0) { $0 + 2 * $1.multiplyAdds * ($1.index == 0 ? 2 : 3) }
  }
}
