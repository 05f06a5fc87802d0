import TensorFiles
import Testing

@testable import Jupyter

/// Which cells run and which are stopped.
@Suite struct ExecutionQueueTests {
  static func request(_ code: String) throws -> WireMessage {
    try #require(
      WireMessage(WireMessageTests.frames(["code": .string(code)]), key: WireMessageTests.key))
  }

  /// The code of the next cell, and whether it runs.
  static func next(_ queue: ExecutionQueue) -> (code: String?, runs: Bool)? {
    switch queue.next({ _ in }) {
    case .run(let request)?: (request.content["code"]?.stringValue, true)
    case .abort(let request)?: (request.content["code"]?.stringValue, false)
    case nil: nil
    }
  }

  @Test func runsInOrder() throws {
    let queue = ExecutionQueue()
    for code in ["a", "b"] { queue.add(try Self.request(code)) }
    #expect(Self.next(queue)! == ("a", true))
    queue.end(abortsWaiting: false) { #expect($0.isEmpty) }
    #expect(Self.next(queue)! == ("b", true) && queue.arrivals == 2)
  }

  /// An interrupt before a cell's first step stays until the cell ends, whatever the session resets, and
  /// the next cell starts without it.
  @Test func interruptsAreNotLost() throws {
    let queue = ExecutionQueue()
    queue.add(try Self.request("a"))
    _ = Self.next(queue)
    queue.interrupt()
    queue.cancellation.reset()
    #expect(queue.cancellation.isCancelled)
    queue.add(try Self.request("b"))
    queue.end(abortsWaiting: false) { _ in }
    #expect(Self.next(queue)! == ("b", true))
    #expect(!queue.cancellation.isCancelled)
  }

  /// Between cells there is nothing to stop.
  @Test func interruptOfNothing() throws {
    let queue = ExecutionQueue()
    queue.interrupt()
    queue.add(try Self.request("a"))
    #expect(Self.next(queue)! == ("a", true))
    #expect(!queue.cancellation.isCancelled)
  }

  /// An interrupt also stops the cells that wait, but not those that come after it.
  @Test func interruptAbortsWaiting() throws {
    let queue = ExecutionQueue()
    for code in ["a", "b", "c"] { queue.add(try Self.request(code)) }
    _ = Self.next(queue)
    queue.interrupt()
    queue.add(try Self.request("d"))
    for expected in [("b", false), ("c", false), ("d", true)] {
      queue.end(abortsWaiting: false) { _ in }
      #expect(Self.next(queue)! == expected)
    }
  }

  @Test func failureTakesWaiting() throws {
    let queue = ExecutionQueue()
    for code in ["a", "b", "c"] { queue.add(try Self.request(code)) }
    _ = Self.next(queue)
    var aborted: [String?] = []
    queue.end(abortsWaiting: true) { aborted = $0.map { $0.content["code"]?.stringValue } }
    #expect(aborted == ["b", "c"])
    queue.add(try Self.request("d"))
    #expect(Self.next(queue)! == ("d", true))
  }

  /// The running cell's request is known while it runs.
  @Test func knowsWhatRuns() throws {
    let queue = ExecutionQueue()
    var running: [Bool] = []
    queue.whileSteady { running.append($0 != nil) }
    queue.add(try Self.request("a"))
    _ = Self.next(queue)
    queue.whileSteady { running.append($0 != nil) }
    queue.end(abortsWaiting: false) { _ in }
    queue.whileSteady { running.append($0 != nil) }
    #expect(running == [false, true, false])
  }

  /// At the end the running cell is stopped, and none follows.
  @Test func closes() throws {
    let queue = ExecutionQueue()
    for code in ["a", "b"] { queue.add(try Self.request(code)) }
    _ = Self.next(queue)
    queue.close()
    #expect(queue.cancellation.isCancelled && Self.next(queue) == nil)
  }
}
