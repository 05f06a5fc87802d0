import TestSupport
import Testing

@testable import Parallel

@Suite struct SumTests {
  /// Numbers whose sum depends on the order: of very different sizes.
  static func values(_ term: Int, _ count: Int) -> [Float] {
    (0..<count).map { i in
      let bits = UInt32(truncatingIfNeeded: (i &* 7919 &+ term &* 104_729) &* 2_654_435_761)
      return (Float(bits % 20_011) - 10_005) * (bits & 0x10_000 == 0 ? 1 : 1e-4)
    }
  }

  /// The sum of the terms, from the definition: halves of a power of two.
  static func tree(_ terms: [[Float]]) -> [Float] {
    if terms.count == 1 { return terms[0] }
    var half = 1
    while 2 * half < terms.count { half *= 2 }
    return zip(tree(Array(terms[..<half])), tree(Array(terms[half...]))).map { $0 + $1 }
  }

  static func sum(_ size: Int, _ count: Int, scale: Float = 1, area: Int = 1 << 12) throws
    -> [[Float]]
  {
    try ThreadRanks.run(size, area: area) { ranks in
      var values = values(ranks.rank, count)
      values.withUnsafeMutableBufferPointer { ranks.sum($0, scale: scale) }
      return values
    }.map { try $0.get() }
  }

  /// Every rank gets the sum in the tree's order, bit for bit, also if the parts differ in size, are
  /// empty, or come in several pieces.
  @Test(arguments: [1, 2, 3, 4, 5, 8], [0, 1, 3, 8, 1001])
  func order(_ size: Int, _ count: Int) throws {
    let expected = Self.tree((0..<size).map { Self.values($0, count) })
    for sum in try Self.sum(size, count) { #expect(sum == expected) }
    for sum in try Self.sum(size, count, scale: 0.25) { #expect(sum == expected.map { $0 / 4 }) }
  }

  @Test func pieces() throws {
    let expected = Self.tree((0..<3).map { Self.values($0, 1001) })
    for sum in try Self.sum(3, 1001, area: 100) { #expect(sum == expected) }
  }

  /// As many as there would be on several machines: what the first rank makes of the machine's sum is what
  /// all get.
  @Test func amongMachines() throws {
    let expected = Self.tree((0..<4).map { Self.values($0, 1001) }).map { $0 * 3 + 1 }
    let sums = ThreadRanks.run(4, area: 100) { ranks in
      var values = Self.values(ranks.rank, 1001)
      values.withUnsafeMutableBufferPointer { values in
        (ranks as? Neighbours)?.sum(values, scale: 1) { sum in
          for i in sum.indices { sum[i] = sum[i] * 3 + 1 }
        }
      }
      return values
    }
    for sum in sums { #expect(try sum.get() == expected) }
  }

  /// Each rank sends each number about twice: its parts of the terms, and its part of the sum.
  @Test func traffic() throws {
    let traffic = ThreadRanks.run(4) { ranks in
      var values = Self.values(ranks.rank, 1000)
      values.withUnsafeMutableBufferPointer { ranks.sum($0, scale: 1) }
      return ranks.traffic
    }
    for traffic in traffic {
      let traffic = try traffic.get()
      #expect(traffic.bytes == 4 * 1000 * 2 * 3 / 4 && traffic.messageBytes == 0)
      #expect(traffic.seconds >= 0)
    }
  }

  /// The order matters for these numbers: otherwise the tests above would prove nothing.
  @Test func anotherOrderGivesAnotherSum() {
    let terms = (0..<4).map { Self.values($0, 1001) }
    let inARow = terms.dropFirst().reduce(terms[0]) { zip($0, $1).map { $0 + $1 } }
    #expect(inARow != Self.tree(terms))
  }
}

@Suite struct CollectiveTests {
  @Test func gathersBytesOfAnyLength() throws {
    let all = ThreadRanks.run(3) { ranks in
      (
        ranks.gather([UInt8](repeating: UInt8(ranks.rank), count: ranks.rank)),
        ranks.broadcast([UInt8(ranks.rank + 7)])
      )
    }
    for result in all {
      let (gathered, first) = try result.get()
      #expect(gathered == [[], [1], [2, 2]] && first == [7])
    }
  }

  /// More bytes than fit into a rank's area.
  @Test func gathersManyBytes() throws {
    let all = ThreadRanks.run(3, area: 8) { ranks in
      ranks.gather([UInt8](repeating: UInt8(ranks.rank), count: 50 * ranks.rank))
    }
    for result in all { #expect(try result.get().map(\.count) == [0, 50, 100]) }
  }

  /// The numbers that a rank sends to another: as many as both say together, or none.
  static func part(from sender: Int, to receiver: Int) -> [Float] {
    (0..<((3 * sender + 5 * receiver) % 7)).map { Float(100 * sender + 10 * receiver + $0) }
  }

  /// Each rank gets what the others have for it, also in several pieces; nothing is sent to itself.
  @Test(arguments: [1, 2, 3, 4, 7], [Neighbours.usualArea, 16])
  func exchangesParts(_ size: Int, area: Int) throws {
    let all = ThreadRanks.run(size, area: area) { ranks in
      let parts = (0..<size).map { Self.part(from: ranks.rank, to: $0) }
      // Twice, as the two areas take turns.
      let twice = [ranks.exchange(parts), ranks.exchange(parts)]
      return (twice, ranks.traffic.bytes)
    }
    for (rank, result) in all.enumerated() {
      let (twice, bytes) = try result.get()
      for received in twice {
        #expect(received == (0..<size).map { Self.part(from: $0, to: rank) })
      }
      let sent = (0..<size).filter { $0 != rank }.map { Self.part(from: rank, to: $0).count }
      #expect(bytes == 2 * 4 * sent.reduce(0, +))
    }
    let single = SingleProcess()
    #expect(single.exchange([[1, 2]]) == [[1, 2]])
  }

  /// Numbers keep their bits, NaN's too, and their order by ranks.
  @Test func gathersNumbers() throws {
    let all = ThreadRanks.run(3, area: 16) { ranks in
      ranks.gather(numbers: (0..<(20 * ranks.rank)).map { $0 == 7 ? .nan : Float($0) - 0.5 })
        .map { $0.map(\.bitPattern) }
    }
    let expected = (0..<3).map { rank in
      (0..<(20 * rank)).map { ($0 == 7 ? Float.nan : Float($0) - 0.5).bitPattern }
    }
    for result in all { #expect(try result.get() == expected) }
  }

  /// What leaders send each other: parts of any length, one after the other.
  @Test func packedParts() {
    let parts: [[UInt8]] = [[1, 2, 3], [], [UInt8](repeating: 9, count: 300)]
    var bytes: [UInt8] = []
    for part in parts { PackedParts.add(part, to: &bytes) }
    var rest = PackedParts(bytes)
    #expect(parts.map { _ in rest.next() } == parts)
  }

  static let modes: [(String?, String?, ParallelMode?, String)] = [
    (nil, nil, nil, ""), ("data", nil, .data, ""), ("hybrid", nil, .hybrid(.all), ""),
    ("hybrid", "in-parts", .hybrid(.inParts), ""), (nil, "one-by-one", .hybrid(.oneByOne), ""),
    ("columns", nil, .columns, ""),
    ("rows", nil, nil, "--mode takes data, hybrid or columns, not rows"),
    ("hybrid", "some", nil, "--exchange takes all, one-by-one or in-parts, not some"),
    ("columns", "all", nil, "--exchange is for hybrid"),
  ]

  @Test(arguments: modes)
  func chosenMode(_ word: String?, _ exchange: String?, _ mode: ParallelMode?, _ message: String) {
    do throws(ParallelModeError) {
      let chosen = try ParallelMode.chosen(word, exchange: exchange, option: "--mode")
      #expect(chosen == mode && message.isEmpty)
      if let chosen { #expect(ParallelMode(name: chosen.name) == chosen) }
    } catch {
      #expect(error.message == message && error.kind == .usage)
    }
  }

  /// A rank's note says how it is doing, and a process that has ended is noticed.
  @Test func notes() throws {
    let all = ThreadRanks.run(3) { ranks in
      let ranks = try #require(ranks as? Neighbours)
      if ranks.rank == 1 { ranks.fail(String(repeating: "é", count: 2000)) }
      if ranks.rank == 2 { ranks.finish() }
      ranks.meet()
      #expect((0..<3).map { ranks.condition($0) } == [.working, .failed, .done])
      #expect(ranks.message(1).hasPrefix("éé") && ranks.message(0) == "")
      #expect(!ranks.isGone(0))
      ranks.meet()
      return ranks.speak()
    }
    #expect(try all.count { try $0.get() } == 1)
  }

  struct Case: Sendable {
    var environment: [String: String]
    var rank: Int?
    var hasOthers = false
  }

  static let launchers = [
    Case(environment: [:], rank: nil),
    Case(environment: ["SLURM_NTASKS": "4", "SLURM_PROCID": "0"], rank: nil),
    Case(
      environment: ["OMPI_COMM_WORLD_RANK": "2", "OMPI_COMM_WORLD_SIZE": "4", "PMIX_RANK": "2"],
      rank: 2, hasOthers: true),
    Case(environment: ["OMPI_COMM_WORLD_RANK": "0", "OMPI_COMM_WORLD_SIZE": "1"], rank: 0),
    Case(environment: ["PMI_RANK": "1", "PMI_SIZE": "2"], rank: 1, hasOthers: true),
    Case(environment: ["PMIX_RANK": "3"], rank: 3, hasOthers: true),
  ]

  /// Open MPI, MPICH and Slurm are recognized; a batch script of Slurm's alone starts one process.
  @Test(arguments: launchers) func launcher(_ example: Case) {
    let launcher = Launcher { example.environment[$0] }
    #expect(launcher?.rank == example.rank && launcher?.hasOthers ?? false == example.hasOthers)
  }
}
