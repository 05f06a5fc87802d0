import Basics
import CLibrary
import Layers
import Parallel
import Synchronization

/// Computes a rank's shards side by side, because a layer needs sums over the whole batch: batch
/// normalization needs its mean and its variance.
///
/// Each shard has a plan and a thread, but only one computes at a time: where a layer asks for a sum, it's the
/// next shard's turn. Once the last has asked, the sum is made, and the first goes on.
final class Lockstep: Sendable {
  private let count: Int
  private let ranks: any Collective
  private let turn = Atomic<Int>(0)
  /// What each shard adds, then the sum.
  private let terms: Mutex<[[Double]]>

  /// Shards of one rank.
  init(_ count: Int, ranks: any Collective) {
    (self.count, self.ranks) = (count, ranks)
    terms = Mutex(Array(repeating: [], count: count))
  }

  /// The whole batch, as a shard's plan sees it.
  func parts(for shard: Int) -> BatchParts {
    BatchParts(count: count * ranks.size) { self.sum(&$0, of: shard) }
  }

  private func sum(_ values: inout [Double], of shard: Int) {
    let own = values
    terms.withLock { $0[shard] = own }
    if shard == count - 1 {
      let sum = Self.tree(
        ranks.gather(Self.bytes(Self.tree(terms.withLock { $0 }))).map(Self.numbers))
      terms.withLock { $0 = Array(repeating: sum, count: count) }
    }
    passTurn(from: shard)
    awaitTurn(of: shard)
    values = terms.withLock { $0[shard] }
  }

  /// Runs the shards' work, each on a separate thread.
  ///
  /// - Throws: the first error of a shard.
  func run(_ work: @escaping @Sendable (Int) throws -> Void) throws {
    guard count > 1 else { return try work(0) }
    let failure = Mutex<(any Error)?>(nil)
    turn.store(0, ordering: .releasing)
    let threads = (0..<count).map { shard in
      WorkThread {
        self.awaitTurn(of: shard)
        do {
          try work(shard)
        } catch {
          failure.withLock { $0 = $0 ?? error }
        }
        self.passTurn(from: shard)
      }
    }
    guard threads.allSatisfy({ $0 != nil }) else {
      // Those that have started wait for the others, so they can't end.
      preconditionFailure("The system allows no more threads.")
    }
    for thread in threads { thread?.wait() }
    if let error = failure.withLock({ $0 }) { throw error }
  }

  private func passTurn(from shard: Int) {
    turn.store((shard + 1) % count, ordering: .releasing)
  }

  private func awaitTurn(of shard: Int) {
    var looks = 0
    while turn.load(ordering: .acquiring) != shard {
      looks += 1
      if looks < 100 { sched_yield() } else { usleep(50) }
    }
  }

  /// The sum of the terms in the order of `TreeSum`: with 2ᵏ shards per rank it doesn't depend on how many
  /// ranks share them.
  private static func tree(_ terms: [[Double]]) -> [Double] {
    var (terms, distance) = (terms, 1)
    while distance < terms.count {
      for lower in stride(from: 0, to: terms.count - distance, by: 2 * distance) {
        for i in terms[lower].indices { terms[lower][i] += terms[lower + distance][i] }
      }
      distance *= 2
    }
    return terms[0]
  }

  private static func bytes(_ numbers: [Double]) -> [UInt8] {
    numbers.withUnsafeBytes { Array($0) }
  }

  private static func numbers(_ bytes: [UInt8]) -> [Double] {
    bytes.withUnsafeBytes { raw in
      (0..<(raw.count / 8)).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: Double.self) }
    }
  }
}
