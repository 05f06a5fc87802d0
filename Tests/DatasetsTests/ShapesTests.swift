import Testing

@testable import Datasets

@Suite struct ShapesTests {
  @Test func theSetIsTheSameEveryTime() {
    let data = Shapes.dataset(train: 600, test: 50)
    #expect(data.train.size == .init(channels: 3, height: 32, width: 32))
    #expect(data.train.classNames.count == 10)
    #expect(data.train.classCounts == [Int](repeating: 60, count: 10))
    #expect(data.fingerprint == Shapes.dataset(train: 600, test: 50).fingerprint)
    #expect(data.fingerprint != Shapes.dataset(train: 600, test: 50, seed: 2).fingerprint)
    // Images don't depend on how many there are, and the test images differ from the training
    // images.
    let fewer = Shapes.dataset(train: 7, test: 5)
    #expect(fewer.train.pixels == data.train.subset(Array(0..<7)).pixels)
    #expect(fewer.test.pixels == data.test.subset(Array(0..<5)).pixels)
    #expect(fewer.test.pixels != fewer.train.subset(Array(0..<5)).pixels)
  }

  /// The set is the same on every machine, since all arithmetic is rounded exactly.
  @Test func theSetIsTheSameEverywhere() {
    #expect(Shapes.dataset(train: 200, test: 100).fingerprint == Self.known)
  }

  private static let known =
    "bc060e26f43d79b3a035049dba5aea095498c13cef301eea23da89940fda5ff8"

  /// `shapes-hard`, like `shapes`, is the same every time and on every machine, whatever its size.
  @Test func theHardSetIsTheSame() throws {
    let data = HardShapes.dataset(train: 200, test: 100)
    #expect(data.train.size == .init(channels: 3, height: 32, width: 32))
    #expect(data.train.classNames == Shapes.classNames && data.name == "shapes-hard")
    #expect(data.train.classCounts == [Int](repeating: 20, count: 10))
    #expect(data.fingerprint == Self.knownHard)
    #expect(data.fingerprint != HardShapes.dataset(train: 200, test: 100, seed: 2).fingerprint)
    let fewer = HardShapes.dataset(train: 7, test: 5)
    #expect(fewer.train.pixels == data.train.subset(Array(0..<7)).pixels)
    #expect(fewer.test.pixels == data.test.subset(Array(0..<5)).pixels)
    #expect(fewer.test.pixels != fewer.train.subset(Array(0..<5)).pixels)
    let whole = try Dataset.open("shapes-hard", environment: [:])
    #expect((whole.train.count, whole.test.count) == (3000, 2000))
    #expect(whole.train.subset(Array(0..<200)).pixels == data.train.pixels)
  }

  private static let knownHard =
    "bd44604ae70fd26cf430fd93b0bf99396b330efdcd84a760e5331e42e164dae4"

  /// Choosing the class with the nearest mean colour is hardly better than chance.
  @Test(arguments: [
    Shapes.dataset(train: 4000, test: 1000), HardShapes.dataset(train: 4000, test: 1000),
  ])
  func coloursDoNotRevealTheClass(_ data: Dataset) {
    func color(_ set: PictureSet, _ index: Int) -> [Double] {
      (0..<3).map { c in
        let start = index * set.sampleCount + c * 1024
        return Double(set.pixels[start..<(start + 1024)].reduce(0) { $0 + Int($1) }) / 1024
      }
    }
    var means = [[Double]](repeating: [0, 0, 0], count: 10)
    for i in 0..<data.train.count {
      let color = color(data.train, i)
      for c in 0..<3 { means[i % 10][c] += color[c] / 400 }
    }
    var right = 0
    for i in 0..<data.test.count {
      let color = color(data.test, i)
      func distance(_ k: Int) -> Double {
        (0..<3).reduce(0) { $0 + (color[$1] - means[k][$1]) * (color[$1] - means[k][$1]) }
      }
      let nearest = (0..<10).min { distance($0) < distance($1) }
      if nearest == Int(data.test.labels[i]) { right += 1 }
    }
    #expect(right < 250, "\(right) of 1000")
  }

  /// Every class looks different from every other one at the same position, size and angle.
  @Test func outlinesDiffer() {
    func mask(_ shape: Shapes.Shape) -> [Bool] {
      (0..<1024).map { shape.distance(Float($0 % 32 - 16) / 12, Float($0 / 32 - 16) / 12) < 0 }
    }
    let masks = Shapes.Shape.allCases.map(mask)
    #expect(masks.count == Shapes.classNames.count)
    for a in masks.indices {
      let area = masks[a].count { $0 }
      #expect((80...420).contains(area), "\(Shapes.classNames[a]): \(area)")
      for b in 0..<a {
        let different = zip(masks[a], masks[b]).count { $0 != $1 }
        #expect(different >= 60, "\(Shapes.classNames[a]), \(Shapes.classNames[b]): \(different)")
      }
    }
  }
}
