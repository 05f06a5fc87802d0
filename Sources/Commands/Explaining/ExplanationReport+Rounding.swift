import Basics
import Documents
import Explanations
import TensorFiles

extension ExplanationReport {
  /// Rounded operands beside exact ones, and how far the rounding moved the sum.
  mutating func rounding(_ sum: RoundedSum) {
    let (x, w) = (sum.exact.first.symbol, sum.exact.second.symbol)
    line("operands rounded to \(sum.precision.rawValue), 8 significant bits:", indent: 2)
    var table = Table(
      [
        .init("largest terms", drop: 1), .init(x, numeric: true), .init("rounded", numeric: true),
        .init(w, numeric: true), .init("rounded", numeric: true), .init("\(x)·\(w)", numeric: true),
        .init("rounded", numeric: true),
      ], indent: 2)
    for (exact, rounded) in sum.largest(showsAll ? .max : 6) {
      table.row([
        Text("\(x)[\(coordinates(exact.firstIndex))]"), Text(number(exact.first)),
        .strong(number(rounded.first)), Text(number(exact.second)), .strong(number(rounded.second)),
        Text(signed(exact.product)), .strong(signed(rounded.product)),
      ])
    }
    self.table(table)
    let share = sum.difference == 0 ? 0 : abs(sum.difference) / sum.bound
    line(
      "exact operands give \(number(sum.exact.total)), rounded ones "
        + .strong(number(sum.rounded.total)) + ": \(signed(sum.difference)) by rounding", indent: 2,
      hang: 4)
    line(
      .faint(
        "at most (2u + u²)·Σ|\(x)·\(w)| = \(number(sum.bound)), u = 2⁻⁸: "
          + "\(NumberFormat.percent(share)) of it"), indent: 2, hang: 4)
  }

  static func json(_ sum: RoundedSum) -> [JSONValue.Member] {
    [
      .init(name: "precision", value: .string(sum.precision.rawValue)),
      .init(name: "exact", value: .number(sum.exact.total)),
      .init(name: "rounded", value: .number(sum.rounded.total)),
      .init(name: "roundingBound", value: .number(sum.bound)),
      .init(
        name: "roundedTerms",
        value: .array(
          sum.largest(16).map {
            [
              "x": .float($0.exact.first), "xRounded": .float($0.rounded.first),
              "w": .float($0.exact.second), "wRounded": .float($0.rounded.second),
            ]
          })),
    ]
  }
}
