#if MPI
  import CLibrary
  import CMPI
  import Synchronization

  /// The processes that `mpirun`, or another launcher, started together: those of one machine share
  /// memory, and the first of each machine, its leader, sends messages to the other leaders.
  final class MPICollective: Collective {
    let rank: Int
    let size: Int
    /// The ranks of this machine.
    let neighbours: Neighbours
    private let machine: Int
    private let machines: Int
    private let isEven: Bool
    private let sent = Atomic<Int>(0)
    private let waited = Atomic<Int>(0)

    /// Joins the other processes; nil if MPI can't start.
    init?() {
      // For tests: as if the ranks were on several machines.
      let most = getenv("ALEXNET_MACHINE_RANKS").flatMap { Int32(String(cString: $0)) } ?? 0
      var place = cmpi_place()
      guard cmpi_begin(most, &place) == 0 else { return nil }
      (rank, size) = (Int(place.rank), Int(place.size))
      (machine, machines, isEven) = (Int(place.machine), Int(place.machines), place.is_even != 0)
      let bytes = Neighbours.bytes(size: Int(place.neighbours))
      guard let memory = cmpi_share(bytes) else { return nil }
      neighbours = Neighbours(Int(place.neighbour), of: Int(place.neighbours), memory: memory)
    }

    /// Whether sums over the machines are in the order of `TreeSum`: each has the same power of two of
    /// ranks.
    var isOrderly: Bool {
      machines == 1 || isEven && neighbours.size & (neighbours.size - 1) == 0
    }

    var sendsMessages: Bool { machines > 1 }

    var traffic: Traffic {
      var traffic = neighbours.traffic
      traffic.messageBytes = sent.load(ordering: .relaxed)
      traffic.bytes += traffic.messageBytes
      traffic.seconds += Double(waited.load(ordering: .relaxed)) / 1e9
      return traffic
    }

    func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float) {
      guard machines > 1 else { return neighbours.sum(values, scale: scale) }
      neighbours.sum(values, scale: 1) { self.sumMachines($0, scale) }
    }

    /// Adds up the leaders' numbers. Each adds one part of them for all.
    private func sumMachines(_ values: UnsafeMutableBufferPointer<Float>, _ scale: Float) {
      let starts = TreeSum.starts(values.count, parts: machines)
      let (start, count) = (starts[machine], starts[machine + 1] - starts[machine])
      let counts = zip(starts, starts.dropFirst()).map { Int32($1 - $0) }
      let places = starts.map { Int32($0) }
      withUnsafeTemporaryAllocation(of: Float.self, capacity: max(1, count * machines)) {
        let received = $0.baseAddress!
        waiting { cmpi_exchange(values.baseAddress, counts, places, received, Int32(count)) }
        TreeSum.add((0..<machines).map { received + $0 * count }, count: count)
        let sum = UnsafeMutableBufferPointer(start: received, count: count)
        TreeSum.multiply(sum, by: scale)
        _ = UnsafeMutableBufferPointer(rebasing: values[start..<(start + count)]).update(from: sum)
      }
      waiting { cmpi_spread(values.baseAddress, counts, places) }
      sent.add(4 * (values.count - count + (machines - 1) * count), ordering: .relaxed)
    }

    /// Makes a call that waits for messages, and measures how long.
    private func waiting(_ call: () -> Void) {
      let start = ContinuousClock.now
      call()
      waited.add(Int((ContinuousClock.now - start) / .nanoseconds(1)), ordering: .relaxed)
    }

    func gather(_ bytes: [UInt8]) -> [[UInt8]] {
      let here = neighbours.gather(bytes)
      guard machines > 1 else { return here }
      var packed: [UInt8] = []
      if neighbours.rank == 0 {
        for bytes in here { PackedParts.add(bytes, to: &packed) }
        packed = gatherMachines(packed)
      }
      var rest = PackedParts(neighbours.broadcast(packed))
      return (0..<size).map { _ in rest.next() }
    }

    /// The leaders' bytes, one after the other.
    private func gatherMachines(_ bytes: [UInt8]) -> [UInt8] {
      var counts = [Int32](repeating: 0, count: machines)
      waiting { cmpi_gather_counts(Int32(bytes.count), &counts) }
      let starts = Self.starts(counts)
      var all = [UInt8](repeating: 0, count: Int(starts[machines]))
      waiting { cmpi_gather(bytes, &all, counts, starts) }
      sent.add(bytes.count * (machines - 1), ordering: .relaxed)
      return all
    }

    func exchange(_ parts: [[Float]]) -> [[Float]] {
      guard machines > 1 else { return neighbours.exchange(parts) }
      // Within the machine, directly.
      let here = (machine * neighbours.size)..<((machine + 1) * neighbours.size)
      let near = neighbours.exchange(Array(parts[here]))
      // To others by way of the leaders. What each rank of this machine sends: a part for each rank.
      var own: [UInt8] = []
      for (rank, part) in parts.enumerated() {
        PackedParts.add(here.contains(rank) ? [] : part.withUnsafeBytes(Array.init), to: &own)
      }
      var arrived: [UInt8] = []
      let all = neighbours.gather(own)
      if neighbours.rank == 0 { arrived = trade(all) }
      // For each rank of each other machine, what it sends to each rank of this one.
      var rest = PackedParts(neighbours.broadcast(arrived))
      var received = [[Float]](repeating: [], count: size)
      for rank in 0..<size where !here.contains(rank) {
        for neighbour in 0..<neighbours.size {
          let part = rest.next()
          if neighbour == neighbours.rank { received[rank] = part.floats }
        }
      }
      received.replaceSubrange(here, with: near)
      return received
    }

    /// Exchanges what the ranks of all machines send to each other.
    ///
    /// - Parameter packed: for each rank of this machine, its parts for all ranks.
    /// - Returns: for each rank of the other machines, its parts for the ranks of this one.
    private func trade(_ packed: [[UInt8]]) -> [UInt8] {
      var toMachines = [[UInt8]](repeating: [], count: machines)
      for packed in packed {
        var parts = PackedParts(packed)
        for rank in 0..<size {
          let (part, other) = (parts.next(), rank / neighbours.size)
          if other != machine { PackedParts.add(part, to: &toMachines[other]) }
        }
      }
      let counts = toMachines.map { Int32($0.count) }
      var lengths = [Int32](repeating: 0, count: machines)
      waiting { cmpi_trade_counts(counts, &lengths) }
      let places = Self.starts(lengths)
      var received = [UInt8](repeating: 0, count: Int(places[machines]))
      let bytes = Array(toMachines.joined())
      waiting { cmpi_trade(bytes, counts, Self.starts(counts), &received, lengths, places) }
      sent.add(bytes.count, ordering: .relaxed)
      return received
    }

    /// Where parts of these lengths begin, one after the other, and where the last ends.
    private static func starts(_ counts: [Int32]) -> [Int32] {
      counts.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1) }
    }
  }
#endif

/// Bytes in parts, each after its length.
struct PackedParts {
  private let bytes: [UInt8]
  private var place = 0

  /// Parts to read.
  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// Adds a part at the end.
  static func add(_ part: [UInt8], to bytes: inout [UInt8]) {
    withUnsafeBytes(of: part.count) { bytes += $0 }
    bytes += part
  }

  /// The next part.
  mutating func next() -> [UInt8] {
    let start = place + MemoryLayout<Int>.size
    let count = bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: place, as: Int.self) }
    place = start + count
    return Array(bytes[start..<place])
  }
}
