import Datasets
import Layers
import Parallel

/// What one rank knows of a step before the update, and what all of them know together.
struct RankReport {
  /// The mean loss of each shard.
  var losses: [Double] = []
  /// Correctly classified images.
  var correct = 0
  /// Images with their class among the top 5.
  var topFive = 0
  /// Why an image couldn't be read.
  var failure: ImageError?

  /// Forgets what another rank reports too.
  mutating func forgetResults() { (losses, correct, topFive) = ([], 0, 0) }

  /// The mean loss of the batch.
  var loss: Double { losses.reduce(0, +) / Double(losses.count) }

  /// The first loss from which a network can't recover.
  var brokenLoss: Double? { losses.first { !Trainer.canGoOn(after: $0) } }

  /// Adds another shard of this rank.
  mutating func add(_ shard: RankReport) {
    losses += shard.losses
    correct += shard.correct
    topFive += shard.topFive
  }

  /// The report on the whole batch, the same on every rank.
  func total(over ranks: any Collective) -> RankReport {
    guard ranks.size > 1 else { return self }
    var total = RankReport()
    for (rank, bytes) in ranks.gather(bytes).enumerated() {
      total.add(bytes, of: rank)
    }
    return total
  }

  /// The counts, the losses' bits, and an error's message and hint.
  private var bytes: [UInt8] {
    let numbers =
      [UInt64(correct), UInt64(topFive), UInt64(losses.count)]
      + losses.map(\.bitPattern)
    return numbers.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
      + (failure?.bytes ?? [])
  }

  private mutating func add(_ bytes: [UInt8], of rank: Int) {
    func number(_ place: Int) -> UInt64 {
      bytes[(8 * place)..<(8 * place + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    correct += Int(number(0))
    topFive += Int(number(1))
    let end = 3 + Int(number(2))
    losses += (3..<end).map { Double(bitPattern: number($0)) }
    let text = bytes[(8 * end)...]
    if failure == nil, !text.isEmpty { failure = ImageError(text, of: rank) }
  }
}

/// Adds the gradients of a rank's shards: neighbours first, then neighbouring pairs, and so on, as
/// `TreeSum` goes on among ranks.
struct ShardSum {
  /// Sums of 1, 2, 4 … shards, the largest first, that wait for one of the same size.
  private var waiting: [(shards: Int, values: [[Float]])] = []
  /// How many of the last shard's gradients have come.
  private var completed = 0

  /// Adds the plan's gradients, which are those of the next shard. There must be another one.
  mutating func add(_ plan: any Plan) {
    var shards = 1
    while let last = waiting.last, last.shards == shards {
      var slot = 0
      plan.forEachGradient { gradient in
        last.values[slot].withUnsafeBufferPointer { TreeSum.add($0, to: gradient) }
        slot += 1
      }
      waiting.removeLast()
      shards *= 2
    }
    var values: [[Float]] = []
    plan.forEachGradient { values.append(Array($0)) }
    waiting.append((shards, values))
  }

  /// Turns the gradients of the last of 2ᵏ shards into the sums. They come one by one in the order of
  /// `forEachGradient`.
  mutating func complete(_ gradient: UnsafeMutableBufferPointer<Float>) {
    for sum in waiting.reversed() {
      sum.values[completed].withUnsafeBufferPointer { TreeSum.add($0, to: gradient) }
    }
    completed += 1
  }
}

extension Plan {
  /// Calls a closure with every parameter's gradient, from the last layer to the first.
  func forEachGradient(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
    for layer in layers.indices.reversed() { withParameterGradients(of: layer, body) }
  }
}
