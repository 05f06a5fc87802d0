import Layers
import Networks
import ReferenceEngine
import Tensors
import Testing

@testable import Explanations

/// Local response normalizations worked out by hand.
@Suite struct NormalizationTests {
  /// a = 1, 2, 3, 4, 5, 6 in six channels with one element each.
  static func trace(_ lrn: LocalResponseNormalization) throws -> Trace {
    let small = SmallNetwork(
      "six", channels: 6, side: 1, [("norm", .localResponseNormalization(lrn))])
    return try small.forward(
      input: Tensor(shape: [1, 6, 1, 1], values: [1, 2, 3, 4, 5, 6]))
  }

  static func detail(_ explanation: Explanation) throws -> NormalizationDetail {
    switch explanation.detail {
    case .localResponseNormalization(let detail), .spatialNormalization(let detail): return detail
    default: throw Missing()
    }
  }

  struct Missing: Error {}

  /// Channel 2 (a = 3) with n = 3, k = 1, α = 3, β = ½: Σ a² = 4 + 9 + 16 = 29.
  @Test func theStepsOfOneElement() throws {
    let lrn = LocalResponseNormalization(n: 3, k: 1, alpha: 3, beta: 0.5, convention: .caffe)
    let explanation = try Explanation.explain(Self.trace(lrn), layer: 0, at: [2, 0, 0])
    #expect(explanation.steps.map(\.symbol) == ["s", "S", "b"])
    #expect(explanation.steps.map(\.symbols) == ["α / n", "k + s · Σa²", "a / S^β"])
    #expect(
      explanation.steps.map { $0.numbers() } == ["3 / 3", "1 + 1 · 29", "3 / 30^0.5"])
    let detail = try Self.detail(explanation)
    #expect(detail.neighbours.map(\.index) == [[1, 0, 0], [2, 0, 0], [3, 0, 0]])
    #expect(detail.neighbours.map(\.square) == [4, 9, 16])
    #expect(detail.own == 1)
    #expect((detail.b - 0.5477225575051661).magnitude < 1e-15)
    #expect(explanation.stored == 0.5477226)
  }

  /// The same element under the seven definitions: window, s and Σ a². With n = 4 the paper, the
  /// authors' program and PyTorch have more neighbours below (1…4, channels 0…3), ONNX has more
  /// above (channels 1…4), TensorFlow uses five channels, oneDNN three, and Caffe doesn't allow
  /// even n.
  @Test(
    arguments: [
      (.paper, 5, 3, 4, 29), (.paper, 4, 3, 4, 30), (.source2012, 4, 0.75, 4, 30),
      (.caffe, 4, 0.75, nil, nil), (.pytorch, 4, 0.75, 4, 30), (.tensorflow, 4, 3, 5, 55),
      (.onnx, 4, 0.75, 4, 54), (.onednn, 4, 0.75, 3, 29), (.caffe, 3, 1, 3, 29),
      (.tensorflow, 3, 3, 3, 29),
      (.paper, 3, 3, 3, 29),
    ] as [(NormalizationConvention, Int, Double, Int?, Double?)])
  func conventionsSideBySide(
    _ convention: NormalizationConvention, _ n: Int, _ s: Double, _ count: Int?, _ sum: Double?
  ) throws {
    let lrn = LocalResponseNormalization(n: n, k: 1, alpha: 3, beta: 0.75)
    let rows = try Self.detail(Explanation.explain(Self.trace(lrn), layer: 0, at: [2, 0, 0]))
      .conventions
    let same = rows.filter { !$0.usesOwnDefaults }
    #expect(same.map(\.convention) == NormalizationConvention.allCases)
    #expect(same.filter(\.isTheLayers).map(\.convention) == [.paper])
    let row = try #require(same.first { $0.convention == convention })
    if n == 5 {
      #expect(row.outcome?.sumOfSquares == 55)
      return
    }
    #expect(row.s == s)
    #expect(row.outcome?.count == count)
    #expect(row.outcome?.sumOfSquares == sum)
    #expect(row.outcome?.scale == sum.map { 1 + s * $0 })
  }

  /// Each system's own defaults. For TensorFlow: all six channels, 3 / √(1 + 91) = 0.312772.
  @Test(
    arguments: [
      (.paper, 5, 2, 55), (.source2012, 5, 2, 55), (.caffe, 5, 1, 55), (.pytorch, 3, 1, 29),
      (.tensorflow, 11, 1, 91),
      (.onnx, 3, 1, 29),
    ] as [(NormalizationConvention, Int, Double, Double)])
  func ownDefaults(
    _ convention: NormalizationConvention, _ n: Int, _ k: Double, _ sum: Double
  ) throws {
    let lrn = LocalResponseNormalization(n: 3, k: 1, alpha: 3, beta: 0.75)
    let rows = try Self.detail(Explanation.explain(Self.trace(lrn), layer: 0, at: [2, 0, 0]))
      .conventions
    #expect(!rows.contains { $0.usesOwnDefaults && $0.convention == .onednn })
    let row = try #require(rows.first { $0.usesOwnDefaults && $0.convention == convention })
    #expect((row.n, row.k) == (n, k))
    #expect(row.outcome?.sumOfSquares == sum)
    if convention == .tensorflow {
      #expect(abs((row.outcome?.b ?? 0) - 0.31277162108561217) < 1e-12)
    }
  }

  /// With two groups of three, the window of channel 3 doesn't include channel 2.
  @Test(arguments: [
    (0, 1, [-1], false), (2, 1, [], false), (2, 2, [3], true), (3, 2, [2], true),
    (5, 2, [6], false),
  ])
  func clippedChannels(_ channel: Int, _ groups: Int, _ missing: [Int], _ byGroup: Bool) throws {
    let lrn = LocalResponseNormalization(n: 3, groups: groups)
    let detail = try Self.detail(
      Explanation.explain(Self.trace(lrn), layer: 0, at: [channel, 0, 0]))
    #expect(detail.reach.map(\.axis) == ["channel"])
    #expect(detail.reach[0].missing == missing)
    #expect(detail.reach[0].isClippedByGroup == byGroup)
  }

  /// A corner of a 3×3 map with 1…9, within its channel: 1 + 4 + 16 + 25 = 46; α is divided by n² =
  /// 9.
  @Test func withinAChannel() throws {
    let normalization = SpatialNormalization(n: 3, k: 1, alpha: 9, beta: 1)
    let small = SmallNetwork(
      "nine", channels: 1, side: 3, [("norm", .spatialNormalization(normalization))])
    let trace = try small.forward(
      input: Tensor(shape: [1, 1, 3, 3], values: [1, 2, 3, 4, 5, 6, 7, 8, 9]))
    let explanation = try Explanation.explain(trace, layer: 0, at: [0, 0, 0])
    let detail = try Self.detail(explanation)
    #expect(detail.reach.map(\.axis) == ["row", "column"])
    #expect(detail.reach.map(\.missing) == [[-1], [-1]])
    #expect(detail.sumOfSquares == 46)
    #expect(explanation.steps.map { $0.numbers() } == ["9 / 3^2", "1 + 1 · 46", "1 / 47^1"])
    #expect(detail.conventions.map(\.convention) == [.paper, .source2012, .caffe, .onednn])
    #expect(detail.isWithinChannel && detail.note == nil)
    let paper = try #require(detail.conventions.first { $0.convention == .paper })
    #expect(paper.s == 9)
    #expect(paper.outcome?.scale == 415)
  }

  /// Caffe's normalization within a channel has k = 1 built in.
  @Test func withinAChannelCaffeHasOneK() throws {
    let normalization = SpatialNormalization(n: 3, k: 2, alpha: 9, beta: 1)
    let small = SmallNetwork(
      "nine", channels: 1, side: 3, [("norm", .spatialNormalization(normalization))])
    let detail = try Self.detail(Explanation.explain(small.forward(), layer: 0, at: [0, 0, 0]))
    #expect(detail.conventions.map(\.convention) == [.paper, .source2012, .onednn])
  }

  /// For even n, the bounds printed in the paper contain n + 1 channels.
  @Test(
    arguments: [
      (
        .paper, 4,
        "for n = 4 the paper's bounds, i − 2 to i + 2, would take 5 channels; 4 are taken here, "
          + "leaning low: i − 2 to i + 1"
      ),
      (
        .paper, 2,
        "for n = 2 the paper's bounds, i − 1 to i + 1, would take 3 channels; 2 are taken here, "
          + "leaning low: i − 1 to i"
      ),
      (.paper, 5, nil), (.source2012, 4, nil), (.onednn, 4, nil),
    ] as [(NormalizationConvention, Int, String?)])
  func evenN(_ convention: NormalizationConvention, _ n: Int, _ note: String?) throws {
    let lrn = LocalResponseNormalization(n: n, convention: convention)
    let detail = try Self.detail(Explanation.explain(Self.trace(lrn), layer: 0, at: [2, 0, 0]))
    #expect(detail.note == note)
    #expect(lrn.note == note)
  }

  /// The gradient's own term and its neighbours', for a = 1, 2 with n = 3, k = 1, s = 1, β = 1: S =
  /// 6 for both, so ∂L/∂a₀ = g₀/6 − 2·1·(g₀·1 + g₁·2)/36.
  @Test func gradient() throws {
    let lrn = LocalResponseNormalization(n: 3, k: 1, alpha: 1, beta: 1)
    let small = SmallNetwork(
      "two", channels: 2, side: 1,
      [("norm", .localResponseNormalization(lrn)), ("flatten", .flatten), ("softmax", .softmax)])
    let trace = try small.forward(input: Tensor(shape: [1, 2, 1, 1], values: [1, 2]))
    try trace.backward(labels: [0], cancellation: .never)
    let g = try #require(trace.outputGradient(of: 0)).values.map(Double.init)
    let explanation = try Explanation.explainGradient(trace, layer: -1, at: [0, 0, 0])
    guard case .gradient(let detail) = explanation.detail,
      case .normalization(let normalization) = detail.parts
    else { throw Missing() }
    #expect(normalization.neighbours.map(\.scale) == [6, 6])
    #expect(abs(normalization.direct - g[0] / 6) < 1e-15)
    #expect(abs(normalization.inhibition + 2 * (g[0] + 2 * g[1]) / 36) < 1e-15)
    #expect(explanation.check.agrees)
    #expect(explanation.layerName == "image")
  }
}
