import ArgumentParser
import Cells
import Documents
import Layers
import Networks
import TensorFiles

/// Lists the engines, and explains what computes each layer of a network.
package struct EnginesCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "engines",
    abstract: "List the engines, or explain what they do: engines --explain NETWORK.",
    discussion: """
      With --explain, show what computes each layer of a network in training at a batch size; \
      the implementation depends on both. If the fastest engine can't run a network, train, evaluate \
      and bench use the next one, and --explain shows why.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("engines", "all engines", expect: "for lesson 16"),
    Example(
      "engines --explain cuda-convnet-18 --batch 4", "what computes each layer", expect: "conv1"),
    Example(
      "engines --explain cuda-convnet-18 --batch 4 --engine reference",
      "the same for a given engine", expect: "scalar kernels"),
    .slip("engines --explain nothing", "an unknown network", expect: "nothing"),
    .slip("engines --explain --batch 0", "at least one image", expect: "--batch takes"),
  ]

  @Argument(
    help: "The network to explain; by default the one in use.", completion: .zoo)
  var name: String?
  @Flag(name: .customLong("explain"), help: "Show what computes each layer.") var explains = false
  @Option(help: ArgumentHelp("Images per batch (64).", valueName: "n"))
  var batch = 64
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Lists the engines, or explains a network.
  package func run(in session: inout Session) throws -> Output {
    guard explains || name != nil else { return try list(session) }
    guard (1...4096).contains(batch) else {
      throw Failure(.usage, "--batch takes a number from 1 to 4096, not \(batch)")
    }
    let network =
      try name.map { try Network.named($0, reserved: session.commands.names) } ?? session.network
    let engine =
      try options.engine.map { try Engines.named($0, threads: session.settings.threads) }
      ?? Engines.fast(threads: session.settings.threads)
    return try explain(network, engine)
  }

  private func list(_ session: Session) throws -> Output {
    var table = Table([.init("engine"), .init("version"), .init("", drop: 1)], indent: 2)
    var rows: [JSONValue] = []
    for (name, use) in Engines.all {
      let engine = try Engines.named(name, threads: session.settings.threads)
      let title = engine.title == name ? "" : engine.title
      table.row([.name(name), Text(title), Text(use)])
      rows.append([
        "name": .string(name), "title": .string(engine.title), "use": .string(use),
      ])
    }
    var output = Output(
      json: [
        "engines": .array(rows), "planted": .array(Engines.planted.map { .string($0) }),
      ])
    output.table(table)
    output.line(
      .faint("choose with ") + .name("--engine NAME") + .faint("; ")
        + .name("engines --explain NETWORK") + .faint(" shows what computes each layer"),
      indent: 2)
    if let first = Engines.planted.first, let last = Engines.planted.last {
      output.line(
        .faint("for lesson 16: ") + .name("\(first)") + .faint(" to ") + .name("\(last)")
          + .faint(", the reference with one wrong kernel each"), indent: 2, hang: 2)
    }
    return output
  }

  private func explain(_ network: Network, _ engine: any Engine) throws -> Output {
    let geometry = try network.geometry(batch: batch)
    let list = engine as? FallbackEngine ?? FallbackEngine([engine])
    let (plan, taken, declined) = try list.choose(
      geometry.map(\.layer), input: geometry[0].input, mode: .training, keeping: .outputsOnly)
    let explained = plan as? any ExplainedPlan
    var table = Table(
      [.init("layer"), .init("operation", drop: 1), .init("computed by")], indent: 2)
    var rows: [JSONValue] = []
    for layer in geometry {
      let words = explained?.implementation(of: layer.index) ?? "scalar kernels, sums in Double"
      table.row([.name(layer.name), Text(layer.layer.kind.rawValue), Text(words)])
      rows.append(["layer": .string(layer.name), "implementation": .string(words)])
    }
    var output = Output(
      json: [
        "network": .string(network.name), "engine": .string(taken.name),
        "title": .string(taken.title), "batch": .integer(batch), "layers": .array(rows),
        "declined": .array(
          declined.map {
            [
              "engine": .string($0.engine), "layer": .string(geometry[$0.layer].name),
              "reason": .string($0.reason),
            ]
          }),
      ])
    output.line(.strong(network.name) + ", \(taken.title), training on batches of \(batch)")
    for reason in declined {
      output.line(
        .notice("\(reason.engine) can't run \(geometry[reason.layer].name): \(reason.reason)"),
        indent: 2)
    }
    output.table(table)
    return output
  }
}
