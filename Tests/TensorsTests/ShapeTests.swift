import Tensors
import Testing

@Suite("Shapes and tensors")
struct ShapeTests {
  @Test(
    arguments: [
      ([], 1, "scalar"), ([5], 5, "5"), ([2, 3], 6, "2×3"), ([96, 55, 55], 290_400, "96×55×55"),
      ([4, 0, 7], 0, "4×0×7"),
    ] as [(Shape, Int, String)])
  func countAndDescription(shape: Shape, count: Int, description: String) {
    #expect(shape.count == count)
    #expect(shape.description == description)
  }

  @Test func axes() {
    let map: Shape = [2, 3, 5, 7]
    #expect([map.n, map.c, map.h, map.w] == [2, 3, 5, 7])
    let features: Shape = [2, 3]
    #expect([features.n, features.c, features.h, features.w] == [2, 3, 1, 1])
    #expect(map.withoutBatch == [3, 5, 7])
    #expect(map[2] == 5)
  }

  /// Counting through all indices in order gives the offsets 0, 1, 2, …, and converts each of them
  /// back.
  @Test(arguments: [[7], [2, 3], [1, 4, 1], [2, 3, 4, 5], [2, 1, 3, 2, 2, 3]] as [Shape])
  func offsetAndIndexAreInverse(shape: Shape) {
    var index = [Int](repeating: 0, count: shape.rank)
    for offset in 0..<shape.count {
      #expect(shape.offset(of: index) == offset)
      #expect(shape.index(at: offset) == index)
      for axis in (0..<shape.rank).reversed() {
        index[axis] += 1
        guard index[axis] == shape[axis] else { break }
        index[axis] = 0
      }
    }
    #expect(index.allSatisfy { $0 == 0 })
  }

  @Test func subscriptsReadRowMajor() {
    var tensor = Tensor(shape: [2, 3, 2, 2], values: (0..<24).map(Float.init))
    #expect(tensor[[1, 2, 1, 0]] == 22)
    #expect(tensor[1, 2, 1, 0] == 22)
    tensor[0, 1, 0, 1] = -1
    tensor[[1, 0, 0, 0]] = -2
    #expect(tensor.values[5] == -1)
    #expect(tensor.values[12] == -2)
    #expect(tensor.count == 24)
  }

  @Test func aCopyIsAValue() {
    let original = Tensor(repeating: 1, shape: [2, 2])
    var copy = original
    copy.withUnsafeMutableBufferPointer { $0[3] = 5 }
    #expect(original.values == [1, 1, 1, 1])
    #expect(copy.values == [1, 1, 1, 5])
    #expect(original != copy)
    #expect(copy.reshaped(to: [4]).values == copy.values)
    #expect(copy.reshaped(to: [4]) != copy)
  }
}
