import Basics
import Layers
import Networks
import Parallel

/// What a training step costs on several ranks: what is sent, when, and how long the step takes.
///
/// The model: a rank computes at a constant rate, forward one multiply-add per weight and place, backward
/// two (one in the first layer, which has no gradient to pass on); other layers and the update take no
/// time. It sends and receives while it computes, one transfer at a time (`Link`). A sum over K ranks
/// is a reduce-scatter and an all-gather by halving and doubling: each rank sends 2(K − 1)/K times the
/// bytes, in 2⌈log₂ K⌉ messages. Values are 4 bytes.
package struct ParallelCost: Sendable {
  /// The mode.
  package let mode: ParallelMode
  /// The number of ranks, K.
  package let ranks: Int
  /// The images of a step, of all ranks together.
  package let batch: Int
  /// The step on one rank.
  package let timeline: StepTimeline
  /// How long the same step takes on a single rank, in seconds.
  package let alone: Double

  /// How long the step takes, in seconds.
  package var seconds: Double { timeline.seconds }
  /// The seconds of a step in which a rank waits for others.
  package var waiting: Double { timeline.seconds - timeline.busy }
  /// The images per second of all ranks together.
  package var imagesPerSecond: Double { Double(batch) / seconds }
  /// How many times faster than one rank the ranks are, as a share of their number.
  package var efficiency: Double { alone / seconds / Double(ranks) }

  /// The cost of a mode.
  ///
  /// - Parameters:
  ///   - batch: the images of a step, of all ranks together.
  ///   - rate: the operations per second of a rank; a multiply-add is two.
  /// - Throws: `ParallelCostError` if the network or the numbers don't fit the mode;
  ///   `NetworkShapeError`.
  package init(
    _ mode: ParallelMode, of network: Network, ranks: Int, batch: Int, rate: Double, link: Link
  ) throws {
    (self.mode, self.ranks, self.batch) = (mode, ranks, batch)
    guard batch.isMultiple(of: ranks) else {
      throw ParallelCostError(
        "a batch of \(batch) images can't be shared out to \(ranks) ranks",
        hint: "--batch \((batch + ranks - 1) / ranks * ranks)")
    }
    let geometry = try network.geometry()
    var step = StepPlan(
      geometry: geometry, ranks: ranks, batch: batch, rate: rate,
      timeline: StepTimeline(link: link))
    alone = geometry.reduce(0) {
      $0 + Double(batch) * (step.forward($1) + step.backward($1))
    }
    switch mode {
    case _ where ranks == 1: step.addAlone()
    case .data: step.addData()
    case .hybrid(let exchange): try step.addHybrid(exchange)
    case .columns: try step.addColumns(of: network)
    }
    step.timeline.run()
    timeline = step.timeline
  }
}

/// Collects the tasks of one rank's step.
struct StepPlan {
  /// The layers, for one image.
  let geometry: [LayerGeometry]
  let ranks: Int
  let batch: Int
  /// Operations per second.
  let rate: Double
  var timeline: StepTimeline

  /// The images of each rank where the batch is shared out.
  var own: Int { batch / ranks }
  /// The other ranks.
  var others: Double { Double(ranks - 1) }
  /// The rounds of halving or doubling: ⌈log₂ K⌉.
  var rounds: Int { ranks < 2 ? 0 : Int.bitWidth - (ranks - 1).leadingZeroBitCount }

  /// Seconds of a layer's forward pass for one image.
  func forward(_ layer: LayerGeometry) -> Double { 2 * Double(layer.multiplyAdds) / rate }

  /// Seconds of a layer's backward pass for one image.
  func backward(_ layer: LayerGeometry) -> Double {
    let first = geometry.first { $0.multiplyAdds > 0 }?.index
    return (layer.index == first ? 1 : 2) * forward(layer)
  }

  /// The bytes of some values.
  static func bytes(_ count: Int) -> Double { 4 * Double(count) }

  /// Forward and backward on a single rank.
  mutating func addAlone() {
    var last: [StepTimeline.Task] = []
    for layer in geometry { last = [compute(forward(layer), images: batch, after: last)] }
    for layer in geometry.reversed() {
      last = [compute(backward(layer), images: batch, after: last)]
    }
  }

  /// The whole network on each rank's images; the sum of a layer's gradients starts when its backward
  /// pass is done.
  mutating func addData() {
    var last: [StepTimeline.Task] = []
    for layer in geometry { last = [compute(forward(layer), images: own, after: last)] }
    addBackward(of: geometry[...], after: last)
  }

  /// The backward pass of layers whose gradients are summed over the ranks.
  mutating func addBackward(of layers: ArraySlice<LayerGeometry>, after: [StepTimeline.Task]) {
    var last = after
    for layer in layers.reversed() {
      last = [compute(backward(layer), images: own, after: last)]
      guard layer.trainableCount > 0 else { continue }
      _ = timeline.send(
        .gradients, of: layer.name,
        bytes: 2 * others / Double(ranks) * Self.bytes(layer.trainableCount), messages: 2 * rounds,
        after: last)
    }
  }

  /// Adds the computation of a layer for some images.
  mutating func compute(
    _ seconds: Double, images: Int, after: [StepTimeline.Task]
  ) -> StepTimeline.Task {
    timeline.compute(Double(images) * seconds, after: after)
  }
}

/// Why a mode can't be used.
package struct ParallelCostError: DescribedError {
  package let message: String
  package let hint: String?

  /// Always `.usage`.
  package var kind: ErrorKind { .usage }

  init(_ message: String, hint: String? = nil) { (self.message, self.hint) = (message, hint) }
}
