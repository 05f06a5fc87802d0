import Basics
import Documents
import Explanations
import Networks

extension ExplanationReport {
  /// The number of terms to show per group.
  private var termsAGroup: Int { showsAll ? .max : 2 }

  mutating func convolution(_ detail: ConvolutionDetail, isLocal: Bool) {
    let (rows, columns) = (detail.window.rows, detail.window.columns)
    let o = explanation.index[0]
    var words =
      "\(isLocal ? "its own filter at this position" : "filter \(o)") over \(detail.channels.count) "
      + "channels × \(rows.inside.count)×\(columns.inside.count), rows \(span(rows.inside)) and "
      + "columns \(span(columns.inside)) of \(explanation.source)"
    if detail.groups > 1 {
      words += "; group \(detail.group) of \(detail.groups) sees channels \(span(detail.channels))"
    }
    line(.strong(element) + " = bias + Σ x·w" + .faint("   \(words)"), hang: 4)
    outside(detail.window)
    blank()
    let sum = detail.sum
    var table = Table(
      [
        .init(sum.groupName), .init("Σ products", numeric: true),
        .init("so far", numeric: true, drop: 1),
        .init("largest terms x[y, x] · w[u, v]", wrapping: 24...64, hang: 2),
      ], indent: 2)
    table.row(["bias", Text(signed(Double(detail.bias))), Text(number(sum.start)), ""])
    for group in shownGroups(of: sum) {
      let terms = sum.largest(termsAGroup, in: group).map { term($0, in: sum) }
      table.row([
        Text(channelName(group.number, of: detail.channels.count)), Text(signed(group.sum)),
        Text(number(group.running)), .faint(terms.first ?? ""),
      ])
      for more in terms.dropFirst() { table.row(["", "", "", .faint(more)]) }
    }
    self.table(table)
    leftOut(sum)
    record(sum)
    steps()
  }

  mutating func linear(_ sum: ProductSum) {
    line(
      .strong(element) + " = bias + Σ x·w"
        + .faint("   over \(NumberFormat.count(sum.count, "input"))"),
      hang: 4)
    overall(sum)
  }

  mutating func products(_ sum: ProductSum) {
    line(
      .strong(element) + " = Σ \(sum.first.symbol)·\(sum.second.symbol)"
        + .faint(
          "   \(NumberFormat.count(sum.count, "product")) of \(sum.first.name) and \(sum.second.name)"
        ),
      hang: 4)
    overall(sum)
  }

  /// A sum that isn't divided by channels: its balance and its largest terms.
  private mutating func overall(_ sum: ProductSum) {
    balance(sum)
    largestOverall(sum, count: showsAll ? .max : 8)
    record(sum)
    steps()
  }

  /// A sum of gradients, each times a factor.
  mutating func gradientSum(_ sum: GradientSum) {
    line(
      .strong(element) + " = Σ g"
        + .faint("   over \(NumberFormat.count(sum.terms.count, "element")) of \(sum.name)"),
      hang: 4)
    var table = Table(
      [
        .init("largest terms"), .init("g", numeric: true), .init("factor", numeric: true),
        .init("term", numeric: true),
      ],
      indent: 2)
    for term in sum.largest(showsAll ? .max : 6) {
      table.row([
        Text("[\(coordinates(term.index))]"), Text(number(term.g)), Text(number(term.factor)),
        Text(signed(term.product)),
      ])
    }
    self.table(table)
    steps()
  }

  /// The part of the window outside the map, and why it is there.
  mutating func outside(_ window: ClippedWindow) {
    func part(_ count: Int, _ name: String, _ place: String) -> String? {
      count == 0 ? nil : "\(NumberFormat.count(count, name)) \(place)"
    }
    let (rows, columns) = (window.rows, window.columns)
    let padding = [
      part(rows.before, "row", "above"), part(rows.afterInPadding, "row", "below"),
      part(columns.before, "column", "to the left"),
      part(columns.afterInPadding, "column", "to the right"),
    ].compactMap(\.self)
    let rounding = [
      part(rows.afterByRounding, "row", "below"),
      part(columns.afterByRounding, "column", "to the right"),
    ].compactMap(\.self)
    if !padding.isEmpty {
      line(
        .faint("not counted: \(padding.joined(separator: ", ")) of the map (padding)"), indent: 2,
        hang: 4)
    }
    if !rounding.isEmpty {
      line(
        .faint(
          "not counted: \(rounding.joined(separator: ", ")), past the edge (sizes are rounded up)"),
        indent: 2, hang: 4)
    }
  }

  /// The sums of the positive and of the negative terms.
  private mutating func balance(_ sum: ProductSum) {
    let (positive, negative) = (sum.positive, sum.negative)
    line(
      "\(NumberFormat.count(positive.count, "term above 0 sums", "terms above 0 sum")) to "
        + "\(signed(positive.sum)), \(NumberFormat.grouped(negative.count)) below 0 to "
        + "\(signed(negative.sum)), \(NumberFormat.count(sum.zeros, "is", "are")) 0", indent: 2,
      hang: 2
    )
  }

  private mutating func largestOverall(_ sum: ProductSum, count: Int) {
    let (first, second) = (sum.first.symbol, sum.second.symbol)
    var table = Table(
      [
        .init("largest terms"), .init(first, numeric: true), .init(""),
        .init(second, numeric: true), .init("product", numeric: true),
      ], indent: 2)
    for term in sum.largest(count) {
      table.row([
        Text("\(first)[\(coordinates(term.firstIndex))]"), Text(number(term.first)),
        Text("\(second)[\(coordinates(term.secondIndex))]"), Text(number(term.second)),
        Text(signed(term.product)),
      ])
    }
    self.table(table)
  }

  /// All groups if they are few, else the six with the largest sums, in their order.
  private func shownGroups(of sum: ProductSum) -> [ProductSum.Group] {
    guard !showsAll, sum.groups.count > 8 else { return sum.groups }
    let largest = sum.groups.map(\.sum.magnitude).indicesFromLargest.prefix(6)
      .map { sum.groups[$0].number }
    return sum.groups.filter { largest.contains($0.number) }
  }

  /// What the groups that aren't shown add up to, since "so far" counts them too.
  private mutating func leftOut(_ sum: ProductSum) {
    let shown = shownGroups(of: sum)
    let hidden = sum.groups.filter { group in !shown.contains { $0.number == group.number } }
    guard !hidden.isEmpty else { return }
    let total = hidden.reduce(0) { $0 + $1.sum }
    let one = "\(sum.groupName) not shown adds"
    let several = "\(sum.groupName)s not shown add"
    line(
      .faint(
        "\(NumberFormat.count(hidden.count, one, several)) \(signed(total)); --all shows every one"),
      indent: 2, hang: 4)
  }

  /// A term by the last two axes of its factors: `x[43, 94] 127.3 · w[3, 2] 0.02322 = +2.957`.
  private func term(_ term: ProductSum.Term, in sum: ProductSum) -> String {
    func factor(_ symbol: String, _ index: [Int], _ value: Float) -> String {
      "\(symbol)[\(coordinates(index.suffix(2)))] \(number(value, 4))"
    }
    return factor(sum.first.symbol, term.firstIndex, term.first) + " · "
      + factor(sum.second.symbol, term.secondIndex, term.second) + " = " + signed(term.product, 4)
  }

  /// A channel's number, or the colour's name for the image's channels.
  private func channelName(_ number: Int, of count: Int) -> String {
    explanation.layer == 0 && count == 3 ? ["red", "green", "blue"][number % 3] : "\(number)"
  }

  private mutating func record(_ sum: ProductSum) {
    let shown = showsAll ? sum.terms : sum.largest(16)
    terms = [
      .init(name: "count", value: .integer(sum.count)),
      .init(name: "bias", value: .number(sum.start)),
      .init(
        name: "groups",
        value: .array(
          sum.groups.map {
            ["number": .integer($0.number), "sum": .number($0.sum), "running": .number($0.running)]
          })),
      .init(
        name: showsAll ? "terms" : "largestTerms",
        value: .array(
          shown.map {
            [
              "x": .integers($0.firstIndex), "xValue": .float($0.first),
              "w": .integers($0.secondIndex),
              "wValue": .float($0.second), "product": .number($0.product),
            ]
          })),
    ]
  }
}
