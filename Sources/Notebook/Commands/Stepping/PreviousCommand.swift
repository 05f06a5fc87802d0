import ArgumentParser

/// Goes a layer back.
public struct PreviousCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "previous", abstract: "Go a layer back.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("previous", "goes back over relu1", expect: "at conv1", after: ["next 2"]),
    .slip("previous", "there is nothing before conv1", expect: "no layer has run yet"),
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Makes the layer before the last one the last.
  public func run(in session: inout Session) throws -> Output {
    guard let trace = session.trace, trace.position > 0 else {
      throw Failure(.order, "no layer has run yet", hint: "next runs the first")
    }
    trace.rewind(to: trace.position - 1)
    return session.whereabouts()
  }
}

/// Goes to a layer: forward, running what lies between, or back.
public struct GotoCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "goto", abstract: "Go to a layer: run every layer up to it, or go back.")
  /// What people may type.
  public static let examples: [Example] = [
    Example(
      "goto pool1", "runs conv1, relu1, norm1, pool1", expect: "⌊(55 + 2·0 − 3) / 2⌋ + 1 = 27"),
    Example("goto conv1", "goes back", expect: "at conv1", after: ["next 3"]),
    .slip("goto conv9", "an unknown layer", expect: "there is no layer 'conv9'"),
  ]

  @Argument(help: "The layer.") var layer: String
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// The layers of the network.
  public static func completions(for words: [String], in session: Session) -> [String] {
    session.network.layers.map(\.name)
  }

  /// Runs or rewinds.
  public func run(in session: inout Session) throws -> Output {
    let index = try session.layerIndex(layer)
    let trace = try session.begin()
    if trace.position <= index { return try session.runLayers(to: index + 1) }
    trace.rewind(to: index + 1)
    return session.whereabouts()
  }
}

/// Runs all layers that remain.
public struct ForwardCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "forward", abstract: "Run all layers that remain, to the classes.")
  /// What people may type.
  public static let examples: [Example] = [
    Example(
      "forward --network cuda-convnet-18", "runs a whole small network",
      expect: "untrained: the classes mean nothing")
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Runs the layers; each is shown as soon as it has run.
  public func run(in session: inout Session) throws -> Output {
    try session.runLayers(to: session.network.layers.count)
  }
}

/// Starts again before the first layer.
public struct ResetCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "reset", abstract: "Start again before the first layer; the weights stay.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("reset", "forgets what has run", expect: "before conv1", after: ["next"])
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Forgets the trace.
  public func run(in session: inout Session) throws -> Output {
    session.reset()
    return session.whereabouts()
  }
}

extension Session {
  /// The position of a layer of the network.
  ///
  /// - Throws: `Failure` with the nearest name.
  func layerIndex(_ name: String) throws -> Int {
    if let index = network.index(of: name) { return index }
    let names = network.layers.map(\.name)
    let hint =
      closest(to: name, among: names).map { "did you mean \($0)?" }
      ?? "\(network.name) has \(names.joined(separator: ", "))"
    throw Failure(.name, "there is no layer \(quoted(name)) in \(network.name)", hint: hint)
  }

  /// Where the picture stands, in a line.
  func whereabouts() -> Output {
    let position = trace?.position ?? 0
    let names = network.layers.map(\.name)
    var text: Text =
      position == 0 ? "before " + .name(names.first ?? "") : "at " + .name(names[position - 1])
    if position < names.count && position > 0 { text += ", next is " + .name(names[position]) }
    if position == names.count { text += ", the last layer" }
    var output = Output(
      json: [
        "position": .integer(position),
        "layer": .optional(position > 0 ? names[position - 1] : nil),
        "next": .optional(position < names.count ? names[position] : nil),
      ])
    output.line(text)
    return output
  }
}
