import Foundation
import Layers
import Networks
import Parallel
import Synchronization
import TestSupport
import Testing

@testable import Training

/// Gradients that are summed while the backward pass goes on, as between machines.
@Suite struct BackgroundSumsTests {
  /// A rank as if each were on another machine. It counts the sums that other threads than its first ask for.
  final class Distant: Collective {
    private let ranks: any Collective
    private let first = ObjectIdentifier(Thread.current)
    private let count = Atomic<Int>(0)

    init(_ ranks: any Collective) { self.ranks = ranks }

    var rank: Int { ranks.rank }
    var size: Int { ranks.size }
    var traffic: Traffic { ranks.traffic }
    var sendsMessages: Bool { true }
    var background: Int { count.load(ordering: .relaxed) }

    func sum(_ values: UnsafeMutableBufferPointer<Float>, scale: Float) {
      if ObjectIdentifier(Thread.current) != first { count.add(1, ordering: .relaxed) }
      ranks.sum(values, scale: scale)
    }

    func gather(_ bytes: [UInt8]) -> [[UInt8]] { ranks.gather(bytes) }
    func exchange(_ parts: [[Float]]) -> [[Float]] { ranks.exchange(parts) }
  }

  private static func run(
    _ engine: any Engine, _ size: Int, isDistant: Bool, network: Network = ShardTests.network
  ) throws -> [(result: ShardTests.Result, background: Int)] {
    try ThreadRanks.run(size) { ranks in
      let distant = Distant(ranks)
      let trainer = try Trainer(
        network: network, engine: engine, dataset: SmallRun.dataset, recipe: ShardTests.recipe(),
        shards: 4, ranks: isDistant ? distant : ranks)
      let result = try ShardTests.finish(trainer)
      #expect(trainer.traffic.seconds >= 0)
      return (result: result, background: distant.background)
    }.map { try $0.get() }
  }

  /// On 1, 2 and 4 ranks a run ends with the same bytes as if it summed after the backward pass: weights
  /// and biases of two layers, in 12 steps. Batch normalization sums during the backward pass itself, so
  /// there gradients wait.
  @Test(arguments: testedEngines.prefix(2)) func sameBytes(_ tested: EngineUnderTest) throws {
    let streams = tested.name != referenceUnderTest.name
    for (network, sums) in [(ShardTests.network, 4 * 12), (SmallRun.network, 0)] {
      let near = try Self.run(tested.engine, 1, isDistant: false, network: network)[0]
      #expect(near.background == 0)
      for size in [1, 2, 4] {
        for rank in try Self.run(tested.engine, size, isDistant: true, network: network) {
          #expect(rank.result == near.result, "\(network.name) on \(size) ranks")
          #expect(rank.background == (streams ? sums : 0), "\(network.name) on \(size) ranks")
        }
      }
    }
  }

  /// A rank that fails after its first gradient still makes that sum, which the other one waits for.
  @Test func failure() throws {
    struct Failure: Error {}
    let results = ThreadRanks.run(2) { ranks in
      var (values, isFailed): ([Float], Bool) = ([1, 2], false)
      try values.withUnsafeMutableBufferPointer { values in
        do {
          let hidden = try BackgroundSums(ranks, scale: 1).sum { add in
            add(values)
            if ranks.rank == 1 { throw Failure() }
          }
          #expect(hidden >= 0)
        } catch is Failure {
          isFailed = true
        }
      }
      return (values, isFailed)
    }
    for (rank, result) in results.enumerated() {
      let (values, isFailed) = try result.get()
      #expect(values == [2, 4] && isFailed == (rank == 1))
    }
  }
}
