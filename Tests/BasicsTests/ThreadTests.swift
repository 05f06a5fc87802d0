import Basics
import Synchronization
import Testing

@Suite struct ThreadTests {
  @Test(arguments: [0, 1, 2, 1000])
  func concurrentlyRunsEachOnce(_ count: Int) {
    let seen = Mutex([Int](repeating: 0, count: count))
    concurrently(count) { number in seen.withLock { $0[number] += 1 } }
    #expect(seen.withLock { $0 } == [Int](repeating: 1, count: count))
  }

  @Test func threadsAreWaitedFor() throws {
    let done = Atomic(false)
    try #require(WorkThread { done.store(true, ordering: .releasing) }).wait()
    let isDone = done.load(ordering: .acquiring)
    #expect(isDone)
  }
}
