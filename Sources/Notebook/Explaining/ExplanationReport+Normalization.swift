import Explanations
import Networks

extension ExplanationReport {
  mutating func normalization(_ detail: NormalizationDetail, isSpatial: Bool) {
    let s = detail.convention.dividesAlpha ? (isSpatial ? "α/n²" : "α/n") : "α"
    line(
      .strong(element) + " = a / (k + \(s) · Σ a²)^β"
        + .faint(
          "   n \(detail.n) · k \(number(detail.k)) · α \(number(detail.alpha)) · "
            + "β \(number(detail.beta)) · \(detail.convention.title)"), hang: 4)
    for reach in detail.reach where !reach.missing.isEmpty {
      let where_ = reach.isClippedByGroup ? "of its group" : "of the map"
      line(
        .faint(
          "the window reaches for \(reach.axis)s \(span(reach.whole)); beyond the edge \(where_), "
            + "\(span(reach.limits)), there is nothing"), indent: 2, hang: 4)
    }
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

  /// The same element under every definition in use.
  private mutating func sideBySide(_ detail: NormalizationDetail) {
    blank()
    line("The same element under each definition:", indent: 2)
    var table = Table(
      [
        .init("definition"), .init("s"), .init("taps", numeric: true),
        .init("scale S", numeric: true, drop: 1),
        .init("b", numeric: true), .init("n, k, α, β", drop: 2),
      ], indent: 2)
    for row in detail.conventions {
      let name = row.convention.title + (row.usesOwnDefaults ? ", its own defaults" : "")
      let settings =
        "\(row.n), \(number(row.k)), \(number(row.alpha)), \(number(row.beta))"
      table.row([
        row.isTheLayers && !row.usesOwnDefaults ? .strong("→ " + name) : Text("  " + name),
        Text(number(row.s, 4)), Text(row.outcome.map { "\($0.count)" } ?? "–"),
        Text(row.outcome.map { number($0.scale, 9) } ?? "odd n only"),
        Text(row.outcome.map { number($0.b, 7) } ?? "–"), .faint(settings),
      ])
    }
    self.table(table)
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
