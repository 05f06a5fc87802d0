import Basics
import Layers
import Networks
import Tensors

/// Measures an engine's training and inference on noise, with the same work as
/// `Benchmarks/peers/measure.py`.
package struct SpeedMeasurement {
  /// The measurements.
  package struct Figures: Sendable {
    /// Images per second.
    package var training = 0.0
    /// Images per second, in batches.
    package var inference = 0.0
    /// Images per second, one at a time.
    package var single = 0.0
    /// Operations per second of a large matrix product, to compare with; nil if the engine has none.
    package var matrixProduct: Double?
    /// Bytes per second that memory is read with; nil if the engine can't measure it or there is no
    /// profile.
    package var reading: Double?
    /// The seconds of each layer for a training step; nil unless it was asked for.
    package var profile: [LayerTime]?
    /// The median seconds of each layer for a single image; nil unless it was asked for.
    package var singleProfile: [Double]?
    /// Seconds per step for the optimizer's update.
    package var update = 0.0

    /// Nothing measured yet.
    package init() {}
  }

  private let engine: any Engine
  private let network: Network
  private let batch: Int
  private let steps: Int
  private let isProfiled: Bool
  private let cancellation: Cancellation

  /// A measurement.
  ///
  /// - Parameters:
  ///   - network: ends with a softmax.
  ///   - batch: images in a batch.
  ///   - steps: how many are timed; of single images, four times as many.
  ///   - isProfiled: whether layers are timed too.
  ///   - cancellation: polled during each step.
  package init(
    _ engine: any Engine, _ network: Network, batch: Int, steps: Int, isProfiled: Bool,
    cancellation: Cancellation
  ) {
    (self.engine, self.network, self.batch, self.steps) = (engine, network, batch, steps)
    (self.isProfiled, self.cancellation) = (isProfiled, cancellation)
  }

  /// Measures training, inference on batches, and inference on single images.
  ///
  /// - Parameter report: called with what is about to be measured.
  package func measure(
    _ weights: inout Weights, report: (String) -> Void
  ) throws -> Figures {
    var figures = Figures()
    let rated = engine as? any RatedEngine
    figures.matrixProduct = rated?.matrixProductRate()
    if isProfiled { figures.reading = rated?.readRate() }
    report("training")
    try train(&weights, &figures)
    report("inference")
    try infer(&weights, &figures)
    return figures
  }

  /// Measures inference only, on batches and on single images.
  package func measureInference(_ weights: inout Weights) throws -> Figures {
    var figures = Figures()
    if isProfiled { figures.reading = (engine as? any RatedEngine)?.readRate() }
    try infer(&weights, &figures)
    return figures
  }

  private func infer(_ weights: inout Weights, _ figures: inout Figures) throws {
    (figures.inference, _) = try infer(&weights, batch: batch, times: steps, isProfiled: false)
    (figures.single, figures.singleProfile) = try infer(
      &weights, batch: 1, times: 4 * steps, isProfiled: isProfiled)
  }

  private func train(_ weights: inout Weights, _ figures: inout Figures) throws {
    var training = try TrainingSteps(
      engine, network, &weights, batch: batch, cancellation: cancellation)
    let classes = try network.geometry().last?.output.c ?? 1
    let labels = (0..<batch).map {
      CounterRandom("bench labels", seed: 1).below(classes, UInt64($0))
    }
    training.plan.setInput(try noise(batch))
    var times: [Double] = []
    let timed = training.plan as? any TimedPlan
    for step in 0...steps {
      try cancellation.check()
      if step == 1 && isProfiled { timed?.isTimed = true }
      let start = ContinuousClock.now
      let update = try training.run(labels: labels, cancellation: cancellation)
      if step > 0 {
        times.append(start.duration(to: .now) / .seconds(1))
        figures.update += update / Double(steps)
      }
    }
    figures.training = Double(batch) / times.median
    figures.profile = isProfiled ? timed?.times : nil
  }

  private func infer(
    _ weights: inout Weights, batch: Int, times: Int, isProfiled: Bool
  ) throws -> (imagesPerSecond: Double, layers: [Double]?) {
    let geometry = try network.geometry(batch: batch)
    let plan = try engine.prepare(
      geometry.map(\.layer), input: geometry[0].input, mode: .inference, keeping: .outputsOnly)
    try weights.supply(plan, of: network, geometry, cancellation: cancellation)
    plan.setInput(try noise(batch))
    var seconds: [Double] = []
    func run() throws {
      let start = ContinuousClock.now
      try plan.forward(cancellation: cancellation)
      seconds.append(start.duration(to: .now) / .seconds(1))
    }
    for _ in 0...times { try run() }
    let median = Array(seconds.dropFirst()).median
    guard isProfiled, let timed = plan as? any TimedPlan else {
      return (Double(batch) / median, nil)
    }
    // The clock of each layer starts anew for each run, so that a run that was disturbed doesn't count.
    var layers = [[Double]](repeating: [], count: geometry.count)
    for _ in 0..<times {
      timed.isTimed = true
      try run()
      for (layer, time) in timed.times.enumerated() { layers[layer].append(time.forward) }
    }
    return (Double(batch) / median, layers.map(\.median))
  }

  /// A batch of normal draws.
  private func noise(_ batch: Int) throws -> Tensor {
    try Tensor(
      normal: try network.geometry(batch: batch)[0].input, deviation: 1,
      random: CounterRandom("bench", seed: 1), cancellation: cancellation)
  }
}
