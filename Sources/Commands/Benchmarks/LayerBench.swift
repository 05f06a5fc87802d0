import Basics
import Cells
import Documents
import Networks
import Tensors

/// Times one image on the session's engine, layer by layer, as `next` at the prompt runs it.
struct LayerBench {
  let runs: Int

  /// Runs forward and backward, and reports the median times.
  func measure(in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    var layers = [[Double]](repeating: [], count: geometry.count)
    var (forward, backward): ([Double], [Double]) = ([], [])
    for layer in geometry {
      _ = try session.weights.parameters(
        of: layer, initialization: session.network.layers[layer.index].initialization,
        cancellation: session.host.cancellation)
    }
    for run in 0..<runs {
      session.reset()
      session.host.report(progress: "run \(run + 1) of \(runs)")
      let start = ContinuousClock.now
      for index in geometry.indices {
        let begin = ContinuousClock.now
        _ = try session.step()
        layers[index].append(begin.duration(to: .now).seconds)
      }
      forward.append(start.duration(to: .now).seconds)
      let begin = ContinuousClock.now
      if session.network.layers.last?.layer == .softmax {
        try session.begin().backward(labels: [0], cancellation: session.host.cancellation)
        backward.append(begin.duration(to: .now).seconds)
      }
    }
    session.host.report(progress: nil)
    return report(geometry, layers.map(\.median), forward, backward, session)
  }

  private func report(
    _ geometry: [LayerGeometry], _ layers: [Double], _ forward: [Double], _ backward: [Double],
    _ session: Session
  ) -> Output {
    var table = Table(
      [.init("layer"), .init("forward", numeric: true), .init("MACs/s", numeric: true)], indent: 2)
    for (layer, seconds) in zip(geometry, layers) where seconds > 0.001 || layer.multiplyAdds > 0 {
      let rate =
        layer.multiplyAdds > 0 ? NumberFormat.engineering(Double(layer.multiplyAdds) / seconds) : ""
      table.row([.name(layer.name), Text(DurationFormat.format(seconds)), Text(rate)])
    }
    let (f, b) = (forward.median, backward.median)
    var output = Output(
      json: [
        "network": .string(session.network.name), "engine": .string(session.settings.engine),
        "runs": .integer(runs), "forward_s": .number(f), "backward_s": .number(b),
        "layers": .array(
          zip(geometry, layers).map { ["name": .string($0.name), "forward_s": .number($1)] }),
      ])
    output.line(
      .strong(session.network.name)
        + ", \(session.settings.engine) engine, one image, median of \(runs)")
    output.table(table)
    output.line("forward   " + .strong(DurationFormat.format(f)), indent: 2)
    if !b.isNaN { output.line("backward  " + .strong(DurationFormat.format(b)), indent: 2) }
    return output
  }
}
