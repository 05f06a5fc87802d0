import Datasets
import Foundation
import TensorFiles
import Tensors
import Testing

@testable import Training

/// The confusion matrix: sparse counts, and the file.
@Suite struct ConfusionTests {
  @Test func countsAsATableDoes() {
    let random = CounterRandom("confusion", seed: 2)
    var matrix = ConfusionMatrix(classes: 9)
    var table = [[Int]](repeating: [Int](repeating: 0, count: 9), count: 9)
    for n in 0..<300 {
      let (row, column) = (
        Int(random.below(9, UInt64(2 * n))), Int(random.below(4, UInt64(2 * n + 1)))
      )
      matrix.add(row: row, column: column)
      table[row][column] += 1
    }
    #expect((0..<9).map(matrix.row) == table)
    #expect(matrix.cells.map(\.count).reduce(0, +) == 300)
    #expect(matrix.cells.count == table.joined().count { $0 > 0 })
    #expect(
      zip(matrix.cells, matrix.cells.dropFirst()).allSatisfy {
        ($0.row, $0.column) < ($1.row, $1.column)
      })
    let confused = matrix.confusions
    #expect(confused.allSatisfy { $0.row != $0.column && $0.count == table[$0.row][$0.column] })
    #expect(zip(confused, confused.dropFirst()).allSatisfy { $0.count >= $1.count })
  }

  /// 65,535 classes need no table of four billion counts.
  @Test func manyClasses() {
    var matrix = ConfusionMatrix(classes: 65_535)
    for n in 0..<1000 { matrix.add(row: (n * 7919) % 65_535, column: n % 3) }
    #expect(matrix.cells.count <= 1000 && matrix.cells.map(\.count).reduce(0, +) == 1000)
    let found = Evaluation(
      classNames: (0..<65_535).map { "\($0)" }, confusion: matrix,
      notNumbers: [Int](repeating: 0, count: 65_535), topFive: 1, loss: 9, areProbabilities: true,
      crops: .center)
    #expect(found.count == 1000 && found.classes.count == 65_535)
    #expect(found.classes.map(\.told).prefix(4) == [334, 333, 333, 0])
    #expect(found.classesFromBest.count == 1000)
  }

  static func evaluation(notNumbers: [Int] = [0, 0, 0]) -> Evaluation {
    var matrix = ConfusionMatrix(classes: 3)
    for (row, column) in [(0, 0), (0, 0), (0, 2), (1, 1), (2, 0), (2, 2), (2, 0)] {
      matrix.add(row: row, column: column)
    }
    return Evaluation(
      classNames: ["tench, Tinca tinca", "a \"ray\"", "plain"], confusion: matrix,
      notNumbers: notNumbers, topFive: 7, loss: 1, areProbabilities: true, crops: .center)
  }

  static func written(_ evaluation: Evaluation, mostClassesInTable: Int = 4096) throws -> String {
    let folder = try Folder()
    try evaluation.writeConfusion(to: folder("a.csv"), mostClassesInTable: mostClassesInTable)
    #expect(folder.files() == ["a.csv"])
    return String(decoding: try folder.bytes("a.csv"), as: UTF8.self)
  }

  @Test func table() throws {
    #expect(
      try Self.written(Self.evaluation()) == """
        true class,"tench, Tinca tinca","a ""ray""\",plain
        "tench, Tinca tinca",2,0,1
        "a ""ray""\",0,1,0
        plain,2,0,1

        """)
    #expect(
      try Self.written(Self.evaluation(notNumbers: [0, 4, 0])) == """
        true class,"tench, Tinca tinca","a ""ray""\",plain,(nan)
        "tench, Tinca tinca",2,0,1,0
        "a ""ray""\",0,1,0,4
        plain,2,0,1,0

        """)
  }

  @Test func pairs() throws {
    #expect(
      try Self.written(Self.evaluation(notNumbers: [0, 4, 0]), mostClassesInTable: 2) == """
        true class,predicted class,images
        "tench, Tinca tinca","tench, Tinca tinca",2
        "tench, Tinca tinca",plain,1
        "a ""ray""\","a ""ray""\",1
        "a ""ray""\",(nan),4
        plain,"tench, Tinca tinca",2
        plain,plain,1

        """)
  }

  @Test func classes() {
    let found = Self.evaluation(notNumbers: [0, 4, 0])
    #expect(found.count == 11 && found.correct == 4 && found.notNumberCount == 4)
    #expect(found.classes.map(\.count) == [3, 5, 3])
    #expect(found.classes.map(\.told) == [4, 1, 2])
    #expect(found.classesFromBest.map(\.name).map { $0.prefix(1) } == ["t", "p", "a"])
    #expect(found.confusion.confusions.map(\.count) == [2, 1])
  }
}
