import Layers
import Networks
import Parallel
import Tensors

/// A network whose layers are split over ranks, as one plan: each rank gives it the images whose loss it
/// computes, and gets their outputs.
///
///     hybrid     images of a rank → convolutions → all images → a part of fc6 → all outputs → … → softmax
///     columns    all images → half of conv1 and conv2 → all channels → half of conv3 … conv5 → …
///
/// Every rank must make the same calls in the same order. It differs from other plans in two points. The
/// labels come before the forward pass, which runs the split layers forward and backward, one phase after
/// the other, so that only one phase needs memory; `backward` then runs the layers below. And the gradients
/// are those of the mean loss over the whole batch, to which the layers of `whole` have this rank's terms:
/// their sum over all ranks is the gradient.
package final class SplitPlan: Plan, StatisticsSharingPlan {
  package let layers: [Layer]
  package let outputShapes: [Shape]
  /// The layers of which each rank has all parameters, and computes on its own images.
  package let whole: Range<Int>

  let ranks: any Collective
  let geometry: [LayerGeometry]
  /// The images of all ranks.
  let batch: Int
  /// The layers of `whole`; nil if all are split.
  let lower: SplitStage?
  let upper: [SplitStage]
  let phases: [SplitPhase]
  /// The softmax of the images whose loss this rank computes, in a phase.
  let softmax: any Plan

  // The state of a step.
  var input: Tensor?
  var labels: [Int] = []
  var masks: [Int: Tensor] = [:]
  var meanLoss = 0.0
  var probabilities: [Float] = []
  /// The gradient of the output of `whole`.
  var gradient: [Float] = []

  package var parts: BatchParts? {
    didSet { (lower?.plan as? any StatisticsSharingPlan)?.parts = parts }
  }

  /// Splits a network.
  ///
  /// - Parameters:
  ///   - geometry: its layers, for the images of one rank: all in `columns`, else its part of the batch.
  ///   - mode: how; not `data`.
  /// - Throws: `SplitError` if it can't be split so; `Unsupported`.
  package init(
    _ geometry: [LayerGeometry], _ mode: ParallelMode, among ranks: any Collective,
    engine: any Engine
  ) throws {
    let own = geometry[0].input.n
    let isHybrid: Bool
    let split: Int
    switch mode {
    case .data: preconditionFailure("Data parallel training splits no layer.")
    case .hybrid(let exchange):
      split = try Self.firstSplit(geometry, exchange, ranks: ranks.size, own: own)
      isHybrid = true
    case .columns:
      try Self.requireColumns(geometry, ranks: ranks.size)
      (split, isHybrid) = (0, false)
    }
    let count = mode == .hybrid(.oneByOne) || mode == .hybrid(.inParts) ? ranks.size : 1
    batch = isHybrid ? own * ranks.size : own
    (self.ranks, self.geometry, whole) = (ranks, geometry, 0..<split)
    (layers, outputShapes) = (geometry.map(\.layer), geometry.map(\.output))
    lower = isHybrid ? try Self.lower(geometry[..<split], engine) : nil

    var builder = StageBuilder(
      ranks: ranks, rows: batch / count, engine: engine, reachesInput: isHybrid)
    let body = geometry[split..<(geometry.count - 1)]
    for layer in body { try builder.add(layer) }
    let outputs = try builder.finish(after: body[body.endIndex - 1])
    upper = builder.stages
    phases = (0..<count).map { phase in
      isHybrid
        ? SplitPhase(
          phase, of: count, mode, rank: ranks.rank, ranks: ranks.size, own: own,
          inputs: body[split].input.c, outputs: outputs)
        : SplitPhase(columns: own, outputs: outputs)
    }
    // With --exchange one-by-one all of this rank's images are in one phase.
    let rows = phases.map(\.own.count).max() ?? 0
    softmax = try engine.prepare(
      [.softmax], input: Shape([rows, geometry[geometry.count - 1].input.c]), mode: .training,
      keeping: .everything)
  }

  /// The layer with which the split begins: the first that is fully connected.
  private static func firstSplit(
    _ geometry: [LayerGeometry], _ exchange: ParallelMode.Exchange, ranks: Int, own: Int
  ) throws(SplitError) -> Int {
    guard let split = geometry.firstIndex(where: { $0.layer.kind == .linear }), split > 0 else {
      throw SplitError("hybrid splits fully connected layers, and the network doesn't end with any")
    }
    guard exchange != .inParts || own.isMultiple(of: ranks) else {
      throw SplitError(
        "each rank's \(own) images can't be sent in \(ranks) equal parts",
        hint: "--batch \((own + ranks - 1) / ranks * ranks * ranks), or another --exchange")
    }
    let normalization = geometry[split...].first { $0.layer.kind == .batchNormalization }
    if exchange != .all, let normalization {
      throw SplitError(
        "\(normalization.name) needs the statistics of the whole batch, which arrives in parts",
        hint: "--exchange all can")
    }
    return split
  }

  private static func requireColumns(
    _ geometry: [LayerGeometry], ranks: Int
  ) throws(SplitError) {
    guard ranks == 2 else {
      throw SplitError(
        "columns takes 2 ranks, not \(ranks)", hint: "mpirun -np 2 alexnet train --parallel columns"
      )
    }
    guard geometry.hasTwoGroups else {
      throw SplitError(
        "columns takes a network with two groups, which this one doesn't have",
        hint: "--network alexnet-grouped, or set conv2.groups 2")
    }
  }

  /// The layers of which each rank has all.
  private static func lower(
    _ geometry: ArraySlice<LayerGeometry>, _ engine: any Engine
  ) throws -> SplitStage {
    let (first, last) = (geometry[0], geometry[geometry.endIndex - 1])
    let plan = try engine.prepare(
      geometry.map(\.layer), input: first.input, mode: .training, keeping: .outputsOnly)
    let normalization = geometry.first { $0.layer.kind == .batchNormalization }
    if let normalization, !(plan is any StatisticsSharingPlan) {
      throw SplitError(
        "the engine \(engine.name) can't share the statistics of \(normalization.name)",
        hint: "another engine can")
    }
    let output = ActivationPart(
      rows: 0..<last.output.n, columns: 0..<last.output.withoutBatch.count)
    return SplitStage(
      0..<geometry.endIndex, plan: plan, input: first.input, entry: nil, made: output, kept: output,
      outputs: [:], dropped: [:], reachesInput: false)
  }

  /// The stage with a layer, and the layer's position in its plan; nil for the softmax.
  func stage(of layer: Int) -> (stage: SplitStage, place: Int)? {
    ((lower.map { [$0] } ?? []) + upper).first { $0.layers.contains(layer) }
      .map { ($0, $0.place(of: layer)) }
  }
}

extension SplitPhase {
  /// A phase of a batch whose images are shared out to ranks.
  ///
  /// - Parameters:
  ///   - own: the images of each rank.
  ///   - inputs: how many numbers of an image travel.
  ///   - outputs: what each rank has of the last outputs.
  init(
    _ phase: Int, of count: Int, _ mode: ParallelMode, rank: Int, ranks: Int, own: Int,
    inputs: Int, outputs: [ActivationPart]
  ) {
    let rows = own * ranks / count
    // For each rank, which of its images take part, and where they lie among the phase's.
    let parts: [(own: Range<Int>, rows: Range<Int>)] = (0..<ranks).map { rank in
      guard mode != .hybrid(.oneByOne) else {
        return rank == phase ? (0..<own, 0..<own) : (0..<0, 0..<0)
      }
      let part = own / count
      return ((phase * part)..<((phase + 1) * part), (rank * part)..<((rank + 1) * part))
    }
    self.own = parts[rank].own
    images = parts.enumerated().filter { !$1.own.isEmpty }.map { rank, part in
      (rank * own + part.own.lowerBound)..<(rank * own + part.own.upperBound)
    }
    entry = Redistribution(
      source: parts.map { ActivationPart(rows: $0.rows, columns: 0..<inputs) },
      target: parts.map { _ in ActivationPart(rows: 0..<rows, columns: 0..<inputs) })
    let classes = outputs.map(\.columns.upperBound).max() ?? 0
    exit = Redistribution(
      source: outputs,
      target: parts.map { ActivationPart(rows: $0.rows, columns: 0..<classes) })
  }

  /// A batch that all ranks have, and whose loss all compute.
  init(columns own: Int, outputs: [ActivationPart]) {
    (self.own, images, entry) = (0..<own, [0..<own], nil)
    let classes = outputs.map(\.columns.upperBound).max() ?? 0
    exit = Redistribution(
      source: outputs,
      target: outputs.map { _ in ActivationPart(rows: 0..<own, columns: 0..<classes) },
      isRepeated: true)
  }
}
