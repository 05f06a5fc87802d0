import Layers
import Networks
import Testing

@testable import Cells
@testable import Notebook

/// How a network's outputs are shown: probabilities, logits, NaN.
@Suite struct ClassReportTests {
  /// A network with two classes for images of 2×2 pixels.
  static func network(
    deviation: Double = 1, bias: Double = 0, then last: [NamedLayer]
  ) -> Network {
    Network(
      name: "two", title: "", input: PictureFormat(side: 2, scale: 255, mean: [0, 0, 0]),
      layers: [
        NamedLayer("flatten", .flatten),
        NamedLayer(
          "fc1", .linear(Linear(outputs: 2)), Initialization(deviation: deviation, bias: bias)),
      ] + last)
  }

  static func forward(_ network: Network, _ cell: String = "forward") -> CellResult {
    var session = Session(host: QuietHost())
    session.choose(network)
    return session.run(cell)
  }

  static let softmax = NamedLayer("softmax", .softmax)
  static func dropout(_ convention: Dropout.Convention) -> NamedLayer {
    NamedLayer("drop", .dropout(Dropout(rate: 0.5, convention: convention)))
  }

  /// A dropout layer that halves its input at test time turns probabilities into logits.
  @Test(
    arguments: [
      ([softmax], true), ([softmax, dropout(.inverted)], true),
      ([softmax, dropout(.paper)], false),
      ([], false), ([NamedLayer("tanh", .tanh)], false), ([NamedLayer("relu", .relu)], false),
      ([softmax, NamedLayer("fc2", .linear(Linear(outputs: 3)))], false),
      ([dropout(.inverted)], false), ([softmax, NamedLayer("tanh", .tanh)], false),
    ] as [([NamedLayer], Bool)])
  func probabilitiesOrLogits(_ last: [NamedLayer], _ areProbabilities: Bool) {
    let network = Self.network(then: last)
    #expect(network.givesProbabilities == areProbabilities)
    for cell in ["forward", "next 9", "goto \(network.layers.last!.name)"] {
      let result = Self.forward(network, cell)
      #expect(result.failure == nil)
      let text = result.output.plainText
      let report = text.components(separatedBy: areProbabilities ? "most likely" : "largest logits")
      #expect(report.count == 2, "\(cell): \(text)")
      #expect(report.last?.contains("%") == areProbabilities, "\(cell): \(text)")
      #expect(areProbabilities || !report.last!.contains("█"), "\(cell): \(text)")
      #expect(text.contains("doesn't end in a softmax") == !areProbabilities, "\(cell): \(text)")
      let json = result.json.text
      #expect(json.contains(#""probability":"#) == areProbabilities, "\(json)")
      #expect(json.contains(#""logit":"#) == !areProbabilities, "\(json)")
    }
  }

  /// Logits have no bar, which couldn't show values far above 1 or below 0.
  @Test func largeLogits() {
    let text = Self.forward(Self.network(deviation: 100, bias: -1e4, then: [])).output.plainText
    #expect(text.contains("largest logits") && text.contains("−"), "\(text)")
  }

  @Test(arguments: [([softmax], "nan"), ([], "inf")] as [([NamedLayer], String)])
  func notFinite(_ last: [NamedLayer], _ word: String) {
    let result = Self.forward(Self.network(deviation: 1e38, then: last))
    #expect(result.failure == nil)
    let text = result.output.plainText
    #expect(text.contains("class 0") && text.contains("class 1") && text.contains(word), "\(text)")
    #expect(!text.contains("nan%") && !text.contains("█"), "\(text)")
    #expect(text.contains("2 of 2 outputs are nan") == (word == "nan"), "\(text)")
    if word == "nan" { #expect(result.json.text.contains(#""probability": "nan""#)) }
  }

  /// Maps are not shown as classes.
  @Test func maps() {
    var network = Self.network(then: [])
    network.layers = [NamedLayer("relu1", .relu)]
    let result = Self.forward(network)
    #expect(result.failure == nil && !result.output.plainText.contains("class 0"))
    #expect(result.json.text.contains(#""classes": null"#))
  }

  /// A network full of NaN can be viewed and explained like any other.
  @Test(arguments: [
    "show fc1", "show softmax", "view fc1", "view fc1.weight", "why softmax[0]", "why fc1[1]",
    "why softmax[1] --all", "backward 0", "show fc1.weight", "fc1.output", "softmax.output",
    "why gradient fc1[0]", "why gradient fc1.weight[0, 3]", "summary",
  ])
  func everythingOfNaN(_ cell: String) {
    var session = Session(host: QuietHost())
    session.choose(Self.network(deviation: 1e38, then: [Self.softmax]))
    _ = session.run("forward")
    _ = session.run("backward 0")
    let result = session.run(cell)
    #expect(result.failure?.kind != .internal, "\(String(describing: result.failure))")
    #expect(!result.json.text.isEmpty)
  }
}
