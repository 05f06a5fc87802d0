import Basics
import Testing

@Suite struct MedianTests {
  @Test(
    arguments: [([3.0], 3.0), ([1, 4], 2.5), ([9, 1, 5], 5), ([4, 1, 2, 3], 2.5)]
      as [([Double], Double)])
  func isInTheMiddle(_ values: [Double], _ median: Double) {
    #expect(values.median == median)
  }

  @Test func ofNothingIsNaN() { #expect([Double]().median.isNaN) }
}
