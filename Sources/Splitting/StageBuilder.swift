import Basics
import Layers
import Networks
import Parallel
import Tensors

/// Splits layers over ranks by their channels and outputs, and finds where something has to travel.
struct StageBuilder {
  /// The number of ranks, and this one's.
  let ranks: Int
  let rank: Int
  /// Images, the same for all ranks.
  let rows: Int
  let engine: any Engine
  /// Whether the gradient of the first layer's input is wanted.
  let reachesInput: Bool

  private(set) var stages: [SplitStage] = []
  /// The channels or features that each rank has of the current activation; nil if each has all.
  private var held: [Range<Int>]?

  // The stage that isn't finished yet.
  private var isOpen = false
  private var start = 0
  private var layers: [Layer] = []
  private var input = Shape([])
  private var entry: Redistribution?
  private var outputs: [Int: [Range<Int>]] = [:]
  private var dropped: [Int: Range<Int>] = [:]

  init(
    ranks: any Collective, rows: Int, engine: any Engine, reachesInput: Bool
  ) {
    (self.ranks, rank, self.rows) = (ranks.size, ranks.rank, rows)
    (self.engine, self.reachesInput) = (engine, reachesInput)
  }

  /// What a rank's part of a layer needs of the layer's input.
  private enum Need {
    /// The rank's own channels.
    case own
    /// All channels.
    case all
    /// Its own channels and some on each side of them.
    case around(below: Int, above: Int)
  }

  private func need(of layer: LayerGeometry) throws(SplitError) -> Need {
    func split(_ groups: Int) throws(SplitError) -> Need {
      guard groups > 1 else { return .all }
      guard groups.isMultiple(of: ranks), held != nil else {
        throw SplitError(
          "\(layer.name) has \(groups) groups of channels, which can't be shared out to "
            + NumberFormat.count(ranks, "rank"))
      }
      return .own
    }
    switch layer.layer {
    case .convolution(let convolution): return try split(convolution.groups)
    case .linear: return .all
    case .localResponseNormalization(let normalization):
      guard held != nil else { return .own }
      guard normalization.groups == 1 else { return try split(normalization.groups) }
      let (below, above) = normalization.convention.reach(normalization.n)
      return .around(below: below, above: above)
    case .locallyConnected:
      throw SplitError("\(layer.name) is locally connected, and can't be split by its channels")
    case .softmax:
      throw SplitError("\(layer.name) needs all outputs, and isn't the last layer")
    case .maxPooling, .averagePooling, .spatialNormalization, .batchNormalization, .activation,
      .flatten, .dropout:
      return .own
    }
  }

  /// Adds the next layer of the chain.
  mutating func add(_ layer: LayerGeometry) throws {
    switch try need(of: layer) {
    case .own: break
    case .all:
      if let held { try begin(layer, from: held, to: held.map { _ in 0..<layer.input.c }) }
      held = nil
    case .around(let below, let above):
      guard let held else { break }
      let wide = held.map {
        max(0, $0.lowerBound - below)..<min(layer.input.c, $0.upperBound + above)
      }
      try begin(layer, from: held, to: wide)
      try append(layer)
      try close(after: layer, made: wide, kept: held)
      return
    }
    if !isOpen { open(layer, channels: held?[rank].count ?? layer.input.c) }
    try append(layer)
  }

  /// Ends the last stage.
  ///
  /// - Returns: what each rank has of the output.
  mutating func finish(after layer: LayerGeometry) throws -> [ActivationPart] {
    try close(after: layer, made: held, kept: held)
    return parts(held, of: layer.output)
  }

  // MARK: Stages

  /// Ends a stage, and begins the next with a layer that needs more of its input than the rank has.
  private mutating func begin(
    _ layer: LayerGeometry, from held: [Range<Int>], to wide: [Range<Int>]
  ) throws {
    if isOpen { try close(before: layer, kept: held) }
    open(layer, channels: wide[rank].count)
    entry = Redistribution(
      source: parts(held, of: layer.input), target: parts(wide, of: layer.input))
  }

  private mutating func open(_ layer: LayerGeometry, channels: Int) {
    (isOpen, start) = (true, layer.index)
    let rest = Array(layer.input.dimensions.dropFirst(2))
    (input, entry) = (Shape([rows, channels] + rest), nil)
  }

  private mutating func close(before layer: LayerGeometry, kept: [Range<Int>]) throws {
    let made = parts(kept, of: layer.input)[rank]
    try close(end: layer.index, made: made, kept: made)
  }

  private mutating func close(
    after layer: LayerGeometry, made: [Range<Int>]?, kept: [Range<Int>]?
  ) throws {
    guard isOpen else { return }
    try close(
      end: layer.index + 1, made: parts(made, of: layer.output)[rank],
      kept: parts(kept, of: layer.output)[rank])
  }

  private mutating func close(end: Int, made: ActivationPart, kept: ActivationPart) throws {
    let reaches = reachesInput || !stages.isEmpty
    let plan = try engine.prepare(
      layers, input: input, mode: .training, keeping: reaches ? .everything : .outputsOnly)
    stages.append(
      SplitStage(
        start..<end, plan: plan, input: input, entry: entry, made: made, kept: kept,
        outputs: outputs, dropped: dropped, reachesInput: reaches))
    (isOpen, layers, outputs, dropped) = (false, [], [:], [:])
  }

  /// The ranks' parts of an activation of which each has some channels.
  private func parts(_ held: [Range<Int>]?, of shape: Shape) -> [ActivationPart] {
    let size = shape.h * shape.w
    return (0..<ranks).map { rank in
      let channels = held?[rank] ?? 0..<shape.c
      return ActivationPart(
        rows: 0..<rows, columns: (channels.lowerBound * size)..<(channels.upperBound * size))
    }
  }

  // MARK: Layers

  /// Adds this rank's part of a layer.
  private mutating func append(_ layer: LayerGeometry) throws(SplitError) {
    switch layer.layer {
    case .convolution(var convolution):
      let own = try split(layer, convolution.filters)
      if convolution.groups > 1 { convolution.groups /= ranks }
      (convolution.filters, convolution.inputs) = (own.count, nil)
      layers.append(.convolution(convolution))
    case .linear(var linear):
      (linear.outputs, linear.inputs) = (try split(layer, linear.outputs).count, nil)
      layers.append(.linear(linear))
    case .localResponseNormalization(var normalization):
      if normalization.groups > 1, held != nil { normalization.groups /= ranks }
      layers.append(.localResponseNormalization(normalization))
    case .batchNormalization:
      outputs[layer.index] = held
      layers.append(layer.layer)
    case .flatten:
      let size = layer.input.h * layer.input.w
      held = held?.map { ($0.lowerBound * size)..<($0.upperBound * size) }
      layers.append(.flatten)
    case .dropout:
      let size = layer.input.h * layer.input.w
      dropped[layer.index] = held.map {
        ($0[rank].lowerBound * size)..<($0[rank].upperBound * size)
      }
      layers.append(layer.layer)
    case .maxPooling, .averagePooling, .spatialNormalization, .activation, .locallyConnected,
      .softmax:
      layers.append(layer.layer)
    }
  }

  /// Shares out a layer's outputs; returns this rank's.
  private mutating func split(
    _ layer: LayerGeometry, _ count: Int
  ) throws(SplitError) -> Range<Int> {
    guard count >= ranks else {
      throw SplitError(
        "\(layer.name) has \(NumberFormat.count(count, "output")), which \(ranks) ranks can't share"
      )
    }
    let starts = TreeSum.starts(count, parts: ranks)
    let ranges = zip(starts, starts.dropFirst()).map { $0..<$1 }
    (held, outputs[layer.index]) = (ranges, ranges)
    return ranges[rank]
  }
}
