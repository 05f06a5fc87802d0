import Basics
import Testing

@Suite struct LargestTests {
  @Test(
    arguments: [
      ([], nil, []), ([3], 0, [0]), ([1, 9, 9, 2], 1, [1, 2, 3, 0]),
      ([1, .nan, 2], 1, [1, 2, 0]), ([.nan, .nan], 0, [0, 1]),
      ([1, 2, .nan, .nan], 2, [2, 3, 1, 0]),
      ([.infinity, .nan], 1, [1, 0]), ([-.infinity, -.infinity], 0, [0, 1]),
      ([0.0, -0.0], 0, [0, 1]),
    ] as [([Double], Int?, [Int])])
  func largest(_ values: [Double], _ expected: Int?, _ order: [Int]) {
    #expect(values.indexOfLargest == expected)
    #expect(values.indicesFromLargest == order)
    // A slice keeps the indices of its base.
    #expect(([7] + values)[1...].indexOfLargest == expected.map { $0 + 1 })
    // The rank is the place in that order; NaN leaves nothing to compare with.
    let hasNaN = values.contains(where: \.isNaN)
    for index in values.indices {
      #expect(values.rank(of: index) == (hasNaN ? nil : order.firstIndex(of: index)))
      #expect(([7] + values)[1...].rank(of: index + 1) == values.rank(of: index))
    }
  }
}
