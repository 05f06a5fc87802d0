import ArgumentParser
import Layers
import Networks

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
