import ArgumentParser
import Cells
import Layers
import Networks
import Tensors

/// Runs a network on two engines and compares their outputs, gradients and times.
package struct CompareCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "compare",
    abstract: "Run the network on two engines, layer by layer: compare reference onednn.",
    discussion: """
      Both engines run the current image forward, and backward from class 0. Each layer's line shows \
      the largest difference between the two outputs, in Floats (ULP) and as a share of the bound that \
      follows from both engines' rounding, and how long each engine took. Gradients have no bound here: \
      if a number is next to a switch (the 0 of a ReLU, two equal maxima), the engines may take \
      different sides, and both are right. The exit code is 1 if an output is outside its bound.

      With --precision bfloat16 the second engine rounds inputs and weights, and the first doesn't, so \
      the differences are what the rounding costs. Both run forward only.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "compare reference reference --network cuda-convnet-18", "an engine agrees with itself",
      expect: "every output within its bound"),
    Example(
      "compare reference \(Engines.fastest) --network cuda-convnet-18 --batch 2",
      "the fast engine compared with the reference", expect: "every output within its bound"),
    Example(
      "compare reference reference --network cuda-convnet-18 --precision bfloat16",
      "what rounding to bfloat16 changes", expect: "every output within its bound"),
    .slip("compare reference tpu", "an unknown engine", expect: "there is no engine 'tpu'"),
    .slip("compare reference reference --batch 0", "at least one image", expect: "--batch takes"),
  ]

  @Argument(help: "The reference engine.", completion: .list(Engines.all.map(\.name)))
  var first: String
  @Argument(help: "The engine to compare with it.", completion: .list(Engines.all.map(\.name)))
  var second: String
  @Option(
    help: ArgumentHelp("How many copies of the image form the batch (1).", valueName: "n"))
  var batch = 1
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What is run, and about how long that takes.
  package func work(in session: Session) -> Work? {
    guard (1...256).contains(batch), let summary = try? Summary(session.network),
      [first, second].allSatisfy({ (try? Engines.named($0)) != nil })
    else { return nil }
    let passes = precision.precision == .float ? 3.0 : 1
    let multiplyAdds = passes * Double(summary.multiplyAdds) * Double(batch)
    return Work(
      deed:
        "runs \(session.network.name) \(passes == 1 ? "forward" : "forward and backward") on two engines",
      seconds: [first, second].reduce(0) { $0 + Work.seconds(multiplyAdds: multiplyAdds, on: $1) })
  }

  /// Runs both engines and compares every layer.
  package func run(in session: inout Session) throws -> Output {
    guard (1...256).contains(batch) else {
      throw Failure(.usage, "--batch takes a number from 1 to 256, not \(batch)")
    }
    let engines = try [(first, Precision.float), (second, precision.precision)].map {
      try Engines.named($0, threads: session.settings.threads, precision: $1)
    }
    guard session.network.layers.last?.layer == .softmax else {
      throw Failure(
        .network, "\(session.network.name) doesn't end with a softmax, so it has no loss",
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
      runs.append(
        try EngineRun(
          engine, geometry, input, runsBackward: precision.precision == .float, in: &session))
    }
    return CompareReport(geometry, runs, network: session.network.name).output
  }
}

/// A network's run on one engine: its plan with every output and gradient, and the times.
struct EngineRun {
  let engine: any Engine
  let plan: any Plan
  /// The seconds that each layer took forward.
  private(set) var forward: [Double] = []
  /// The seconds that all layers together took backward; nil if they didn't run.
  private(set) var backward: Double?
  /// The loss of class 0.
  let loss: Double

  init(
    _ engine: any Engine, _ geometry: [LayerGeometry], _ input: Tensor, runsBackward: Bool,
    in session: inout Session
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
      forward.append(start.duration(to: .now) / .seconds(1))
    }
    let labels = [Int](repeating: 0, count: input.shape.n)
    loss = plan.loss(labels: labels)
    guard runsBackward else { return }
    session.host.report(progress: "\(engine.name): backward")
    let start = ContinuousClock.now
    try plan.backward(labels: labels, cancellation: cancellation)
    backward = start.duration(to: .now) / .seconds(1)
  }
}
