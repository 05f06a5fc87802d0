import Layers
import Networks
import Parallel
import Testing

@testable import Scaling

/// What a step on several ranks sends, against sums written down here.
@Suite struct ParallelCostTests {
  private static let link = Link(bandwidth: 1.25e9, latency: 50e-6)

  private static func cost(
    _ mode: ParallelMode, _ name: String = "alexnet", ranks: Int, batch: Int,
    link: Link = Self.link
  ) throws -> ParallelCost {
    let network = try #require(Zoo.network(named: name))
    return try ParallelCost(mode, of: network, ranks: ranks, batch: batch, rate: 4e11, link: link)
  }

  /// The parameters of the convolutions and of the fully connected layers (paper, section 3.5, without
  /// groups).
  private static let convolutions = 34_944 + 614_656 + 885_120 + 1_327_488 + 884_992
  private static let connected = 37_752_832 + 16_781_312 + 4_097_000

  /// A sum sends 2(K − 1)/K times the gradients.
  @Test(arguments: [2, 4, 8, 128])
  func dataSendsGradients(_ ranks: Int) throws {
    let cost = try Self.cost(.data, ranks: ranks, batch: 1024)
    let expected = 2.0 * Double(ranks - 1) / Double(ranks) * 4 * 62_378_344
    #expect(Self.convolutions + Self.connected == 62_378_344)
    #expect(abs(cost.timeline.bytes - expected) < 1)
    #expect(cost.timeline.transfers.count == 8)
  }

  /// The activations of all images travel to all ranks and their gradients back, however they are split
  /// up; the convolutions' gradients are summed.
  @Test(arguments: ParallelMode.Exchange.allCases, [2, 8])
  func hybridSendsActivations(_ exchange: ParallelMode.Exchange, ranks: Int) throws {
    let batch = 1024
    let cost = try Self.cost(.hybrid(exchange), ranks: ranks, batch: batch)
    let share = Double(ranks - 1) / Double(ranks)
    let inputs = 2 * share * Double(batch * (9216 + 4096 + 4096) * 4)
    let outputs = 2 * share * Double(batch * 1000 * 4) / Double(ranks)
    let gradients = 2 * share * Double(4 * Self.convolutions)
    #expect(abs(cost.timeline.bytes - inputs - outputs - gradients) < 1)
  }

  /// conv3 and the fully connected layers see both columns; normalization over five channels reaches two
  /// beyond its column's edge.
  @Test func columnsSendHalves() throws {
    let batch = 128
    let cost = try Self.cost(.columns, "alexnet-grouped", ranks: 2, batch: batch)
    let halves = (256 * 13 * 13 + 9216 + 4096 + 4096) / 2
    let edges = 2 * (55 * 55 + 27 * 27)
    let values = 2 * (halves + edges) + 1000 / 2
    #expect(cost.timeline.bytes == Double(batch * values * 4))
    #expect(
      cost.timeline.transfers.compactMap(\.transfer).map(\.layer) == [
        "norm1", "norm2", "conv3", "fc6", "fc7", "fc8", "fc8", "fc8", "fc7", "fc6", "conv3",
        "norm2", "norm1",
      ])
  }

  /// Without anything to wait for, K ranks are K times as fast.
  @Test(arguments: ParallelMode.all)
  func fullEfficiencyOnAPerfectLink(_ mode: ParallelMode) throws {
    let perfect = Link(bandwidth: .infinity, latency: 0)
    let cost = try Self.cost(mode, "alexnet-grouped", ranks: 2, batch: 256, link: perfect)
    #expect(abs(cost.efficiency - 1) < 1e-9)
    #expect(abs(cost.waiting) < 1e-9)
  }

  @Test(arguments: ParallelMode.all)
  func oneRankSendsNothing(_ mode: ParallelMode) throws {
    let cost = try Self.cost(mode, "alexnet-grouped", ranks: 1, batch: 128)
    #expect(cost.timeline.bytes == 0)
    #expect(abs(cost.efficiency - 1) < 1e-12)
    // Three multiply-adds per weight and place, two in conv1, at two operations each.
    let operations = 6 * 724_406_816.0 - 2 * 105_415_200
    #expect(abs(cost.seconds - 128 * operations / 4e11) < 1e-9)
  }

  /// In parts, exchanges hide behind computation, so a step is shorter than with all at once.
  @Test func partsHideExchanges() throws {
    func seconds(_ exchange: ParallelMode.Exchange) throws -> Double {
      try Self.cost(.hybrid(exchange), ranks: 8, batch: 1024).seconds
    }
    #expect(try seconds(.inParts) < seconds(.all))
    #expect(try seconds(.inParts) < seconds(.oneByOne))
  }

  static let refusals: [(ParallelMode, String, ranks: Int, batch: Int, String)] = [
    (.data, "alexnet", 3, 128, "a batch of 128 images can't be shared out to 3 ranks"),
    (.columns, "alexnet-grouped", 4, 128, "columns takes 2 ranks, not 4"),
    (.columns, "alexnet", 2, 128, "two groups, which alexnet doesn't have"),
    (.hybrid(.all), "alexnet", 1024, 1024, "fc8 has 1000 outputs, which 1024 ranks can't share"),
    (.hybrid(.inParts), "alexnet", 8, 32, "each rank's 4 images can't be sent in 8 parts"),
  ]

  @Test(arguments: refusals)
  func refuses(_ mode: ParallelMode, _ name: String, ranks: Int, batch: Int, _ words: String) {
    #expect {
      _ = try Self.cost(mode, name, ranks: ranks, batch: batch)
    } throws: { ($0 as? ParallelCostError)?.message.contains(words) == true }
  }
}
