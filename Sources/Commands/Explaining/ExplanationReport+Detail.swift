import Basics
import Documents
import Explanations
import Layers
import Networks

extension ExplanationReport {
  /// Lays out what the number was computed from, by kind of layer.
  mutating func detail() {
    switch explanation.detail {
    case .convolution(let detail): convolution(detail, isLocal: false)
    case .locallyConnected(let detail): convolution(detail, isLocal: true)
    case .linear(let sum): linear(sum)
    case .maxPooling(let detail): maxPooling(detail)
    case .averagePooling(let detail): averagePooling(detail)
    case .localResponseNormalization(let detail): normalization(detail, isSpatial: false)
    case .spatialNormalization(let detail): normalization(detail, isSpatial: true)
    case .batchNormalization(let detail): batchNormalization(detail)
    case .activation(let detail):
      heading(detail.words, detail.remark)
      steps()
    case .dropout(let detail): dropout(detail)
    case .flatten(let detail):
      heading(
        "\(explanation.source)[\(coordinates(detail.from))]",
        "the same value: \(detail.shape) in row-major order")
      steps()
    case .softmax(let detail): softmax(detail)
    case .gradient(let detail): gradient(detail)
    case .weightGradient(let sum): products(sum)
    case .biasGradient(let sum), .scaleGradient(let sum): gradientSum(sum)
    }
  }

  /// The element, its formula and a few words.
  mutating func heading(_ formula: String, _ words: String) {
    line(.strong(element) + " = \(formula)" + (words.isEmpty ? "" : .faint("   \(words)")), hang: 4)
  }

  private mutating func batchNormalization(_ detail: BatchNormalizationDetail) {
    let origin =
      detail.count.map {
        "mean and variance of the batch's \(NumberFormat.count($0, "value")) of this channel"
      }
      ?? "the running mean and variance of this channel"
    heading("γ · (x − mean) / √(variance + ε) + β", origin)
    steps()
  }

  private mutating func dropout(_ detail: DropoutDetail) {
    let words =
      switch (detail.mode, detail.convention) {
      case (.inference, let convention): convention.wordsInInference
      case (.training, .paper): "the mask keeps or drops it (paper)"
      case (.training, .inverted): "the mask drops it, or keeps it and multiplies by 1/(1 − rate)"
      }
    heading("x · \(number(detail.factor))", words)
    steps()
  }

  private mutating func softmax(_ detail: SoftmaxDetail) {
    heading(
      "e^x / Σ e^x",
      "\(NumberFormat.count(detail.classes.count, "class", "classes")), after subtracting the largest logit"
    )
    var table = Table(
      [
        .init("class"), .init("logit x", numeric: true), .init("e^(x − largest)", numeric: true),
        .init("probability", numeric: true),
      ], indent: 2)
    let shown = showsAll ? detail.classes : detail.mostLikely(5)
    let asked = detail.classes[detail.asked]
    for entry in shown + (shown.contains { $0.number == asked.number } ? [] : [asked]) {
      let mark = entry.number == detail.asked ? "→ " : "  "
      table.row([
        Text(mark + session.className(entry.number)), Text(number(entry.logit)),
        Text(number(entry.exponential)), Text(number(entry.probability)),
      ])
    }
    self.table(table)
    terms = [
      .init(name: "largestLogit", value: .float(detail.largestLogit)),
      .init(name: "sum", value: .number(detail.sum)),
    ]
    steps()
  }
}
