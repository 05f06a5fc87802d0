import Basics
import Layers
import Testing

@testable import Networks

struct SummaryTests {
  @Test func totals() throws {
    let summary = try Summary(zoo("alexnet"))
    #expect(summary.neurons == 659_272)
    #expect(summary.parameters == 62_378_344)
    #expect(summary.trainable == 62_378_344)
    #expect(summary.multiplyAdds == 1_135_256_096)
    #expect(summary.parameterBytes == 4 * 62_378_344)
    #expect(summary.rows[0].activationBytes == 4 * 290_400)
    #expect(summary.bytes == summary.parameterBytes + summary.activationBytes)
    #expect(summary.rows.allSatisfy { $0.mark == nil })
    #expect(abs(summary.rows.reduce(0) { $0 + $1.parameterShare } - 1) < 1e-12)
    #expect(abs(summary.rows.reduce(0) { $0 + $1.multiplyAddShare } - 1) < 1e-12)
    let linear = summary.rows.filter { $0.kind == .linear }
    #expect(NumberFormat.fixed(100 * linear.reduce(0) { $0 + $1.parameterShare }, 0) == "94")
    #expect(NumberFormat.fixed(100 * linear.reduce(0) { $0 + $1.multiplyAddShare }, 0) == "5")
  }

  @Test(arguments: [
    ("alexnet", "conv1", 11, 4), ("alexnet", "relu1", 11, 4), ("alexnet", "pool1", 19, 8),
    ("alexnet", "conv2", 51, 8), ("alexnet", "pool2", 67, 16), ("alexnet", "conv3", 99, 16),
    ("alexnet", "conv5", 163, 16), ("alexnet", "pool5", 195, 32), ("alexnet", "flatten", 195, 32),
    ("cuda-convnet-18", "norm1", 11, 2), ("cuda-convnet-13", "local4", 35, 4),
  ])
  func receptiveField(network: String, layer: String, size: Int, jump: Int) throws {
    let row = try #require(Summary(zoo(network)).rows.first { $0.name == layer })
    #expect(row.receptiveField == .square(size: size, jump: jump))
  }

  @Test(arguments: ["fc6", "relu7", "softmax"])
  func dependsOnTheWholeImage(layer: String) throws {
    let row = try #require(Summary(zoo("alexnet")).rows.first { $0.name == layer })
    #expect(row.receptiveField == .whole)
  }

  @Test(arguments: [
    ("alexnet", "conv1", CountDerivation.Subject.side, "⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55"),
    ("alexnet", "conv1", .parameters, "96 · (3·11·11) + 96 = 34,944"),
    ("alexnet", "conv1", .work, "55·55 · 96 · (3·11·11) = 105,415,200"),
    ("alexnet", "pool1", .side, "⌊(55 + 2·0 − 3) / 2⌋ + 1 = 27"),
    ("alexnet", "flatten", .features, "256·6·6 = 9,216"),
    ("alexnet", "fc6", .parameters, "4096 · 9216 + 4096 = 37,752,832"),
    ("alexnet", "fc6", .work, "4096 · 9216 = 37,748,736"),
    ("alexnet-grouped", "conv2", .parameters, "256 · (96/2·5·5) + 256 = 307,456"),
    ("alexnet-grouped", "conv2", .work, "27·27 · 256 · (96/2·5·5) = 223,948,800"),
    ("alexnet-2012", "conv1", .side, "⌈(224 + 2·0 − 11) / 4⌉ + 1 = 55"),
    ("alexnet-batchnorm", "bn1", .parameters, "4 · 96 = 384, 192 of them running statistics"),
    ("cuda-convnet-13", "local3", .parameters, "6·6 · 32 · (64·3·3) + 6·6 · 32 = 664,704"),
    ("cuda-convnet-13", "local3", .work, "6·6 · 32 · (64·3·3) = 663,552"),
  ])
  func formula(network: String, layer: String, subject: CountDerivation.Subject, text: String)
    throws
  {
    let row = try #require(Summary(zoo(network)).rows.first { $0.name == layer })
    #expect(row.formulas.first { $0.subject == subject }?.text == text)
  }

  /// The result printed after a formula is the count itself.
  @Test(arguments: Zoo.networks)
  func formulasEndInTheCounts(_ network: Network) throws {
    for row in try Summary(network).rows {
      for formula in row.formulas {
        switch formula.subject {
        case .side: #expect(formula.text.hasSuffix(" = \(row.output.dimensions[1])"))
        case .features:
          #expect(formula.text.hasSuffix(" = \(NumberFormat.grouped(row.output.count))"))
        case .parameters:
          #expect(formula.text.contains(" = \(NumberFormat.grouped(row.parameters))"))
        case .work: #expect(formula.text.hasSuffix(" = \(NumberFormat.grouped(row.multiplyAdds))"))
        case .rows, .columns: Issue.record("The zoo's images are square.")
        }
      }
      #expect(row.formulas.contains { $0.subject == .parameters } == (row.parameters > 0))
      #expect(row.formulas.contains { $0.subject == .work } == (row.multiplyAdds > 0))
    }
  }

  @Test func imagesThatAreNotSquare() throws {
    var network = try zoo("alexnet")
    network.input.width = 259
    let conv1 = try Summary(network).rows[0]
    #expect(
      conv1.formulas.prefix(2).map(\.text) == [
        "⌊(227 + 2·0 − 11) / 4⌋ + 1 = 55", "⌊(259 + 2·0 − 11) / 4⌋ + 1 = 63",
      ])
    #expect(conv1.formulas.prefix(2).map(\.subject) == [.rows, .columns])
  }

  /// When rounding up, a window that would start in the far padding is left out, and the formula
  /// says so.
  @Test func lastWindowInThePadding() {
    let window = Window(kernel: 3, stride: 2, padding: 1, rounding: .ceil)
    #expect(CountDerivation.side(window, 4) == "⌈(4 + 2·1 − 3) / 2⌉ + 1 = 3")
    let wide = Window(kernel: 2, stride: 3, padding: 1, rounding: .ceil)
    #expect(
      CountDerivation.side(wide, 5)
        == "⌈(5 + 2·1 − 2) / 3⌉ + 1 = 3, less 1 window that would start beyond the input = 2")
    #expect(CountDerivation.rounded(wide, 5, outputs: 2).hasPrefix("rounded up 3, less 1 window"))
    #expect(CountDerivation.rounded(window, 4, outputs: 3) == "rounded up 3")
  }

  @Test(
    arguments: [
      (1, "epoch", nil, "1 epoch"), (2, "epoch", nil, "2 epochs"),
      (0, "class", "classes", "0 classes"),
      (1_234, "image", nil, "1,234 images"),
    ] as [(Int, String, String?, String)])
  func countsWithNouns(_ count: Int, _ one: String, _ several: String?, _ text: String) {
    #expect(NumberFormat.count(count, one, several) == text)
  }

  @Test(arguments: [
    ("alexnet", "conv1", "convolution 11×11, stride 4"),
    ("alexnet-grouped", "conv2", "convolution 5×5, padding 2, 2 groups"),
    ("alexnet-2012", "pool1", "max pooling 3×3, stride 2, rounded up"),
    (
      "alexnet", "norm1",
      "local response normalization n 5, k 2, α 0.0001, β 0.75, paper's formula"
    ),
    (
      "cuda-convnet-18", "norm1",
      "spatial normalization n 3×3, k 1, α 0.00005, β 0.75, authors' 2012 program"
    ),
    ("alexnet-batchnorm", "bn1", "batch normalization ε 0.001, momentum 0.99"),
    ("alexnet", "drop6", "dropout 0.5, paper's: scaled at test"), ("alexnet", "relu1", "ReLU"),
  ])
  func words(network: String, layer: String, expected: String) throws {
    let network = try zoo(network)
    let index = try #require(network.index(of: layer))
    #expect(network.layers[index].layer.words == expected)
  }
}
