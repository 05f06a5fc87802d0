import ArgumentParser
import Networks
import TensorFiles
import Training

/// Writes weights to a file.
public struct SaveCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "save", abstract: "Write the weights to a safetensors file.",
    discussion: """
      What load read from a checkpoint is written as one: with the network, its classes and what happens \
      to its pictures, without the optimizer's memory. Other weights are written under their names \
      (conv1.weight) alone. PyTorch reads both.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("save .", "a folder", expect: "it is a folder")
  ]

  @Argument(help: "The safetensors file.", completion: .file()) var file: String
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Writes all weights.
  public func run(in session: inout Session) throws -> Output {
    let count = try session.geometry().reduce(0) { $0 + $1.parameterCount }
    if let trained = session.trainedAsItStands {
      try Checkpoint(trained, contents: .weights).write(to: file)
    } else {
      try session.weights.save(
        session.network, to: file, cancellation: session.host.cancellation)
    }
    var output = Output(json: ["file": .string(file), "parameters": .integer(count)])
    output.line("\(NumberFormat.grouped(count)) parameters written to " + .name(file))
    return output
  }
}
