import CLibrary
import Synchronization

/// The ranks of one machine. They share memory, through which sums and bytes go.
///
///     memory   a header, a note for each rank, then two areas for each rank
///
/// A rank writes into its area, meets the others, and reads theirs. The next time it uses its other area,
/// so it needn't wait until everyone has read the first: when it comes back to that, they have met again.
package final class Neighbours: Collective {
  package let rank: Int
  package let size: Int

  /// Numbers are written by one rank, and read by others after a meeting; the rest are atomics.
  private nonisolated(unsafe) let memory: UnsafeMutableRawPointer

  /// The most numbers in an area: 1 MiB, which stays in the processor's cache.
  package static let usualArea = 1 << 18
  private let area: Int

  private let waited = Atomic<Int>(0)
  private let sent = Atomic<Int>(0)
  private let turn = Atomic<Int>(0)

  /// The bytes of memory that `size` ranks share.
  package static func bytes(size: Int, area: Int = usualArea) -> Int {
    Note.stride * (1 + size) + 2 * size * MemoryLayout<Float>.stride * area
  }

  /// A rank.
  ///
  /// - Parameters:
  ///   - memory: `bytes` of memory that all share, zero at first; it must live as long as the ranks do.
  ///   - area: the most numbers in an area, the same for all.
  package init(_ rank: Int, of size: Int, memory: UnsafeMutableRawPointer, area: Int = usualArea) {
    (self.rank, self.size, self.memory, self.area) = (rank, size, memory, area)
    note(rank).pointee.process.store(Int(getpid()), ordering: .releasing)
  }

  package var traffic: Traffic {
    Traffic(
      bytes: sent.load(ordering: .relaxed),
      seconds: Double(waited.load(ordering: .relaxed)) / 1e9)
  }

  // MARK: Meetings

  /// Waits until every rank has come here.
  func meet() {
    let meeting = note(rank).pointee.meetings.wrappingAdd(1, ordering: .releasing).newValue
    func isComplete() -> Bool {
      (0..<size).allSatisfy { note($0).pointee.meetings.load(ordering: .acquiring) >= meeting }
    }
    guard !isComplete() else { return }
    let start = ContinuousClock.now
    var looks = 0
    repeat {
      looks += 1
      // Others may need this core to get here. A long wait is asleep.
      if looks < 100 { sched_yield() } else { usleep(looks < 1000 ? 50 : 1000) }
    } while !isComplete()
    waited.add(Int((ContinuousClock.now - start) / .nanoseconds(1)), ordering: .relaxed)
  }

  /// A rank's area for what comes next.
  private func area(of rank: Int, _ turn: Int) -> UnsafeMutableRawPointer {
    let offset = (2 * rank + (turn & 1)) * area * MemoryLayout<Float>.stride
    return memory + Note.stride * (1 + size) + offset
  }

  private func numbers(of rank: Int, _ turn: Int) -> UnsafeMutablePointer<Float> {
    area(of: rank, turn).assumingMemoryBound(to: Float.self)
  }

  private func nextTurn() -> Int { turn.wrappingAdd(1, ordering: .relaxed).newValue }

  // MARK: Collective

  package func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float) {
    sum(values, scale: scale, amongMachines: nil)
  }

  /// Adds up the ranks' numbers, a piece at a time. Each rank adds one part of them for all.
  ///
  /// - Parameter amongMachines: adds a piece to those of other machines; called on rank 0.
  func sum(
    _ values: UnsafeMutableBufferPointer<Float>, scale: Float,
    amongMachines: ((UnsafeMutableBufferPointer<Float>) -> Void)?
  ) {
    for start in stride(from: 0, to: values.count, by: area) {
      let piece = values[start..<min(values.count, start + area)]
      sum(piece: UnsafeMutableBufferPointer(rebasing: piece), scale, amongMachines)
    }
  }

  private func sum(
    piece values: UnsafeMutableBufferPointer<Float>, _ scale: Float,
    _ amongMachines: ((UnsafeMutableBufferPointer<Float>) -> Void)?
  ) {
    guard let own = values.baseAddress else { return }
    let turn = nextTurn()
    let starts = TreeSum.starts(values.count, parts: size)
    let (start, end) = (starts[rank], starts[rank + 1])
    // The others' parts, before and behind this rank's.
    let (mine, first) = (numbers(of: rank, turn), numbers(of: 0, turn))
    mine.update(from: own, count: start)
    (mine + end).update(from: own + end, count: values.count - end)
    meet()
    let terms = (0..<size).map { $0 == rank ? own + start : numbers(of: $0, turn) + start }
    TreeSum.add(terms, count: end - start)
    TreeSum.multiply(UnsafeMutableBufferPointer(start: terms[0], count: end - start), by: scale)
    let (from, to) = rank == 0 ? (own, first) : (first, own)
    (to + start).update(from: from + start, count: end - start)
    meet()
    sent.add(
      4 * (values.count - (end - start) + (size - 1) * (end - start)), ordering: .relaxed)
    if let amongMachines {
      if rank == 0 { amongMachines(UnsafeMutableBufferPointer(start: first, count: values.count)) }
      meet()
      own.update(from: first, count: values.count)
    } else {
      own.update(from: first, count: start)
      (own + end).update(from: first + end, count: values.count - end)
    }
  }

  package func gather(_ bytes: [UInt8]) -> [[UInt8]] {
    // The number of all bytes, then as many of them as an area can hold.
    let head = MemoryLayout<Int>.stride
    let room = area * MemoryLayout<Float>.stride - head
    var (gathered, longest, start) = ([[UInt8]](repeating: [], count: size), 0, 0)
    repeat {
      let turn = nextTurn()
      let own = area(of: rank, turn)
      own.storeBytes(of: bytes.count, as: Int.self)
      if start < bytes.count {
        bytes[start..<min(bytes.count, start + room)].withUnsafeBytes {
          (own + head).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
        }
      }
      meet()
      for rank in 0..<size {
        let area = area(of: rank, turn)
        let count = area.load(as: Int.self)
        longest = max(longest, count)
        guard start < count else { continue }
        gathered[rank] += UnsafeRawBufferPointer(
          start: area + head, count: min(count - start, room))
      }
      start += room
    } while start < longest
    sent.add(bytes.count * (size - 1), ordering: .relaxed)
    return gathered
  }

  package func exchange(_ parts: [[Float]]) -> [[Float]] {
    precondition(parts.count == size, "There is a part for each of \(size) ranks.")
    // The lengths of all parts, then as many of their numbers, one part after the other, as an area can hold.
    let head = size * MemoryLayout<Int>.stride
    let room = area - head / MemoryLayout<Float>.stride
    precondition(room > 0, "An area of \(area) numbers is too small for \(size) ranks.")
    let others = parts.indices.map { $0 == rank ? [] : parts[$0] }
    let outgoing = Array(others.joined())
    var received = [[Float]](repeating: [], count: size)
    var (longest, start) = (outgoing.count, 0)
    repeat {
      let turn = nextTurn()
      let own = area(of: rank, turn)
      others.map(\.count).withUnsafeBytes {
        own.copyMemory(from: $0.baseAddress!, byteCount: head)
      }
      if start < outgoing.count {
        outgoing[start..<min(outgoing.count, start + room)].withUnsafeBytes {
          (own + head).copyMemory(from: $0.baseAddress!, byteCount: $0.count)
        }
      }
      meet()
      for sender in 0..<size where sender != rank {
        let area = area(of: sender, turn)
        let counts = (0..<size).map {
          area.load(fromByteOffset: $0 * MemoryLayout<Int>.stride, as: Int.self)
        }
        longest = max(longest, counts.reduce(0, +))
        // This rank's part, where it lies in the piece.
        let before = counts[..<rank].reduce(0, +)
        let (first, end) = (max(before, start), min(before + counts[rank], start + room))
        guard first < end else { continue }
        let numbers = (area + head).assumingMemoryBound(to: Float.self)
        received[sender] += UnsafeBufferPointer(start: numbers + first - start, count: end - first)
      }
      start += room
    } while start < longest
    received[rank] = parts[rank]
    sent.add(MemoryLayout<Float>.stride * outgoing.count, ordering: .relaxed)
    return received
  }

  // MARK: Notes

  /// What a rank lets the others know of itself, at any time.
  struct Note: ~Copyable {
    /// How many meetings it has come to.
    let meetings: Atomic<Int>
    /// Its process.
    let process: Atomic<Int>
    /// A `Condition`.
    let condition: Atomic<Int>

    /// The bytes of a note, with room for a message behind it.
    static let stride = 1024
    /// Where the message begins.
    static let message = 64
  }

  enum Condition: Int {
    case working, done, failed
  }

  func note(_ rank: Int) -> UnsafeMutablePointer<Note> {
    (memory + Note.stride * (1 + rank)).assumingMemoryBound(to: Note.self)
  }

  /// How a rank is doing.
  func condition(_ rank: Int) -> Condition {
    Condition(rawValue: note(rank).pointee.condition.load(ordering: .acquiring)) ?? .failed
  }

  /// Whether a rank's process has ended.
  func isGone(_ rank: Int) -> Bool {
    let process = pid_t(truncatingIfNeeded: note(rank).pointee.process.load(ordering: .acquiring))
    return process > 0 && kill(process, 0) != 0 && errno == ESRCH
  }

  /// This rank's work is done.
  func finish() {
    note(rank).pointee.condition.store(Condition.done.rawValue, ordering: .releasing)
  }

  /// This rank can't go on.
  func fail(_ message: String) {
    let text = (memory + Note.stride * (1 + rank) + Note.message)
      .assumingMemoryBound(to: UInt8.self)
    // The rest of the memory is zero, so the text ends.
    for (i, byte) in message.utf8.prefix(Note.stride - Note.message - 1).enumerated() {
      text[i] = byte
    }
    note(rank).pointee.condition.store(Condition.failed.rawValue, ordering: .releasing)
  }

  /// Why a failed rank can't go on.
  func message(_ rank: Int) -> String {
    String(
      cString: (memory + Note.stride * (1 + rank) + Note.message)
        .assumingMemoryBound(to: UInt8.self))
  }

  /// The rank that tells the user why all end, plus 1; 0 if there is none.
  private var speakerWord: UnsafeMutablePointer<Atomic<Int>> {
    memory.assumingMemoryBound(to: Atomic<Int>.self)
  }

  /// The rank that tells the user why all end.
  var speaker: Int? {
    let word = speakerWord.pointee.load(ordering: .acquiring)
    return word == 0 ? nil : word - 1
  }

  /// Makes this rank the one that tells the user why all end.
  ///
  /// - Returns: false if another thread or rank does that already.
  func speak() -> Bool {
    speakerWord.pointee.compareExchange(
      expected: 0, desired: rank + 1, ordering: .acquiringAndReleasing
    ).exchanged
  }
}
