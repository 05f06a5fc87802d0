import ArgumentParser
import Basics
import Cells
import Documents
import Layers
import Networks

/// Undoes the last change of the network.
package struct UndoCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "undo", abstract: "Undo the last change of the network, a weight or a pixel.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("undo", "back to 227", expect: "62,378,344", after: ["set input 195"]),
    Example(
      "undo", "the weight as it was", expect: "undone: conv1.bias[3] 0.5 → 0",
      after: ["network cuda-convnet-26", "set conv1.bias[3] 0.5"]),
    .slip("undo", "nothing to undo", expect: "nothing was changed"),
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Restores the network as it was before the last change.
  package func run(in session: inout Session) throws -> Output {
    guard let change = session.undo() else {
      throw Failure(.order, "nothing was changed", hint: "undo reverts set, remove and insert")
    }
    let network = session.network
    let summary = try Summary(network)
    let left = session.history.count
    var output = Output(
      json: ["parameters": .integer(summary.parameters), "changesLeft": .integer(left)])
    switch change {
    case .number(_, _, _, let change), .pixels(_, let change):
      output.line(
        "undone: \(change.undoneWords)"
          + (left == 0 ? "" : ", \(NumberFormat.count(left, "change")) left"))
      return output
    case .network: break
    }
    output.line(
      "undone: \(NumberFormat.grouped(summary.parameters)) parameters"
        + (left == 0
          ? ", \(network.name) as it was" : ", \(NumberFormat.count(left, "change")) left"))
    return output
  }
}
