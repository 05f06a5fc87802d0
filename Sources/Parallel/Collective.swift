/// Processes that work on one task together. Each has a number, its rank.
///
/// Every rank makes the same calls in the same order, and each call waits for the others. If one of them
/// fails or dies the program ends, so nothing here throws. Use a collective from one thread at a time.
package protocol Collective: AnyObject, Sendable {
  /// The number of this process, from 0.
  var rank: Int { get }
  /// The number of processes.
  var size: Int { get }
  /// What this rank has sent so far, and how long it has waited.
  var traffic: Traffic { get }

  /// Whether some ranks are on other machines. A sum then mostly waits for messages, and the processor can
  /// compute meanwhile.
  var sendsMessages: Bool { get }

  /// Replaces each number by its sum over all ranks, added in the order of `TreeSum`, times `scale`.
  func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float)

  /// Everyone's bytes, in the order of the ranks. They may differ in number.
  func gather(_ bytes: [UInt8]) -> [[UInt8]]

  /// Sends `parts[r]` to rank r, and returns what each rank has sent to this one. Parts may differ in
  /// length and be empty; a rank's part for itself isn't sent.
  func exchange(_ parts: [[Float]]) -> [[Float]]
}

extension Collective {
  /// False: only memory is shared.
  package var sendsMessages: Bool { false }

  /// Rank 0's bytes.
  package func broadcast(_ bytes: [UInt8]) -> [UInt8] { gather(rank == 0 ? bytes : [])[0] }

  /// Everyone's numbers, in the order of the ranks. They may differ in number.
  package func gather(numbers: [Float]) -> [[Float]] {
    gather(numbers.withUnsafeBytes { Array($0) }).map(\.floats)
  }

  /// Waits until every rank has come here, without using the processor.
  package func wait() { _ = gather([]) }

  /// Whether this is the rank that prints and writes.
  package var isFirst: Bool { rank == 0 }
}

/// What a rank has sent to others, and how long it has waited for them.
package struct Traffic: Hashable, Sendable {
  /// Bytes that went to other ranks; through memory on the same machine.
  package var bytes = 0
  /// Those of them that went to other machines.
  package var messageBytes = 0
  /// Seconds of waiting.
  package var seconds = 0.0

  /// Nothing yet, unless something is given.
  package init(bytes: Int = 0, messageBytes: Int = 0, seconds: Double = 0) {
    (self.bytes, self.messageBytes, self.seconds) = (bytes, messageBytes, seconds)
  }

  /// Both together.
  package static func + (one: Traffic, other: Traffic) -> Traffic {
    Traffic(
      bytes: one.bytes + other.bytes, messageBytes: one.messageBytes + other.messageBytes,
      seconds: one.seconds + other.seconds)
  }

  /// What came after an earlier state.
  package static func - (now: Traffic, before: Traffic) -> Traffic {
    Traffic(
      bytes: now.bytes - before.bytes, messageBytes: now.messageBytes - before.messageBytes,
      seconds: now.seconds - before.seconds)
  }
}

/// One process by itself.
package final class SingleProcess: Collective {
  /// The process, which has no settings.
  package init() {}

  package let rank = 0
  package let size = 1
  package let traffic = Traffic()

  package func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float) {
    TreeSum.multiply(values, by: scale)
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] { [bytes] }

  package func exchange(_ parts: [[Float]]) -> [[Float]] { parts }
}

extension [UInt8] {
  /// The numbers whose bytes these are.
  var floats: [Float] {
    let count = count / MemoryLayout<Float>.stride
    return [Float](unsafeUninitializedCapacity: count) { numbers, written in
      withUnsafeBytes {
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: $0.prefix(count * MemoryLayout<Float>.stride)))
      }
      written = count
    }
  }
}
