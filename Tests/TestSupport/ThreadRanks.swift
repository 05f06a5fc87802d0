import Basics
import CLibrary
import Parallel
import Synchronization

/// Ranks that are threads of one process, and share memory as the processes of a machine do.
public enum ThreadRanks {
  /// Runs a closure on each of `size` ranks at once.
  ///
  /// - Parameter area: the most numbers that a rank shows the others at once.
  /// - Returns: what each returned or threw, in the order of the ranks.
  package static func run<Value: Sendable>(
    _ size: Int, area: Int = Neighbours.usualArea,
    _ body: @escaping @Sendable (any Collective) throws -> Value
  ) -> [Result<Value, any Error>] {
    let memory = UnsafeMutableRawBufferPointer.allocate(
      byteCount: Neighbours.bytes(size: size, area: area), alignment: 64)
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    defer { memory.deallocate() }
    let results = Mutex([Result<Value, any Error>?](repeating: nil, count: size))
    let threads = (0..<size).map { rank in
      let ranks = Neighbours(rank, of: size, memory: memory.baseAddress!, area: area)
      return WorkThread {
        let result = Result { try body(ranks) }
        results.withLock { $0[rank] = result }
      }
    }
    for thread in threads { thread?.wait() }
    return results.withLock { $0.map { $0! } }
  }
}
