import ArgumentParser
import Layers
import Networks

/// Sets something of a layer, or of the whole network.
public struct SetCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change the network: set conv1.stride 2, set input 224, set rounding ceil.",
    discussion: """
      LAYER.FIELD sets one layer: stride, kernel, padding, groups, filters, n, k, alpha, beta, \
      convention, rate and so on. input, rounding, activation, convention and classes set the whole \
      network. Layers that are not touched keep their weights; undo takes the change back.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    Example("set conv1.stride 2", "what if", expect: "conv1 55 → 109"),
    Example("set input 224", "why everyone uses 227", expect: "54.25"),
    Example("set rounding ceil", "as the authors' program", expect: "rounding"),
    Example("set norm1.convention 2012", "α divided by n", expect: "norm1"),
    Example("set activation tanh", "every ReLU", expect: "relu1"),
    .slip("set conv4.inputs 256", "what does not fit", expect: "conv4"),
    .slip("set conv1.strid 2", "a slip", expect: "stride"),
  ]

  @Argument(
    help: "LAYER.FIELD, input, rounding, activation, convention or classes, then the value.")
  var words: [String]
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Fields of layers, and what is set for the whole network.
  public static func completions(for words: [String], in session: Session) -> [String] {
    if words.count > 2 {
      return Rounding.allCases.map(\.rawValue) + ["relu", "tanh"]
        + NormalizationConvention.allCases.map(\.rawValue)
    }
    return Network.settings
      + session.network.layers.flatMap { layer in
        session.network.fieldNames(of: layer.name).map { "\(layer.name).\($0)" }
      }
  }

  /// Changes the network.
  public func run(in session: inout Session) throws -> Output {
    // `set conv1 stride 2` and `set conv1.stride = 2` mean the same.
    let parts = words.joined(separator: " ").split { $0 == " " || $0 == "=" }.map(String.init)
    guard (2...3).contains(parts.count) else {
      throw Failure(
        .usage, parts.count < 2 ? "set takes what to set and its value" : "set takes one value",
        hint: "set conv1.stride 2, set input 224, set rounding ceil")
    }
    let path = parts.dropLast().joined(separator: ".")
    return try session.edit(
      .set(path: path, value: FieldValue(parts[parts.count - 1].replacing("−", with: "-"))))
  }
}

/// Takes a layer out.
public struct RemoveCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "remove", abstract: "Take a layer out of the network: remove norm1.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("remove norm1", "AlexNet without its first LRN", expect: "norm1"),
    .slip("remove flatten", "what does not fit", expect: "fc6"),
  ]

  @Argument(help: "The layer.") var layer: String
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// The layers.
  public static func completions(for words: [String], in session: Session) -> [String] {
    session.network.layers.map(\.name)
  }

  /// Changes the network.
  public func run(in session: inout Session) throws -> Output {
    try session.edit(.remove(layer: layer))
  }
}

/// Puts a layer in.
public struct InsertCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "insert", abstract: "Put a layer in: insert conv3 max_pooling kernel=3 stride=2.",
    discussion: "KIND is one of "
      + Layer.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ". Fields are NAME=VALUE.")
  /// What people may type.
  public static let examples: [Example] = [
    Example(
      "insert relu3 local_response_normalization n=5", "a third LRN", expect: "norm3"),
    .slip("insert conv3 puddle", "an unknown kind", expect: "puddle"),
  ]

  @Argument(help: "The layer before it, or input.") var after: String
  @Argument(help: "The kind of layer.") var kind: String
  @Argument(help: "Fields, as NAME=VALUE.") var fields: [String] = []
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Layers, then kinds.
  public static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2
      ? ["input"] + session.network.layers.map(\.name) : Layer.Kind.allCases.map(\.rawValue)
  }

  /// Changes the network.
  public func run(in session: inout Session) throws -> Output {
    let settings = try fields.map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Failure(
          .usage, "\(quoted(field)) sets nothing", hint: "fields are NAME=VALUE, as kernel=3")
      }
      return FieldSetting(
        String(parts[0]), FieldValue(String(parts[1]).replacing("−", with: "-")))
    }
    return try session.edit(.insert(after: after, kind: kind, fields: settings))
  }
}

/// Takes the last change back.
public struct UndoCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Take the last change of the network back.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("undo", "back to 227", expect: "62,378,344", after: ["set input 195"]),
    .slip("undo", "nothing to undo", expect: "nothing was changed"),
  ]

  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Goes back to the network before.
  public func run(in session: inout Session) throws -> Output {
    guard let network = session.undo() else {
      throw Failure(.order, "nothing was changed", hint: "undo takes set, remove and insert back")
    }
    let summary = try Summary(network)
    let left = session.history.count
    var output = Output(
      json: ["parameters": .integer(summary.parameters), "changesLeft": .integer(left)])
    output.line(
      "undone: \(NumberFormat.grouped(summary.parameters)) parameters"
        + (left == 0
          ? ", \(network.name) as it was" : ", \(left) change\(left == 1 ? "" : "s") left"))
    return output
  }
}

/// Compares two networks.
public struct DiffCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two networks layer by layer: diff alexnet caffenet.")
  /// What people may type.
  public static let examples: [Example] = [
    Example("diff alexnet alexnet-grouped", "what two GPUs change", expect: "groups"),
    Example("diff alexnet alexnet", "no difference", expect: "no difference"),
  ]

  @Argument(help: "The first network; without it, the network in use before its changes.")
  var first: String?
  @Argument(help: "The second; without it, the network in use.") var second: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// The networks there are.
  public static func completions(for words: [String], in session: Session) -> [String] {
    Zoo.networks.map(\.name)
  }

  /// A table of what differs.
  public func run(in session: inout Session) throws -> Output {
    let a = try first.map { try Zoo.find($0) } ?? session.original
    var b = try second.map { try Zoo.find($0) } ?? session.network
    if second == nil, session.network != session.original { b.name += " as changed" }
    return DifferenceReport(try NetworkDifference(a, b)).output
  }
}

extension Session {
  /// Changes the network and says what followed.
  mutating func edit(_ edit: NetworkEdit) throws -> Output {
    let before = network
    let changed = try network.applying(edit)
    let changes = try changed.changes(from: before)
    change(to: changed)
    return ChangeReport(changes).output
  }
}
