import Basics
import Documents
import Explanations
import Layers
import Networks
import TensorFiles

extension ExplanationReport {
  mutating func normalization(_ detail: NormalizationDetail, isSpatial: Bool) {
    let s = detail.convention.dividesAlpha ? (isSpatial ? "α/n²" : "α/n") : "α"
    line(
      .strong(element) + " = a / (k + \(s) · Σ a²)^β"
        + .faint(
          "   n \(detail.n) · k \(number(detail.k)) · α \(number(detail.alpha)) · "
            + "β \(number(detail.beta)) · \(detail.convention.title)"), hang: 4)
    for reach in detail.reach where !reach.missing.isEmpty {
      let limit = reach.isClippedByGroup ? "its group" : "the map"
      line(
        .faint(
          "the window, \(reach.axis)s \(span(reach.whole)), is clipped to \(limit), "
            + "\(span(reach.limits))"), indent: 2, hang: 4)
    }
    if let note = detail.note { line(.faint(note), indent: 2, hang: 4) }
    neighbours(detail, isSpatial: isSpatial)
    steps()
    sideBySide(detail)
    terms = [
      .init(name: "sumOfSquares", value: .number(detail.sumOfSquares)),
      .init(name: "scale", value: .number(detail.scale)),
      .init(
        name: "neighbours",
        value: .array(
          detail.neighbours.map { ["index": .integers($0.index), "a": .float($0.a)] })),
      .init(name: "conventions", value: .array(detail.conventions.map(Self.json))),
    ]
  }

  private mutating func neighbours(_ detail: NormalizationDetail, isSpatial: Bool) {
    var table = Table(
      [
        .init(isSpatial ? "row, column" : "channel", numeric: true), .init("a", numeric: true),
        .init("a²", numeric: true),
      ], indent: 2)
    for (place, neighbour) in detail.neighbours.enumerated() {
      let name = isSpatial ? coordinates(Array(neighbour.index.suffix(2))) : "\(neighbour.index[0])"
      let isOwn = place == detail.own
      table.row([
        isOwn ? .strong("→ " + name) : Text(name), Text(number(neighbour.a)),
        Text(number(neighbour.square)),
      ])
    }
    table.row([.faint("Σ a²"), "", .strong(number(detail.sumOfSquares))])
    self.table(table)
  }

  /// The same element under every definition in use; definitions that agree share a row.
  private mutating func sideBySide(_ detail: NormalizationDetail) {
    blank()
    line("The same element under each definition:", indent: 2)
    var table = Table(
      [
        .init("definition", wrapping: 14...38, hang: 2), .init("s", drop: 1),
        .init("taps", numeric: true, drop: 2),
        .init("scale S", numeric: true),
        .init("b", numeric: true),
      ], indent: 2)
    var groups: [(row: ConventionRow, names: [String], isTheLayers: Bool)] = []
    for row in detail.conventions where !row.repeats(detail) {
      let isOwn = row.isTheLayers && !row.usesOwnDefaults
      if let place = groups.firstIndex(where: { row.agrees(with: $0.row) }) {
        groups[place].names.append(name(row.convention, detail))
        groups[place].isTheLayers = groups[place].isTheLayers || isOwn
      } else {
        groups.append((row, [name(row.convention, detail)], isOwn))
      }
    }
    for group in groups {
      let row = group.row
      var names = group.names.joined(separator: ", ")
      if row.usesOwnDefaults {
        names += group.names.count == 1 ? ", with its defaults: " : ", with their defaults: "
        names += "\(row.settings(besides: detail))"
      }
      table.row([
        group.isTheLayers ? .strong("→ " + names) : Text("  " + names),
        Text(number(row.s, 4)),
        Text(row.outcome.map { "\($0.count)" } ?? "–"),
        Text(row.outcome.map { number($0.scale, 9) } ?? "odd n only"),
        Text(row.outcome.map { number($0.b, 7) } ?? "–"),
      ])
    }
    self.table(table)
  }

  /// The name of a definition. The paper doesn't mention normalization within a map, so there only its
  /// way of writing α is meant.
  private func name(_ convention: NormalizationConvention, _ detail: NormalizationDetail) -> String
  {
    detail.isWithinChannel && convention == .paper ? "as the paper writes α" : convention.shortTitle
  }

  private static func json(_ row: ConventionRow) -> JSONValue {
    [
      "convention": .string(row.convention.rawValue), "ownDefaults": .boolean(row.usesOwnDefaults),
      "n": .integer(row.n), "k": .number(row.k), "alpha": .number(row.alpha),
      "beta": .number(row.beta), "s": .number(row.s),
      "scale": row.outcome.map { .number($0.scale) } ?? .null,
      "b": row.outcome.map { .number($0.b) } ?? .null,
    ]
  }
}

extension ConventionRow {
  /// Whether a definition's own defaults equal the layer's numbers, so that the row adds nothing.
  fileprivate func repeats(_ detail: NormalizationDetail) -> Bool {
    usesOwnDefaults && (n, k) == (detail.n, detail.k)
      && (alpha, beta) == (detail.alpha, detail.beta)
  }

  /// The settings in which a definition's own defaults differ from the layer's.
  fileprivate func settings(besides detail: NormalizationDetail) -> String {
    var parts: [String] = []
    if n != detail.n { parts.append("n \(n)") }
    if k != detail.k { parts.append("k \(number(k))") }
    if alpha != detail.alpha { parts.append("α \(number(alpha))") }
    if beta != detail.beta { parts.append("β \(number(beta))") }
    return parts.joined(separator: ", ")
  }

  /// Whether another definition gives exactly the same here.
  fileprivate func agrees(with other: ConventionRow) -> Bool {
    outcome == other.outcome && s == other.s && usesOwnDefaults == other.usesOwnDefaults
      && (!usesOwnDefaults
        || (n, k) == (other.n, other.k) && (alpha, beta) == (other.alpha, other.beta))
  }
}
