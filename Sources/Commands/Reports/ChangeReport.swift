import Basics
import Cells
import Documents
import Networks

/// The consequences of a change to the network: sizes, parameters, work and weights.
struct ChangeReport {
  /// The report.
  let output: Output

  /// Lays out a change.
  init(_ changes: Changes) {
    var output = Output()
    let difference = changes.difference
    for row in changes.changed + changes.inserted + changes.removed {
      output.line(Self.line(row), hang: 4)
    }
    if let line = Self.input(difference) { output.line(line, hang: 4) }
    if let note = changes.notes.first {
      output.line(.notice(note.message), hang: 4)
      output.line(.faint(note.hint), indent: 4, hang: 4)
      let others = changes.notes.dropFirst().map(\.layer).joined(separator: ", ")
      if !others.isEmpty { output.line(.faint("the same happens in \(others)"), indent: 4) }
    }
    if let story = Self.story(of: difference.second) {
      output.line(Text(story), indent: 2, hang: 2)
    }
    if !changes.steps.isEmpty {
      output.line(
        "the rest follows: " + Text(changes.steps.joined(separator: "   ")), indent: 2, hang: 4)
    }
    if changes.steps.isEmpty && difference.rows.allSatisfy({ !$0.shapesDiffer }) {
      output.line("no size changes", indent: 2)
    }
    let (old, new) = difference.parameters
    let (before, after) = difference.multiplyAdds
    if old != new {
      output.line(
        "\(NumberFormat.grouped(old)) → " + .strong(NumberFormat.grouped(new)) + " parameters",
        indent: 2)
    }
    if before != after {
      output.line(
        "\(NumberFormat.grouped(before)) → \(NumberFormat.grouped(after)) MACs", indent: 2)
    }
    if let sentence = changes.weightsSentence { output.line(Text(sentence), indent: 2, hang: 4) }
    output.line(
      .name("undo") + .faint(" to go back, ") + .name("summary") + .faint(" marks what changed"),
      indent: 2)
    output.json = [
      "changed": .array((changes.changed + changes.inserted).map { .string($0.name) }),
      "removed": .array(changes.removed.map { .string($0.name) }),
      "follows": .array(changes.follows.map { .string($0.name) }),
      "initializedAnew": .array(changes.initializedAnew.map { .string($0) }),
      "parameters": .integer(new), "macs": .integer(after),
      "notes": .array(changes.notes.map { .string($0.message) }),
    ]
    self.output = output
  }

  /// How the inputs differ, in one line; nil if they don't.
  static func input(_ difference: NetworkDifference) -> Text? {
    let sides = ["height", "width"]
    var parts = difference.input.filter { !sides.contains($0.name) }.map(\.description)
    let (a, b) = (difference.first.input, difference.second.input)
    if (a.height, a.width) != (b.height, b.width) {
      parts.insert("\(a.height)×\(a.width) → \(b.height)×\(b.width)", at: 0)
    }
    return parts.isEmpty ? nil : .name("input") + ": \(parts.joined(separator: ", "))"
  }

  /// An explanation for the change that everyone tries first: an input of 224.
  private static func story(of network: Network) -> String? {
    guard network.input.height == 224, case .convolution(let first)? = network.layers.first?.layer,
      (first.window.kernel, first.window.stride, first.window.padding) == (11, 4, 0)
    else { return nil }
    return first.window.rounding == .floor
      ? "The paper prints 224 and 55. The authors' program rounds up (set rounding ceil); most "
        + "ports take 227 instead."
      : "So the authors' program gets 55 from 224: its last window runs past the edge."
  }

  private static func line(_ row: NetworkDifference.Row) -> Text {
    if row.second == nil { return .name(row.name) + " removed" }
    guard let first = row.first, let second = row.second else {
      return .name(row.name) + " inserted: \(row.second?.layer.words ?? "")"
    }
    if first.layer.kind != second.layer.kind {
      return .name(row.name) + ": \(first.layer.words) → \(second.layer.words)"
    }
    return .name(row.name) + ": " + Text(row.fields.map(\.description).joined(separator: ", "))
  }
}

/// The differences between two networks, one line per layer.
struct DifferenceReport {
  /// The report.
  let output: Output

  /// Lays out the differences.
  init(_ difference: NetworkDifference) {
    var output = Output()
    let (a, b) = (difference.first.name, difference.second.name)
    guard !difference.isEmpty else {
      output.line("no difference between " + .name(a) + " and " + .name(b))
      output.json = ["first": .string(a), "second": .string(b), "layers": []]
      self.output = output
      return
    }
    var table = Table(
      [
        .init("layer"), .init("what differs", wrapping: 42...60), .init("\(a) gives", drop: 2),
        .init("\(b) gives", drop: 2), .init("parameters", numeric: true),
        .init("MACs", numeric: true, drop: 1),
      ], indent: 2)
    for row in difference.rows where !row.isSame {
      table.row([
        .name(row.name), Text(Self.words(row, a, b)),
        Text(row.first.map { "\($0.output.withoutBatch)" } ?? "–"),
        Text(row.second.map { "\($0.output.withoutBatch)" } ?? "–"),
        Text(Self.signed(row.parameterDifference)),
        Text(Self.signed(row.multiplyAddDifference)),
      ])
    }
    output.line(.name(a) + " → " + .name(b))
    if let line = ChangeReport.input(difference) { output.line(line, indent: 2) }
    output.table(table)
    let (p, m) = (difference.parameters, difference.multiplyAdds)
    output.line(
      "parameters  \(NumberFormat.grouped(p.first)) → \(NumberFormat.grouped(p.second))", indent: 2)
    output.line(
      "MACs        \(NumberFormat.grouped(m.first)) → \(NumberFormat.grouped(m.second))", indent: 2)
    output.json = [
      "first": .string(a), "second": .string(b),
      "input": .array(difference.input.map { .string($0.description) }),
      "layers": .array(
        difference.rows.filter { !$0.isSame }.map {
          [
            "name": .string($0.name), "difference": .string(Self.words($0, a, b)),
            "parameters": .integer($0.parameterDifference),
            "macs": .integer($0.multiplyAddDifference),
          ]
        }),
    ]
    self.output = output
  }

  private static func words(_ row: NetworkDifference.Row, _ a: String, _ b: String) -> String {
    guard let first = row.first else { return "only in \(b)" }
    guard let second = row.second else { return "only in \(a)" }
    var parts = row.fields.map(\.description)
    if first.layer.kind != second.layer.kind {
      parts = ["\(first.layer.kind.title) → \(second.layer.kind.title)"] + parts
    }
    if row.isRenamed { parts.insert("named \(first.name) in \(a)", at: 0) }
    if row.moved { parts.append("moved") }
    return parts.isEmpty ? "different shapes" : parts.joined(separator: ", ")
  }

  private static func signed(_ value: Int) -> String {
    value == 0 ? "" : NumberFormat.grouped(value, showsPlus: true)
  }
}

extension Session {
  /// Changes the network and reports the consequences.
  mutating func edit(_ edit: NetworkEdit) throws -> Output {
    let before = network
    let changed = try network.applying(edit)
    guard changed != before else {
      var output = Output(json: ["changed": .array([]), "removed": .array([])])
      output.line("Already set; nothing changed.")
      return output
    }
    let changes = try changed.changes(from: before)
    change(to: changed)
    return ChangeReport(changes).output
  }
}
