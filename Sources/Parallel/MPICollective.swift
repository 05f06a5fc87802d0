#if MPI
  import CMPI

  /// The processes that `mpirun`, or another launcher, started together.
  final class MPICollective: Collective {
    let rank: Int
    let size: Int
    /// The number of ranks on this machine.
    let neighbours: Int

    /// Joins the other processes; nil if MPI can't start.
    init?() {
      guard cmpi_begin() == 0 else { return nil }
      (rank, size, neighbours) = (Int(cmpi_rank()), Int(cmpi_size()), Int(cmpi_neighbours()))
    }

    func exchange(
      _ values: UnsafeMutableBufferPointer<Float>, starts: [Int],
      into received: UnsafeMutableBufferPointer<Float>
    ) {
      let counts = Self.counts(starts)
      cmpi_exchange(
        values.baseAddress, counts, Self.offsets(starts), received.baseAddress, counts[rank])
    }

    func spread(_ values: UnsafeMutableBufferPointer<Float>, starts: [Int]) {
      cmpi_spread(values.baseAddress, Self.counts(starts), Self.offsets(starts))
    }

    func gather(_ bytes: [UInt8]) -> [[UInt8]] {
      var counts = [Int32](repeating: 0, count: size)
      cmpi_gather_counts(Int32(bytes.count), &counts)
      var starts = [0]
      for count in counts { starts.append(starts[starts.count - 1] + Int(count)) }
      var all = [UInt8](repeating: 0, count: starts[size])
      cmpi_gather(bytes, &all, counts, Self.offsets(starts))
      return (0..<size).map { Array(all[starts[$0]..<starts[$0 + 1]]) }
    }

    func wait() { cmpi_wait() }
    func abort(_ status: Int32) -> Never { cmpi_abort(status) }

    private static func counts(_ starts: [Int]) -> [Int32] {
      zip(starts, starts.dropFirst()).map { Int32($1 - $0) }
    }

    private static func offsets(_ starts: [Int]) -> [Int32] { starts.map { Int32($0) } }
  }
#endif
