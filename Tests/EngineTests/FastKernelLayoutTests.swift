import CFastKernels
import Tensors
import Testing

/// Layouts, copies and threads of the fast kernels.
@Suite("Fast kernels: layouts and threads")
struct FastKernelLayoutTests {
  @Test(
    arguments: [
      [1, 1, 1, 1], [2, 3, 5, 7], [3, 16, 4, 4], [1, 50, 5, 5], [2, 32, 1, 17], [1, 15, 16, 1],
    ] as [Shape])
  func reorder(_ shape: Shape) {
    let x = Tensor(drawn: shape, "x")
    let layouts = FastLayout.all(shape)
    for from in layouts {
      for to in layouts {
        let got = to.tensor { fk_reorder(from.map, Int32(to.block), from.floats(x), $0) }
        #expect(got == x, "\(from) to \(to)")
      }
    }
  }

  @Test func rows() {
    let from = (0..<100_000).map { Float($0) }
    let got = written(3 * 20_000) { fk_copy_rows(3, 17_000, from, 30_000, $0, 20_000) }
    var expected = [Float](repeating: .nan, count: 60_000)
    for row in 0..<3 {
      for i in 0..<17_000 { expected[row * 20_000 + i] = from[row * 30_000 + i] }
    }
    #expect(firstFault(got, expected) { _ in 0 } == nil)
  }

  /// Each index is processed once, whatever the number of threads. (The current number isn't
  /// checked, since other tests in this process set it too.)
  @Test(arguments: [1, 2, 3, 8], [0, 1, 2, 7, 1000])
  func parallel(_ threads: Int32, _ count: Int32) {
    fk_set_threads(threads)
    defer { fk_set_threads(0) }
    var visits = [Int32](repeating: 0, count: Int(count) + 1)
    visits.withUnsafeMutableBufferPointer {
      fk_parallel(
        count,
        { visits, begin, end in
          let visits = visits!.assumingMemoryBound(to: Int32.self)
          for i in begin..<end { visits[Int(i)] += 1 }
        }, $0.baseAddress!)
    }
    #expect(visits == Array(repeating: 1, count: Int(count)) + [0])
  }
}
