import ArgumentParser
import Cells
import Layers
import Networks
import Tensors

/// Runs a network on two engines and shows how far apart they are.
package struct CompareCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run the network on two engines, layer by layer: compare reference onednn.",
    discussion: """
      The current picture goes through both, forward and backward from class 0. Each layer's line shows \
      the largest difference of what left it, in Floats (ULP) and as a share of the bound that follows \
      from how both round, and how long each took. Gradients have no bound here: where a number lies \
      next to a switch (a ReLU's 0, two maxima), engines may rightly take different sides. Exit code 1 \
      where an output lies outside its bound.
      """)
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example(
      "compare reference reference --network cuda-convnet-18", "an engine agrees with itself",
      expect: "every output within its bound"),
    Example(
      "compare reference \(Engines.fastest) --network cuda-convnet-18 --batch 2",
      "the fast engine against the definition", expect: "every output within its bound"),
    .slip("compare reference tpu", "an engine that is not there", expect: "tpu"),
    .slip("compare reference reference --batch 0", "at least one picture", expect: "--batch 0"),
  ]

  @Argument(help: "The engine that is believed.") var first: String
  @Argument(help: "The engine that is held against it.") var second: String
  @Option(
    help: ArgumentHelp("How many times the picture stands in the batch (1).", valueName: "n"))
  var batch = 1
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The engines.
  package static func completions(for words: [String], in session: Session) -> [String] {
    Engines.all.map(\.name)
  }

  /// What it runs, and how long that takes.
  package func work(in session: Session) -> Work? {
    guard (1...256).contains(batch), let summary = try? Summary(session.network),
      [first, second].allSatisfy({ (try? Engines.named($0)) != nil })
    else { return nil }
    let multiplyAdds = 3 * Double(summary.multiplyAdds) * Double(batch)
    return Work(
      deed: "runs \(session.network.name) forward and backward on two engines",
      seconds: [first, second].reduce(0) { $0 + Work.seconds(multiplyAdds: multiplyAdds, on: $1) })
  }

  /// Runs both.
  package func run(in session: inout Session) throws -> Output {
    guard (1...256).contains(batch) else {
      throw Failure(.usage, "--batch \(batch): a number from 1 to 256")
    }
    let engines = try [first, second].map {
      try Engines.named($0, threads: session.settings.threads)
    }
    guard session.network.layers.last?.layer == .softmax else {
      throw Failure(
        .network, "\(session.network.name) does not end with a softmax, so it has no loss",
        hint: "insert \(session.network.layers.last?.name ?? "") softmax")
    }
    let geometry = try session.network.geometry(batch: batch)
    let picture = try session.begin().input
    let input = Tensor(
      shape: geometry[0].input,
      values: (0..<batch).flatMap { _ in picture.values })
    var runs: [EngineRun] = []
    defer { session.host.report(progress: nil) }
    for engine in engines {
      runs.append(try EngineRun(engine, geometry, input, in: &session))
    }
    return CompareReport(geometry, runs, network: session.network.name).output
  }
}

/// A network on one engine, with every layer's output, every gradient, and how long they took.
struct EngineRun {
  let engine: any Engine
  let plan: any Plan
  /// Seconds forward, of each layer.
  private(set) var forward: [Double] = []
  /// Seconds backward, of all.
  let backward: Double
  /// The loss of class 0.
  let loss: Double

  init(
    _ engine: any Engine, _ geometry: [LayerGeometry], _ input: Tensor, in session: inout Session
  ) throws {
    self.engine = engine
    let cancellation = session.host.cancellation
    plan = try engine.prepare(geometry.map(\.layer), input: input.shape, mode: .inference)
    try session.weights.supply(plan, of: session.network, geometry, cancellation: cancellation)
    plan.setInput(input)
    for layer in geometry {
      session.host.report(progress: "\(engine.name): \(layer.name)")
      let start = ContinuousClock.now
      try plan.forward(layer.index..<layer.index + 1, cancellation: cancellation)
      forward.append(start.duration(to: .now).seconds)
    }
    let labels = [Int](repeating: 0, count: input.shape.n)
    loss = plan.loss(labels: labels)
    session.host.report(progress: "\(engine.name): backward")
    let start = ContinuousClock.now
    try plan.backward(labels: labels, cancellation: cancellation)
    backward = start.duration(to: .now).seconds
  }
}
