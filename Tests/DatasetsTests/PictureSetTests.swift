import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct PictureSetTests {
  @Test func subsetsInOrder() throws {
    let set = BatchQueueTests.noise(7)
    let part = set.subset([6, 0, 0, 3], name: "part")
    #expect(part.name == "part")
    #expect(part.labels == [0, 0, 0, 0])
    #expect(part.count == 4)
    for (place, index) in [6, 0, 0, 3].enumerated() {
      #expect(try part.image(place) == set.image(index))
    }
    #expect(set.subset([]).count == 0)
    #expect(set.classCounts == [3, 2, 2])
    #expect(try set.image(2)[1, 3, 2] == set.pixels[2 * 48 + 16 + 3 * 4 + 2])
  }

  /// Computed by hand for two images of two pixels.
  @Test func statisticsByHand() throws {
    let set = PictureSet(
      name: "four pixels", classNames: ["a"], channels: 3, height: 1, width: 2,
      pixels: [10, 20, 0, 0, 4, 4, 30, 40, 0, 100, 4, 4], labels: [0, 0])
    let statistics = try set.statistics()
    #expect(statistics.meanImage == [20, 30, 0, 50, 4, 4])
    #expect(statistics.mean == [25, 25, 4])
    // Red 10, 20, 30, 40; green 0, 0, 0, 100.
    #expect(statistics.covariance == [125, 375, 0, 375, 1875, 0, 0, 0, 0])
    let variances: [Double] = [125, 1875, 0]
    #expect(statistics.deviation == variances.map { $0.squareRoot() })
    // λ² − 2000 λ + 93750 = 0.
    let root = (1_000_000.0 - 93_750).squareRoot()
    #expect(abs(statistics.eigenvalues[0] - (1000 + root)) < 1e-9)
    #expect(abs(statistics.eigenvalues[1] - (1000 - root)) < 1e-9)
    #expect(statistics.eigenvalues[2] == 0)
  }

  @Test(
    arguments: [
      ([2, 0, 0, 0, 5, 0, 0, 0, 3], [5, 3, 2]), ([2, 1, 1, 2], [3, 1]), ([7], [7]),
      ([1, 1, 1, 1, 1, 1, 1, 1, 1], [3, 0, 0]), ([0, 0, 0, 0], [0, 0]),
      ([4, -2, 0.5, -2, 3, 1, 0.5, 1, -6], []), ([1e8, 3, 3, 1e-8], []),
    ] as [([Double], [Double])])
  func eigenvaluesAndVectors(matrix: [Double], expected: [Double]) {
    let size = Int(Double(matrix.count).squareRoot())
    let (values, vectors) = symmetricEigen(matrix, size: size)
    let scale = matrix.map(abs).max() ?? 1
    #expect(values == values.sorted(by: >))
    for (value, hand) in zip(values, expected) {
      #expect(abs(value - hand) < 1e-14 * max(1, scale))
    }
    for j in 0..<size {
      for i in 0..<size {
        let product = (0..<size).reduce(0) { $0 + matrix[i * size + $1] * vectors[j][$1] }
        #expect(abs(product - values[j] * vectors[j][i]) <= 1e-14 * max(1, scale))
        let dot = (0..<size).reduce(0) { $0 + vectors[i][$1] * vectors[j][$1] }
        #expect(abs(dot - (i == j ? 1 : 0)) < 1e-14)
      }
      let largest = vectors[j].max { abs($0) < abs($1) }
      #expect((largest ?? -1) > 0)
    }
  }

  // Splits ------------------------------------------------------------------------------------------

  @Test(
    arguments: [(0.1, [10, 5, 1]), (0.5, [50, 25, 4]), (0, [0, 0, 0]), (1, [100, 50, 7])]
      as [(Double, [Int])])
  func sharesOfEachClass(share: Double, aside: [Int]) {
    let labels = (0..<157).map { UInt16($0 < 100 ? 0 : $0 < 150 ? 1 : 2) }
    let (train, validation) = Split.stratified(labels: labels, validation: share, seed: 5)
    #expect((train + validation).sorted() == Array(0..<157))
    #expect(train == train.sorted() && validation == validation.sorted())
    #expect((0..<3).map { c in validation.count { labels[$0] == c } } == aside)
  }

  @Test(arguments: [(16, [10, 5, 1]), (1, [1, 0, 0]), (0, [0, 0, 0]), (157, [100, 50, 7])])
  func numbersOfEachClass(total: Int, aside: [Int]) {
    let labels = (0..<157).map { UInt16($0 < 100 ? 0 : $0 < 150 ? 1 : 2) }
    let (train, validation) = Split.stratified(labels: labels, validation: total, seed: 5)
    #expect((train + validation).sorted() == Array(0..<157))
    #expect((0..<3).map { c in validation.count { labels[$0] == c } } == aside)
  }

  @Test func splitsDependOnlyOnTheSeed() {
    let labels = (0..<200).map { UInt16($0 % 10) }
    let first = Split.stratified(labels: labels, validation: 0.2, seed: 1).validation
    #expect(Split.stratified(labels: labels, validation: 40, seed: 1).validation == first)
    #expect(Split.stratified(labels: labels, validation: 0.2, seed: 2).validation != first)
  }
}
