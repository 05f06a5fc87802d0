import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles

/// Lists the built-in networks.
package struct NetworksCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "networks", abstract: "List the built-in networks, with their totals.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("networks", "all of them", expect: "62,378,344")
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Lists each network's parameters, MACs, input and title.
  package func run(in session: inout Session) throws -> Output {
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
