import Basics
import Documents
import Explanations
import Networks

extension ExplanationReport {
  /// ∂L/∂ an activation, from the gradients of everything that used it.
  mutating func gradient(_ detail: GradientDetail) {
    let user = detail.consumerName
    switch detail.parts {
    case .products(let sum): products(sum)
    case .activation(let detail, let g):
      let what =
        switch detail.slope {
        case 1: "\(user) passes it"
        case 0: "\(user) blocks it"
        default: "the slope of \(user)"
        }
      heading(detail.gradientWords, "\(what) at x = \(number(detail.x)), g = \(number(g))")
      steps()
    case .maxPooling(let shares): maxPoolingGradient(shares, user)
    case .averagePooling(let shares): averagePoolingGradient(shares, user)
    case .normalization(let detail): normalizationGradient(detail, user)
    case .batchNormalization(let detail):
      heading(
        detail.meanOfG == nil
          ? "γ / √(variance + ε) · g" : "γ / √(variance + ε) · (g − mean g − x̂ · mean g·x̂)",
        "through \(user), g = \(number(detail.g))")
      steps()
    case .dropout(let detail, let g):
      heading("g · \(number(detail.factor))", "through \(user), g = \(number(g))")
      steps()
    case .flatten(let feature, let g):
      heading("∂L/∂\(user)[\(feature)]", "the same element after \(user), g = \(number(g))")
      steps()
    case .softmax(let detail):
      heading("p · (g − Σ g·p)", "Σ g·p = \(number(detail.sum))")
      steps()
    case .loss(let detail):
      let class_ = session.className(detail.forward.asked)
      heading(
        "(p − \(detail.target)) / \(detail.batch)",
        "\(class_): softmax and cross-entropy together; the label is "
          + session.className(detail.label))
      steps()
    }
  }

  private mutating func maxPoolingGradient(_ shares: [MaxPoolingShare], _ user: String) {
    heading("Σ g of the windows it won", Self.holders(shares.count, user))
    var table = Table(
      [
        .init("window"), .init("g", numeric: true), .init("largest", numeric: true),
        .init("won by"),
        .init("passes", numeric: true),
      ], indent: 2)
    for share in shares {
      table.row([
        Text("(\(share.output.row), \(share.output.column))"), Text(number(share.g)),
        Text(number(share.largest)),
        share.isWon
          ? .strong("this element") : Text("(\(share.winner.row), \(share.winner.column))"),
        Text(share.isWon ? signed(Double(share.g)) : "0"),
      ])
    }
    self.table(table)
    steps()
  }

  private static func holders(_ windows: Int, _ layer: String) -> String {
    "\(NumberFormat.count(windows, "window of \(layer) holds", "windows of \(layer) hold")) it"
  }

  private mutating func averagePoolingGradient(_ shares: [AveragePoolingShare], _ user: String) {
    heading("Σ g / count", Self.holders(shares.count, user))
    var table = Table(
      [
        .init("window"), .init("g", numeric: true), .init("values in it", numeric: true),
        .init("passes", numeric: true),
      ], indent: 2)
    for share in shares {
      table.row([
        Text("(\(share.output.row), \(share.output.column))"), Text(number(share.g)),
        Text("\(share.count)"), Text(signed(share.share)),
      ])
    }
    self.table(table)
    steps()
  }

  private mutating func normalizationGradient(
    _ detail: NormalizationGradientDetail, _ user: String
  ) {
    heading(
      "g/S^β − 2·s·β·a · Σ g·a/S^(β+1)",
      "through \(user): by its own output, minus its effect on its neighbours' scales")
    var table = Table(
      [
        .init("neighbour"), .init("g", numeric: true), .init("a", numeric: true),
        .init("S", numeric: true), .init("g·a/S^(β+1)", numeric: true),
      ], indent: 2)
    for (place, neighbour) in detail.neighbours.enumerated() {
      let name = "[\(coordinates(neighbour.index))]"
      table.row([
        place == detail.own ? .strong("→ " + name) : Text("  " + name), Text(number(neighbour.g)),
        Text(number(neighbour.a)), Text(number(neighbour.scale)), Text(signed(neighbour.term)),
      ])
    }
    self.table(table)
    steps()
  }
}
