import Basics
import Foundation
import Parallel
import Synchronization

/// Ranks that are threads of one process: each makes the calls that a process would make.
public final class ThreadRanks: Sendable {
  /// The number of ranks.
  public let size: Int
  private let meeting = NSCondition()
  private let state: Mutex<State>

  private struct State {
    /// How many ranks have come to the current meeting, and the number of the meeting.
    var arrived = 0
    var round = 0
    /// Where each rank's numbers begin, as an address.
    var addresses: [Int]
    /// Each rank's bytes.
    var bytes: [[UInt8]]
  }

  private init(_ size: Int) {
    self.size = size
    state = Mutex(
      State(
        addresses: [Int](repeating: 0, count: size), bytes: [[UInt8]](repeating: [], count: size)))
  }

  /// Runs a closure on each of `size` ranks at once.
  ///
  /// - Returns: what each returned or threw, in the order of the ranks.
  package static func run<Value: Sendable>(
    _ size: Int, _ body: @escaping @Sendable (any Collective) throws -> Value
  ) -> [Result<Value, any Error>] {
    let ranks = ThreadRanks(size)
    let results = Mutex([Result<Value, any Error>?](repeating: nil, count: size))
    let threads = (0..<size).map { rank in
      WorkThread {
        let result = Result { try body(ThreadRank(rank, of: ranks)) }
        results.withLock { $0[rank] = result }
      }
    }
    for thread in threads { thread?.wait() }
    return results.withLock { $0.map { $0! } }
  }

  /// Waits until every rank has come here.
  fileprivate func meet() {
    meeting.lock()
    defer { meeting.unlock() }
    let round = state.withLock { state in
      state.arrived += 1
      let round = state.round
      if state.arrived == size { (state.arrived, state.round) = (0, round + 1) }
      return round
    }
    meeting.broadcast()
    while state.withLock({ $0.round == round }) { meeting.wait() }
  }

  /// Calls a closure with what every rank has put there.
  fileprivate func share<Value>(
    _ put: (inout [Int], inout [[UInt8]]) -> Void, _ take: ([Int], [[UInt8]]) -> Value
  ) -> Value {
    state.withLock { put(&$0.addresses, &$0.bytes) }
    meet()
    let (addresses, bytes) = state.withLock { ($0.addresses, $0.bytes) }
    let value = take(addresses, bytes)
    meet()
    return value
  }
}

/// One of them.
private final class ThreadRank: Collective {
  let rank: Int
  private let ranks: ThreadRanks

  init(_ rank: Int, of ranks: ThreadRanks) { (self.rank, self.ranks) = (rank, ranks) }

  var size: Int { ranks.size }

  func exchange(
    _ values: UnsafeMutableBufferPointer<Float>, starts: [Int],
    into received: UnsafeMutableBufferPointer<Float>
  ) {
    let own = starts[rank]..<starts[rank + 1]
    precondition(starts.count == size + 1 && starts[size] == values.count)
    precondition(received.count == own.count * size)
    share(values) { other, address in
      for i in own.indices { received[other * own.count + i - own.lowerBound] = address[i] }
    }
  }

  func spread(_ values: UnsafeMutableBufferPointer<Float>, starts: [Int]) {
    share(values) { other, address in
      guard other != rank else { return }
      for i in starts[other]..<starts[other + 1] { values[i] = address[i] }
    }
  }

  private func share(
    _ values: UnsafeMutableBufferPointer<Float>, _ take: (Int, UnsafePointer<Float>) -> Void
  ) {
    ranks.share {
      addresses, _ in
      addresses[rank] = Int(bitPattern: values.baseAddress)
    } _: { addresses, _ in
      for (other, address) in addresses.enumerated() {
        if let address = UnsafePointer<Float>(bitPattern: address) { take(other, address) }
      }
    }
  }

  func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    ranks.share {
      $1[rank] = bytes
    } _: {
      $1
    }
  }

  func wait() { ranks.meet() }

  func abort(_ status: Int32) -> Never {
    preconditionFailure("Rank \(rank) ended all with \(status).")
  }
}
