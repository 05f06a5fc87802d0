import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training

/// The trained networks that come with the program, with what their cards say.
enum ShippedListReport {
  static func output(_ shipped: ShippedNetworks) throws -> Output {
    guard !shipped.names.isEmpty else { throw TrainedNetwork.missing(nil) }
    var table = Table(
      [
        .init("network"), .init("parameters", numeric: true), .init("trained on"),
        .init("test error", numeric: true), .init("ten crops", numeric: true),
      ], indent: 2)
    var rows: [JSONValue] = []
    for name in shipped.names {
      let facts = shipped.card(of: name)?.facts ?? [:]
      func fact(_ name: String) -> Text { Text(facts[name] ?? "–") }
      table.row([
        .name(name), fact("parameters"), fact("data"), fact("test error, single crop"),
        fact("test error, ten crops"),
      ])
      var members: [JSONValue.Member] = []
      members["name"] = .string(name)
      members["file"] = .optional(shipped.path(of: name))
      members["default"] = .boolean(name == shipped.standard)
      members["card"] = .object(
        facts.keys.sorted().map { JSONValue.Member(name: $0, value: .string(facts[$0]!)) })
      rows.append(.object(members))
    }
    var output = Output(json: ["folder": .string(shipped.folder), "networks": .array(rows)])
    output.table(table)
    output.line(
      shipped.standard.map { "trained is " + .name($0) } ?? Text("trained needs a name"), indent: 2)
    output.line(
      .name("load trained \(shipped.names.last!)") + " loads one by name; the cards are in "
        + .name(shipped.folder), indent: 2, hang: 4)
    return output
  }
}
