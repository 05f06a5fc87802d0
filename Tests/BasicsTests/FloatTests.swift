import Basics
import Testing

@Suite struct FloatTests {
  @Test(
    "distance in units in the last place",
    arguments: [
      (1, 1, 0), (1, Float(1).nextUp, 1), (0, -0.0, 0), (Float.leastNonzeroMagnitude, 0, 1),
      (Float.leastNonzeroMagnitude, -Float.leastNonzeroMagnitude, 2), (1, 2, 1 << 23),
      (Float.greatestFiniteMagnitude, .infinity, 1), (.nan, 1, nil),
      (.nan, -.nan, 0),
    ] as [(Float, Float, Int?)])
  func ulps(a: Float, b: Float, expected: Int?) {
    #expect(a.ulps(to: b) == expected)
    #expect(b.ulps(to: a) == expected)
  }

  @Test(arguments: [
    ([3, -4], 12.5.squareRoot()), ([], 0), ([-2], 2), ([.infinity, 1], .infinity),
  ])
  func rootMeanSquare(values: [Float], expected: Double) {
    #expect(values.rootMeanSquare == expected)
  }

  @Test func rootMeanSquareOfNaN() { #expect([1, Double.nan].rootMeanSquare.isNaN) }
}
