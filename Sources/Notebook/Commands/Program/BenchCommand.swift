import ArgumentParser
import Networks
import Tensors

/// Measures how long an engine takes.
public struct BenchCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measure forward and backward of the network on one picture.",
    discussion: """
      Medians over a few runs, weights made beforehand. Machines are noisy: compare figures of one run.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    Example("bench --network cuda-convnet-18 --runs 1", "a small network", expect: "backward"),
    .slip("bench --runs 0", "at least one run", expect: "--runs 0"),
  ]

  @Option(help: ArgumentHelp("How many runs (3).", valueName: "n")) var runs = 3
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Runs forward and backward, layer by layer.
  public func run(in session: inout Session) throws -> Output {
    guard (1...100).contains(runs) else {
      throw Failure(.usage, "--runs \(runs): a number from 1 to 100")
    }
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
    return report(geometry, layers.map(Self.median), forward, backward, session)
  }

  private static func median(_ values: [Double]) -> Double {
    let sorted = values.sorted()
    return sorted.isEmpty ? .nan : (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
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
      table.row([.name(layer.name), Text("\(NumberFormat.fixed(seconds, 3)) s"), Text(rate)])
    }
    let (f, b) = (Self.median(forward), Self.median(backward))
    var output = Output(
      json: [
        "network": .string(session.network.name), "engine": .string(session.settings.engine),
        "runs": .integer(runs), "forward_s": .number(f), "backward_s": .number(b),
        "layers": .array(
          zip(geometry, layers).map { ["name": .string($0.name), "forward_s": .number($1)] }),
      ])
    output.line(
      .strong(session.network.name)
        + ", \(session.settings.engine) engine, one picture, median of \(runs)")
    output.table(table)
    output.line("forward   " + .strong("\(NumberFormat.fixed(f, 2)) s"), indent: 2)
    if !b.isNaN { output.line("backward  " + .strong("\(NumberFormat.fixed(b, 2)) s"), indent: 2) }
    return output
  }
}
