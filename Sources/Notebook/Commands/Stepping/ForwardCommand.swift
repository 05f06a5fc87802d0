import ArgumentParser

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
