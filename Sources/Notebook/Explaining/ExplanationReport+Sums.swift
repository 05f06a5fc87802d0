import Explanations

extension ExplanationReport {
  /// Terms shown a group, and overall, unless all are asked for.
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
    // Where the terms have no room beside the sums they stand below.
    let showsTerms = session.host.width >= 78
    var table = Table(
      [
        .init(sum.groupName), .init("Σ products", numeric: true),
        .init("so far", numeric: true, drop: 1),
        .init(showsTerms ? "largest terms x[y, x] · w[u, v]" : ""),
      ], indent: 2)
    table.row(["bias", Text(signed(Double(detail.bias))), Text(number(sum.start)), ""])
    for group in shownGroups(of: sum) {
      let terms = showsTerms ? sum.largest(termsAGroup, in: group).map { term($0, in: sum) } : []
      table.row([
        Text(channelName(group.number, of: detail.channels.count)), Text(signed(group.sum)),
        Text(number(group.running)), .faint(terms.first ?? ""),
      ])
      for more in terms.dropFirst() { table.row(["", "", "", .faint(more)]) }
    }
    self.table(table)
    leftOut(sum)
    if !showsTerms {
      for term in sum.largest(showsAll ? .max : 4) {
        line(
          "x[\(coordinates(term.firstIndex))] \(number(term.first, 4)) · "
            + "w[\(coordinates(term.secondIndex))] \(number(term.second, 4)) = "
            + Text(signed(term.product, 4)), indent: 2, hang: 4)
      }
    }
    record(sum)
    steps()
  }

  mutating func linear(_ sum: ProductSum) {
    line(
      .strong(element) + " = bias + Σ x·w"
        + .faint("   over \(NumberFormat.grouped(sum.count)) inputs"),
      hang: 4)
    balance(sum)
    largestOverall(sum, count: showsAll ? .max : 8)
    record(sum)
    steps()
  }

  mutating func products(_ sum: ProductSum) {
    line(
      .strong(element) + " = Σ \(sum.first.symbol)·\(sum.second.symbol)"
        + .faint(
          "   \(NumberFormat.grouped(sum.count)) product\(sum.count == 1 ? "" : "s") of "
            + "\(sum.first.name) and \(sum.second.name)"
        ),
      hang: 4)
    balance(sum)
    largestOverall(sum, count: showsAll ? .max : 8)
    record(sum)
    steps()
  }

  /// A sum of gradients, each times a factor.
  mutating func gradientSum(_ sum: GradientSum) {
    line(
      .strong(element) + " = Σ g"
        + .faint("   over \(NumberFormat.grouped(sum.terms.count)) elements of \(sum.name)"),
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

  /// What of the window fell outside the map, and why.
  mutating func outside(_ window: ClippedWindow) {
    func part(_ count: Int, _ name: String, _ place: String) -> String? {
      count == 0 ? nil : "\(count) \(name)\(count == 1 ? "" : "s") \(place)"
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

  /// How the terms balance.
  private mutating func balance(_ sum: ProductSum) {
    let (positive, negative) = (sum.positive, sum.negative)
    line(
      "\(NumberFormat.grouped(positive.count)) terms above 0 sum to \(signed(positive.sum)), "
        + "\(NumberFormat.grouped(negative.count)) below 0 to \(signed(negative.sum)), "
        + "\(NumberFormat.grouped(sum.zeros)) are 0", indent: 2, hang: 2)
  }

  private mutating func largestOverall(_ sum: ProductSum, count: Int) {
    var table = Table(
      [
        .init("largest terms: \(sum.first.symbol)"), .init("", numeric: true),
        .init(sum.second.symbol),
        .init("", numeric: true), .init("product", numeric: true),
      ], indent: 2)
    for term in sum.largest(count) {
      table.row([
        Text("\(sum.first.name)[\(coordinates(term.firstIndex))]"), Text(number(term.first)),
        Text("\(sum.second.name)[\(coordinates(term.secondIndex))]"), Text(number(term.second)),
        Text(signed(term.product)),
      ])
    }
    self.table(table)
  }

  /// All groups where they are few; else those of the largest sums, in their order.
  private func shownGroups(of sum: ProductSum) -> [ProductSum.Group] {
    guard !showsAll, sum.groups.count > 8 else { return sum.groups }
    let largest = sum.groups.sorted { abs($0.sum) > abs($1.sum) }.prefix(6).map(\.number)
    return sum.groups.filter { largest.contains($0.number) }
  }

  private mutating func leftOut(_ sum: ProductSum) {
    let hidden = sum.groups.count - shownGroups(of: sum).count
    guard hidden > 0 else { return }
    line(
      .faint("\(hidden) more \(sum.groupName)s, smaller in sum; --all shows every one"), indent: 2)
  }

  /// A term within its group: the channel is the row's.
  private func term(_ term: ProductSum.Term, in sum: ProductSum) -> String {
    "x[\(coordinates(term.firstIndex.suffix(2)))] \(number(term.first, 4)) · "
      + "w[\(coordinates(term.secondIndex.suffix(2)))] \(number(term.second, 4)) = "
      + signed(term.product, 4)
  }

  /// The colours of the picture go by name.
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
