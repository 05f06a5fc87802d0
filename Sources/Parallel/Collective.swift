import CLibrary

/// Processes that work on one task together. Each has a number, its rank.
///
/// Every rank makes the same calls in the same order, and each call waits for the others. A failure of
/// the connection ends the program, so nothing here throws. Use a collective from one thread at a time.
package protocol Collective: AnyObject, Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var size: Int { get }

  /// Sends each rank its part of these numbers, and receives this rank's part of everyone's.
  ///
  /// - Parameters:
  ///   - values: as many on every rank.
  ///   - starts: where the parts begin, and the count of `values`: `size + 1` numbers.
  ///   - received: this rank's part of the numbers of rank 0, then of rank 1, and so on.
  func exchange(
    _ values: UnsafeMutableBufferPointer<Float>, starts: [Int],
    into received: UnsafeMutableBufferPointer<Float>)

  /// Gives every rank all parts: rank r's part is taken from rank r.
  func spread(_ values: UnsafeMutableBufferPointer<Float>, starts: [Int])

  /// Everyone's bytes, in the order of the ranks. They may differ in number.
  func gather(_ bytes: [UInt8]) -> [[UInt8]]

  /// Waits until every rank has come here, without using the processor.
  func wait()

  /// Ends all processes at once.
  func abort(_ status: Int32) -> Never
}

extension Collective {
  /// Rank 0's bytes.
  package func broadcast(_ bytes: [UInt8]) -> [UInt8] { gather(rank == 0 ? bytes : [])[0] }

  /// Whether this is the rank that prints and writes.
  package var isFirst: Bool { rank == 0 }
}

/// One process by itself.
package final class SingleProcess: Collective {
  /// The process, which has no settings.
  package init() {}

  package let rank = 0
  package let size = 1

  package func exchange(
    _ values: UnsafeMutableBufferPointer<Float>, starts: [Int],
    into received: UnsafeMutableBufferPointer<Float>
  ) { _ = received.update(from: values) }

  package func spread(_ values: UnsafeMutableBufferPointer<Float>, starts: [Int]) {}
  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }
  package func wait() {}
  package func abort(_ status: Int32) -> Never { exit(status) }
}
