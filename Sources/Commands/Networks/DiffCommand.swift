import ArgumentParser
import Cells
import Layers
import Networks

/// Compares two networks.
package struct DiffCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "diff", abstract: "Compare two networks layer by layer: diff alexnet caffenet.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("diff alexnet alexnet-grouped", "what two GPUs change", expect: "groups"),
    Example("diff alexnet alexnet", "equal networks", expect: "no difference"),
  ]

  @Argument(
    help: "The first network; without it, the network in use before its changes.", completion: .zoo)
  var first: String?
  @Argument(help: "The second; without it, the network in use.", completion: .zoo)
  var second: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Lists the layers and settings that differ.
  package func run(in session: inout Session) throws -> Output {
    let a = try first.map { try Zoo.find($0) } ?? session.original
    var b = try second.map { try Zoo.find($0) } ?? session.network
    if second == nil, session.network != session.original { b.name += " as changed" }
    return DifferenceReport(try NetworkDifference(a, b)).output
  }
}
