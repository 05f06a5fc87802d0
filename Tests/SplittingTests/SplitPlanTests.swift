import Basics
import Layers
import Networks
import Parallel
import ReferenceEngine
import Scaling
import Tensors
import TestSupport
import Testing

@testable import Splitting

/// A step of a network that is split over ranks, which here are threads, against the same step of the whole
/// network.
@Suite struct SplitPlanTests {
  static let batch = 16

  /// What a step gives.
  struct Step: Equatable, Sendable {
    var loss = 0.0
    var probabilities: [Float] = []
    /// Of each layer's parameters.
    var gradients: [[Tensor]] = []
    /// What this rank has sent.
    var bytes = 0
  }

  /// The numbers of a random tensor's rows.
  static func rows(_ name: String, _ shape: Shape, _ rows: Range<Int>) -> Tensor {
    let (random, size) = (CounterRandom(name, seed: 5), shape.withoutBatch.count)
    return Tensor(
      shape: Shape([rows.count] + shape.withoutBatch.dimensions),
      values: ((rows.lowerBound * size)..<(rows.upperBound * size)).map { random.unit(UInt64($0)) })
  }

  /// Zeros and ones.
  static func mask(_ name: String, _ shape: Shape, _ images: Range<Int>) -> Tensor {
    let random = rows(name, shape, images)
    return Tensor(shape: random.shape, values: random.values.map { $0 > -0.5 ? 1 : 0 })
  }

  static func labels(_ images: Range<Int>) -> [Int] { images.map { (7 * $0 + $0 / 3) % 5 } }

  /// Gives a plan its parameters and its input, runs it and returns what it gives.
  ///
  /// - Parameters:
  ///   - images: those whose loss the plan computes.
  ///   - sum: adds up a gradient over the ranks.
  static func step(
    _ plan: any Plan, _ network: Network, images: Range<Int>,
    sum: ((SplitPlan) -> Void)? = nil
  ) throws -> Step {
    let geometry = try network.geometry(batch: batch)
    var weights = Weights(seed: 3)
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(
        try weights.parameters(
          of: layer, initialization: network.layers[layer.index].initialization,
          cancellation: .never),
        of: layer.index)
    }
    let split = plan as? SplitPlan
    for layer in geometry where layer.layer.kind == .dropout {
      let isWhole = split?.maskShape(of: layer.index).n == batch
      plan.setMask(
        mask(layer.name, layer.input, isWhole ? 0..<batch : images), of: layer.index)
    }
    plan.setInput(rows("input", geometry[0].input, images))
    split?.setLabels(labels(images))
    try plan.forward()
    var step = Step()
    step.loss = plan.loss(labels: labels(images))
    step.probabilities = plan.output(of: geometry.count - 1)?.values ?? []
    plan.clearGradients()
    try plan.backward(labels: labels(images), cancellation: .never)
    if let split { sum?(split) }
    step.bytes = split?.ranks.traffic.bytes ?? 0
    step.gradients = geometry.map { plan.parameterGradients(of: $0.index) }
    return step
  }

  static func whole(_ network: Network, _ engine: any Engine) throws -> Step {
    let geometry = try network.geometry(batch: batch)
    let plan = try engine.prepare(
      geometry.map(\.layer), input: geometry[0].input, mode: .training, keeping: .outputsOnly)
    return try step(plan, network, images: 0..<batch)
  }

  static func split(
    _ network: Network, _ mode: ParallelMode, _ size: Int, _ engine: any Engine
  ) throws -> [Step] {
    try ThreadRanks.run(size) { ranks in
      let own = mode == .columns ? batch : batch / size
      let first = mode == .columns ? 0 : ranks.rank * own
      let plan = try SplitPlan(
        network.geometry(batch: own), mode, among: ranks, engine: engine)
      return try step(plan, network, images: first..<(first + own)) { split in
        for layer in split.whole.reversed() {
          split.withParameterGradients(of: layer) { ranks.sum($0, scale: 1) }
        }
      }
    }.map { try $0.get() }
  }

  /// How far two ways to compute the same numbers may be apart: each of the sums and products on the longest
  /// way through the network, and back, is rounded once. It is a share of a tensor's largest number.
  static func bound(_ network: Network, isFast: Bool) throws -> Float {
    let geometry = try network.geometry(batch: batch)
    var roundings = 0
    for layer in geometry {
      let fanIn = layer.parameters.first?.fanIn ?? 5
      // Forward, backward, and a parameter's sum over images and places.
      roundings += fanIn + fanIn * layer.output.c / layer.input.c
      if !layer.parameters.isEmpty { roundings += batch * layer.output.h * layer.output.w }
    }
    // Winograd's transforms add a few numbers of either sign.
    return 2 * Float(roundings) * .ulpOfOne * (isFast ? 4 : 1)
  }

  static func expect(
    _ values: [Float], _ expected: [Float], within bound: Float, _ name: String
  ) {
    #expect(values.count == expected.count)
    let largest = expected.map(abs).max() ?? 0
    let worst = zip(values, expected).map { abs($0 - $1) }.max() ?? 0
    #expect(
      worst <= bound * max(largest, 1e-3), "\(name): off by \(worst), largest is \(largest)")
  }

  struct Case: Sendable, CustomStringConvertible {
    var mode: ParallelMode
    var size: Int
    var tested: EngineUnderTest
    var network: Network { mode == .columns ? SplitNetworks.grouped : SplitNetworks.connected }
    var description: String { "\(mode.name), \(size) ranks, \(tested)" }
  }

  static let cases: [Case] = testedEngines.prefix(2).flatMap { tested in
    ParallelMode.all.filter { $0 != .data }.flatMap { mode in
      (mode == .columns ? [2] : [1, 2, 4]).map { Case(mode: mode, size: $0, tested: tested) }
    }
  }

  /// Probabilities, loss and every gradient are those of the whole network.
  @Test(arguments: cases) func equalsTheWholeNetwork(_ example: Case) throws {
    let (network, size) = (example.network, example.size)
    let whole = try Self.whole(network, example.tested.engine)
    let steps = try Self.split(network, example.mode, size, example.tested.engine)
    let bound = try Self.bound(network, isFast: example.tested.name != "reference")
    let isColumns = example.mode == .columns
    let loss = steps.reduce(0) { $0 + $1.loss } / Double(size)
    #expect(abs(loss - whole.loss) <= Double(bound) * whole.loss)
    if isColumns {
      for step in steps {
        #expect(step.loss == steps[0].loss && step.probabilities == steps[0].probabilities)
      }
    }
    Self.expect(
      isColumns ? steps[0].probabilities : steps.flatMap(\.probabilities), whole.probabilities,
      within: bound, "probabilities")
    let geometry = try network.geometry()
    for (layer, expected) in zip(geometry, whole.gradients) {
      for (slot, expected) in expected.enumerated() {
        let name = "\(layer.name), slot \(slot)"
        for step in steps {
          let gradient = step.gradients[layer.index][slot]
          #expect(gradient.shape == expected.shape && expected.values.contains { $0 != 0 })
          #expect(gradient == steps[0].gradients[layer.index][slot], "\(name)")
        }
        Self.expect(
          steps[0].gradients[layer.index][slot].values, expected.values, within: bound, name)
      }
    }
  }

  /// A step sends what `parallel` predicts, to the byte. (Fast engines fill up their filters' gradients to
  /// whole blocks.)
  @Test(arguments: cases.filter { $0.tested.name == "reference" })
  func sendsWhatIsPredicted(_ example: Case) throws {
    let steps = try Self.split(
      example.network, example.mode, example.size, example.tested.engine)
    let predicted = try ParallelCost(
      example.mode, of: example.network, ranks: example.size, batch: Self.batch, rate: 1,
      link: Link(bandwidth: 1, latency: 0)
    ).timeline.bytes
    let sent = steps.reduce(0) { $0 + $1.bytes }
    // The prediction is a mean over the ranks, whose parts may differ.
    #expect(abs(Double(sent) - Double(example.size) * predicted) < 0.5)
  }

  /// Parameters and the optimizer's memory are put together from all parts, and taken apart again.
  @Test(arguments: [ParallelMode.hybrid(.inParts), .columns])
  func parametersAreWhole(_ mode: ParallelMode) throws {
    let network = mode == .columns ? SplitNetworks.grouped : SplitNetworks.connected
    let all = ThreadRanks.run(2) { ranks in
      let geometry = try network.geometry(batch: mode == .columns ? 8 : 4)
      let plan = try SplitPlan(geometry, mode, among: ranks, engine: ReferenceEngine())
      var kept: [Bool] = []
      for layer in geometry where !layer.parameters.isEmpty {
        let tensors = layer.parameters.map {
          Self.rows("\(layer.name)", $0.shape, 0..<$0.shape.n)
        }
        plan.setParameters(tensors, of: layer.index)
        kept.append(plan.parameters(of: layer.index) == tensors)
        let memory = layer.parameters.filter(\.isTrainable).map {
          [Self.rows("\(layer.name) memory", $0.shape, 0..<$0.shape.n)]
        }
        plan.setOptimizerMemory(memory, of: layer.index)
        kept.append(plan.optimizerMemory(of: layer.index) == memory)
      }
      return kept
    }
    for kept in all {
      let kept = try kept.get()
      #expect(kept.count >= 8 && kept.allSatisfy { $0 })
    }
  }

  struct Refusal: Sendable {
    var mode: ParallelMode
    var size: Int
    var own = 4
    var network = SplitNetworks.connected
    var message: String
  }

  static let refusals: [Refusal] = {
    let grouped = SplitNetworks.grouped
    var (normalized, local) = (SplitNetworks.connected, grouped)
    normalized.layers.insert(
      NamedLayer("bn5", .batchNormalization(BatchNormalization())), at: 8)
    local.layers[9].layer = .locallyConnected(
      LocallyConnected(filters: 6, window: Window(kernel: 3, padding: 1)))
    var plain = grouped
    plain.layers.removeAll { ["fc1", "relu4", "drop4", "fc2"].contains($0.name) }
    return [
      Refusal(mode: .columns, size: 4, network: grouped, message: "columns takes 2 ranks, not 4"),
      Refusal(mode: .columns, size: 2, message: "columns takes a network with two groups"),
      Refusal(mode: .columns, size: 2, network: local, message: "conv3 is locally connected"),
      Refusal(mode: .hybrid(.all), size: 2, network: plain, message: "hybrid splits fully"),
      Refusal(
        mode: .hybrid(.all), size: 6, message: "fc3 has 5 outputs, which 6 ranks can't share"),
      Refusal(
        mode: .hybrid(.inParts), size: 3, message: "each rank's 4 images can't be sent in 3"),
      Refusal(
        mode: .hybrid(.oneByOne), size: 2, network: normalized,
        message: "bn5 needs the statistics of the whole batch"),
    ]
  }()

  /// One line says what can't be split, on every rank.
  @Test(arguments: refusals) func refuses(_ example: Refusal) throws {
    let all = ThreadRanks.run(example.size) { ranks in
      try SplitPlan(
        example.network.geometry(batch: example.own), example.mode, among: ranks,
        engine: ReferenceEngine()
      ).batch
    }
    for result in all {
      let error = #expect(throws: SplitError.self) { try result.get() }
      #expect(error?.message.hasPrefix(example.message) == true, "\(String(describing: error))")
      #expect(error?.hint != nil)
    }
  }
}
