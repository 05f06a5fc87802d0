import Dispatch
import Synchronization
import Tensors

/// The cells that wait to run, and the one that runs.
///
/// Everything that decides about a cell happens under one lock: that it begins, that it is interrupted, that
/// it has ended. So an interrupt stops the cell that runs at that moment, or nothing; it can't get lost while
/// a cell begins, and can't stop the next one.
final class ExecutionQueue: Sendable {
  /// A cell's request.
  private struct Entry {
    var request: WireMessage
    /// Whether an interrupt came before its turn.
    var isAborted = false
  }

  private struct State {
    var waiting: [Entry] = []
    var running: WireMessage?
    var isEnding = false
    /// How many requests have come so far.
    var arrivals = 0
  }

  /// Whose turn it is.
  enum Turn {
    /// A cell to run.
    case run(WireMessage)
    /// A cell that was interrupted before its turn.
    case abort(WireMessage)
  }

  /// Set while the running cell should stop. Sessions and lessons can't clear it.
  let cancellation = Cancellation(isKept: true)
  private let state = Mutex(State())
  private let available = DispatchSemaphore(value: 0)

  /// Adds a request at the end.
  func add(_ request: WireMessage) {
    state.withLock {
      $0.waiting.append(Entry(request: request))
      $0.arrivals += 1
    }
    available.signal()
  }

  /// Waits for the next request.
  ///
  /// - Parameter begin: what to do before anything else can happen to the request.
  /// - Returns: nil once the kernel ends.
  func next(_ begin: (WireMessage) -> Void) -> Turn? {
    while true {
      available.wait()
      let turn = state.withLock { state -> Turn? in
        // Requests that were aborted have left their signals behind.
        guard !state.isEnding, !state.waiting.isEmpty else { return nil }
        let entry = state.waiting.removeFirst()
        state.running = entry.request
        cancellation.clear()
        begin(entry.request)
        return entry.isAborted ? .abort(entry.request) : .run(entry.request)
      }
      if let turn { return turn }
      if state.withLock({ $0.isEnding }) { return nil }
    }
  }

  /// Ends the turn of the running cell.
  ///
  /// - Parameters:
  ///   - abortsWaiting: whether the requests that wait are not to run.
  ///   - finish: what to do before anything else can happen, with the requests that will not run.
  func end(abortsWaiting: Bool, _ finish: ([WireMessage]) -> Void) {
    state.withLock { state in
      var aborted: [WireMessage] = []
      if abortsWaiting {
        aborted = state.waiting.map(\.request)
        state.waiting = []
      }
      finish(aborted)
      state.running = nil
    }
  }

  /// Stops the running cell, and those that wait now.
  func interrupt() {
    state.withLock { state in
      if state.running != nil { cancellation.cancel() }
      for place in state.waiting.indices { state.waiting[place].isAborted = true }
    }
  }

  /// Does something with the running cell's request while the cell can neither begin nor end.
  func whileSteady(_ work: (WireMessage?) -> Void) { state.withLock { work($0.running) } }

  /// How many requests have come so far.
  var arrivals: Int { state.withLock { $0.arrivals } }

  /// Stops the running cell; no other runs.
  func close() {
    state.withLock {
      $0.isEnding = true
      cancellation.cancel()
    }
    available.signal()
  }
}
