import ArgumentParser
import Networks
import TensorFiles

/// Lists the networks.
public struct NetworksCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "networks", abstract: "List the networks there are, with their totals.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("networks", "all of them", expect: "62,378,344")
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// A table.
  public func run(in session: inout Session) throws -> Output {
    var table = Table(
      [
        .init("network"), .init("parameters", numeric: true), .init("MACs", numeric: true, drop: 1),
        .init("input", drop: 2), .init("", drop: 3),
      ], indent: 2)
    var rows: [JSONValue] = []
    for network in Zoo.networks {
      let summary = try Summary(network)
      let isChosen = network.name == session.original.name
      table.row([
        (isChosen ? Text.strong(network.name + " *") : .name(network.name)),
        Text(NumberFormat.grouped(summary.parameters)),
        Text(NumberFormat.grouped(summary.multiplyAdds)),
        Text("\(network.input.shape().withoutBatch)"), .faint(network.title),
      ])
      rows.append([
        "name": .string(network.name), "title": .string(network.title),
        "parameters": .integer(summary.parameters), "trainable": .integer(summary.trainable),
        "macs": .integer(summary.multiplyAdds),
      ])
    }
    var output = Output(json: ["networks": .array(rows)])
    output.table(table)
    output.line(
      .faint("* in use   choose with ") + .name("network NAME") + .faint(", a file with ")
        + .name("network load FILE"), indent: 2)
    return output
  }
}

/// Chooses, loads or saves a network.
public struct NetworkCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "network",
    abstract: "Choose a network by name, or network load FILE, network save FILE.",
    discussion: NetworkFile.help)
  /// What people may type.
  public static let examples: [Example] = [
    Example("network caffenet", "chooses one", expect: "60,965,224"),
    .slip("network alexnot", "a slip", expect: "did you mean alexnet?"),
    .slip("network load nothing.json", "a file that is not there", expect: "nothing.json"),
  ]

  @Argument(help: "A network, load, or save.") var name: String?
  @Argument(help: "The file to load or save.", completion: .file()) var file: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// The networks there are.
  public static func completions(for words: [String], in session: Session) -> [String] {
    Zoo.networks.map(\.name) + ["load", "save"]
  }

  /// Changes the session's network, or writes it.
  public func run(in session: inout Session) throws -> Output {
    switch (name, file) {
    case ("load", let file?): session.choose(try NetworkFile.load(file, reserved: Commands.names))
    case ("save", let file?):
      try NetworkFile.save(session.network, to: file)
      var output = Output(json: ["file": .string(file)])
      output.line(.name(session.network.name) + " written to " + .name(file))
      return output
    case ("load", nil), ("save", nil):
      throw Failure(.usage, "network \(name!) takes a file", hint: "network \(name!) mine.json")
    case (let name?, nil): session.choose(try Zoo.find(name))
    case (nil, _): break
    case (let name?, let file?):
      throw Failure(
        .usage, "network takes one name, not \(quoted(name)) and \(quoted(file))",
        hint: "network NAME, network load FILE, network save FILE")
    }
    let summary = try Summary(session.network)
    var output = Output(
      json: ["name": .string(session.network.name), "parameters": .integer(summary.parameters)])
    output.line(
      .name(session.network.name) + "  \(NumberFormat.grouped(summary.parameters)) parameters · "
        + "\(NumberFormat.engineering(Double(summary.multiplyAdds)))MACs · "
        + "input \(session.network.input.shape().withoutBatch)")
    output.line(.faint(session.network.title), indent: 2)
    return output
  }
}

extension Zoo {
  /// The network by a name that somebody typed.
  ///
  /// - Throws: `Failure` with the nearest name.
  static func find(_ name: String) throws(Failure) -> Network {
    if let network = network(named: name) { return network }
    let near = closest(to: name, among: networks.map(\.name))
    throw Failure(
      .name, "there is no network \(quoted(name))",
      hint: near.map { "did you mean \($0)?" } ?? "networks lists them; network load FILE reads one"
    )
  }
}

/// Reads weights from a file.
public struct LoadCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "load", abstract: "Read weights from a safetensors file.",
    discussion: """
      Tensors go by the network's own names (conv1.weight, fc6.bias); for alexnet-owt torchvision's \
      names (features.0.weight) are known too.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("load nothing.safetensors", "a file that is not there", expect: "nothing.safetensors")
  ]

  @Argument(help: "The safetensors file.", completion: .file()) var file: String
  @Option(help: ArgumentHelp("A text file with the name of a class a line.", valueName: "file"))
  var labels: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Loads all weights, or none.
  public func run(in session: inout Session) throws -> Output {
    let geometry = try session.geometry()
    let names = try labels.map { try readLabels($0, count: geometry.last?.output.c ?? 0) }
    try session.weights.load(
      from: SafeTensors(path: file), network: session.network,
      cancellation: session.host.cancellation)
    session.reset()
    if let names { session.label(names) }
    let count = geometry.reduce(0) { $0 + $1.parameterCount }
    var output = Output(json: ["file": .string(file), "parameters": .integer(count)])
    output.line("\(NumberFormat.grouped(count)) parameters from " + .name(file))
    return output
  }

  private func readLabels(_ path: String, count: Int) throws -> [String] {
    let bytes = try OpenFile.bytes(of: path, limit: 10 << 20)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw Failure(.file, "\(path) is not UTF-8 text", hint: "one class name a line")
    }
    let names = text.split(whereSeparator: \.isNewline).map(String.init)
    guard names.count == count else {
      throw Failure(.file, "\(path) names \(names.count) classes, the network has \(count)")
    }
    return names
  }
}
