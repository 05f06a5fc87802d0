import Layers
import Networks
import Tensors
import Testing

@testable import Explanations

/// The parts of explanations: windows, terms, winners, fractions.
@Suite struct DetailTests {
  struct Missing: Error {}

  /// One 5×5 map with the values 0…24.
  static func counting(_ layer: Layer) throws -> Trace {
    try SmallNetwork("counting", channels: 1, side: 5, [("pool1", layer)])
      .forward(input: Tensor(shape: [1, 1, 5, 5], values: (0..<25).map(Float.init)))
  }

  static func maximum(_ trace: Trace, _ y: Int, _ x: Int) throws -> MaxPoolingDetail {
    guard
      case .maxPooling(let detail) = try Explanation.explain(trace, layer: 0, at: [0, y, x]).detail
    else { throw Missing() }
    return detail
  }

  @Test func maxPoolingShowsWindowsThatShareAnInput() throws {
    let trace = try Self.counting(.maxPooling(Pooling(window: Window(kernel: 3, stride: 2))))
    let detail = try Self.maximum(trace, 0, 1)
    #expect(detail.values.map(\.value) == [2, 3, 4, 7, 8, 9, 12, 13, 14])
    #expect(detail.winner == 8)
    #expect(detail.ties.isEmpty)
    #expect(detail.largest.position == Position(row: 2, column: 4))
    #expect(detail.values[0].windows == [Position(row: 0, column: 0), Position(row: 0, column: 1)])
    #expect(detail.values[6].windows.count == 4)
    #expect(detail.values.allSatisfy { $0.windowCount == $0.windows.count })
    #expect(detail.values[4].windows == [Position(row: 0, column: 1)])
  }

  @Test func theFirstOfEqualsWins() throws {
    let small = SmallNetwork(
      "equal", channels: 1, side: 2, [("pool1", .maxPooling(Pooling(window: Window(kernel: 2))))])
    let trace = try small.forward(input: Tensor(shape: [1, 1, 2, 2], values: [1, 3, 3, 3]))
    let detail = try Self.maximum(trace, 0, 0)
    #expect(detail.winner == 1)
    #expect(detail.ties == [2, 3])
  }

  @Test func notANumberWins() throws {
    let small = SmallNetwork(
      "nan", channels: 1, side: 2, [("pool1", .maxPooling(Pooling(window: Window(kernel: 2))))])
    let trace = try small.forward(input: Tensor(shape: [1, 1, 2, 2], values: [1, 3, .nan, 9]))
    let explanation = try Explanation.explain(trace, layer: 0, at: [0, 0, 0])
    #expect(explanation.stored.isNaN)
    #expect(explanation.check.agreement == .identical)
  }

  /// Average pooling divides by the number of elements on the map: 4 of 9 in the corner.
  @Test func averagesCountElementsOnTheMap() throws {
    let trace = try Self.counting(
      .averagePooling(Pooling(window: Window(kernel: 3, stride: 3, padding: 1, rounding: .ceil))))
    guard
      case .averagePooling(let detail) =
        try Explanation.explain(trace, layer: 0, at: [0, 0, 0]).detail
    else { throw Missing() }
    #expect(detail.divisor == 4)
    #expect(detail.sum == 0 + 1 + 5 + 6)
    #expect(detail.window.rows.before == 1)
  }

  /// The position of windows: complete, the part on the map, before it, in the far padding, by
  /// rounding up.
  @Test(arguments: [
    (Window(kernel: 3, stride: 2, padding: 1), 0, 7, -1..<2, 0..<2, 1, 0, 0),
    (Window(kernel: 3, stride: 2, padding: 1), 3, 7, 5..<8, 5..<7, 0, 1, 0),
    (Window(kernel: 3, stride: 2, rounding: .ceil), 3, 8, 6..<9, 6..<8, 0, 0, 1),
    (Window(kernel: 3, stride: 2, padding: 1, rounding: .ceil), 4, 8, 7..<10, 7..<8, 0, 1, 1),
    (Window(kernel: 3), 2, 7, 2..<5, 2..<5, 0, 0, 0),
    (Window(kernel: 11, padding: 10), 2, 1, -8..<3, 0..<1, 8, 2, 0),
  ])
  func clipping(
    _ window: Window, output: Int, input: Int, whole: Range<Int>, inside: Range<Int>, before: Int,
    padding: Int, rounding: Int
  ) {
    let axis = ClippedAxis(window, output: output, input: input)
    #expect(axis.whole == whole)
    #expect(axis.inside == inside)
    #expect(axis.before == before)
    #expect(axis.afterInPadding == padding)
    #expect(axis.afterByRounding == rounding)
    #expect(axis.isWhole == (whole == inside))
  }

  @Test func convolutionTermsByChannel() throws {
    let trace = try SmallNetwork.plain.forward()
    let explanation = try Explanation.explain(trace, layer: 4, at: [3, 0, 1])
    guard case .convolution(let detail) = explanation.detail else { throw Missing() }
    // The second of two groups: filters 2 and 3 use channels 3…5 of pool1.
    #expect(explanation.source == "pool1")
    #expect(detail.channels == 3..<6)
    #expect((detail.group, detail.groups) == (1, 2))
    #expect(detail.sum.groups.map(\.number) == [3, 4, 5])
    #expect(detail.window.rows.before == 1)
    #expect(detail.sum.first.name == "pool1")
    #expect(detail.sum.second.name == "conv2.weight")
    #expect(detail.sum.terms[0].secondIndex[0] == 3)
    let (x, weights) = try (#require(trace.input(of: 4)), #require(trace.parameters(of: 4)))
    for term in detail.sum.terms {
      #expect(term.first == x[[0] + term.firstIndex])
      #expect(term.second == weights[0][term.secondIndex])
    }
    #expect(detail.sum.count == 3 * detail.window.count)
    let parts = detail.sum.groups.reduce(Double(detail.bias)) { $0 + $1.sum }
    #expect(abs(parts - detail.sum.total) < 1e-14)
    #expect(detail.sum.groups.last?.running == detail.sum.total)
  }

  @Test func theLargestTerms() {
    var builder = ProductSumBuilder(start: 1)
    for (i, value) in ([1, -5, 0, 3, 5, 2] as [Float]).enumerated() {
      if i % 3 == 0 { builder.begin(i / 3) }
      builder.add(value, at: [i], 2, at: [i])
    }
    let sum = builder.finish(first: ("a", "x"), second: ("b", "w"), groups: "channel")
    #expect(sum.largest(3).map(\.firstIndex) == [[1], [4], [3]])
    #expect(sum.largest(1, in: sum.groups[1]).map(\.firstIndex) == [[4]])
    #expect(sum.largest(99).count == 6)
    #expect(sum.largest(-1).isEmpty)
    #expect((sum.positive.count, sum.positive.sum) == (4, 22))
    #expect((sum.negative.count, sum.negative.sum) == (1, -10))
    #expect(sum.zeros == 1)
    #expect(sum.total == 13)
    #expect(sum.magnitude == 33)
  }

  @Test func softmaxShowsTheExponentials() {
    let detail = SoftmaxDetail(asked: 0, logits: [1000, 1000, -1000, 999])
    #expect(detail.largestLogit == 1000)
    #expect(detail.classes.map(\.exponential) == [1, 1, 0, 0.36787944117144233])
    #expect(detail.mostLikely(3).map(\.number) == [0, 1, 3])
    #expect(abs(detail.classes.reduce(0) { $0 + $1.probability } - 1) < 1e-15)
  }

  @Test func flattenShowsTheSource() throws {
    let trace = try SmallNetwork.learning.forward()
    let at = try #require(trace.network.index(of: "flatten"))
    let shape = trace.geometry[at].input.withoutBatch
    let explanation = try Explanation.explain(
      trace, layer: at, at: [1, shape.offset(of: [2, 1, 0])])
    guard case .flatten(let detail) = explanation.detail else { throw Missing() }
    #expect(detail.from == [2, 1, 0])
    #expect(explanation.picture == 1)
    #expect(detail.x == trace.input(of: at)?[1, 2, 1, 0])
  }

  /// Among the windows that contain an element, the gradient comes from those it won.
  @Test func maxPoolingGradientFollowsTheWinner() throws {
    let trace = try SmallNetwork.plain.backward()
    let at = try #require(trace.network.index(of: "norm1"))
    var shares = 0
    for index in indices(of: trace.geometry[at].output) {
      let explanation = try Explanation.explainGradient(trace, layer: at, at: index)
      guard case .gradient(let detail) = explanation.detail,
        case .maxPooling(let windows) = detail.parts
      else { throw Missing() }
      #expect(detail.consumerName == "pool1")
      let won = windows.filter(\.isWon)
      #expect(abs(won.reduce(0) { $0 + Double($1.g) } - explanation.check.recomputed) < 1e-12)
      shares += won.count
    }
    // Every window has one winner.
    #expect(shares == trace.geometry[at + 1].output.count)
  }
}
