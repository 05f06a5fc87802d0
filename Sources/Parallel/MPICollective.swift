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
        for bytes in here {
          withUnsafeBytes(of: bytes.count) { packed += $0 }
          packed += bytes
        }
        packed = gatherMachines(packed)
      }
      var rest = neighbours.broadcast(packed)[...]
      return (0..<size).map { _ in
        let count = rest.prefix(MemoryLayout<Int>.size).withUnsafeBytes {
          $0.loadUnaligned(as: Int.self)
        }
        rest = rest.dropFirst(MemoryLayout<Int>.size)
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
      }
    }

    /// The leaders' bytes, one after the other.
    private func gatherMachines(_ bytes: [UInt8]) -> [UInt8] {
      var counts = [Int32](repeating: 0, count: machines)
      waiting { cmpi_gather_counts(Int32(bytes.count), &counts) }
      var starts: [Int32] = [0]
      for count in counts { starts.append(starts[starts.count - 1] + count) }
      var all = [UInt8](repeating: 0, count: Int(starts[machines]))
      waiting { cmpi_gather(bytes, &all, counts, starts) }
      sent.add(bytes.count * (machines - 1), ordering: .relaxed)
      return all
    }
  }
#endif
