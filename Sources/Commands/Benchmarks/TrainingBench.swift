import Basics
import Cells
import Documents
import Layers
import Networks
import Tensors
import Training

/// Measures an engine's training and inference in images per second, with the same work as
/// `Benchmarks/torch_bench.py`.
struct TrainingBench {
  let batch: Int
  let steps: Int
  let isProfiled: Bool

  /// The measurements.
  struct Figures {
    /// Images per second.
    var training = 0.0
    /// Images per second, in batches.
    var inference = 0.0
    /// Images per second, one at a time.
    var single = 0.0
    /// Operations per second of a large matrix product, to compare with; nil if the engine has none.
    var matrixProduct: Double?
    /// The time of each layer, summed over all steps; nil unless it was asked for.
    var profile: [LayerTime]?
    /// Seconds per step for the optimizer's update.
    var update = 0.0
  }

  /// Measures training, inference on batches, and inference on single images.
  func measure(_ engine: any Engine, in session: inout Session) throws -> Output {
    let network = session.network
    guard network.layers.last?.layer == .softmax else {
      throw Failure(
        .network, "\(network.name) doesn't end with a softmax, so there is no loss to train with")
    }
    var figures = Figures()
    figures.matrixProduct = Engines.matrixProductRate(of: engine)
    session.host.report(progress: "training")
    try train(engine, network, &session, &figures)
    session.host.report(progress: "inference")
    figures.inference = try infer(engine, network, &session, batch: batch, times: steps)
    figures.single = try infer(engine, network, &session, batch: 1, times: 4 * steps)
    session.host.report(progress: nil)
    return report(engine, try network.geometry(), figures, session)
  }

  private func train(
    _ engine: any Engine, _ network: Network, _ session: inout Session, _ figures: inout Figures
  ) throws {
    let cancellation = session.host.cancellation
    var training = try TrainingSteps(
      engine, network, &session.weights, batch: batch, cancellation: session.host.cancellation)
    let classes = try network.geometry().last?.output.c ?? 1
    let labels = (0..<batch).map {
      CounterRandom("bench labels", seed: 1).below(classes, UInt64($0))
    }
    training.plan.setInput(try Self.noise(network, batch, cancellation))
    var times: [Double] = []
    let timed = training.plan as? any TimedPlan
    for step in 0...steps {
      try cancellation.check()
      if step == 1 && isProfiled { timed?.isTimed = true }
      let start = ContinuousClock.now
      let update = try training.run(labels: labels, cancellation: cancellation)
      if step > 0 {
        times.append(start.duration(to: .now).seconds)
        figures.update += update / Double(steps)
      }
    }
    figures.training = Double(batch) / times.median
    figures.profile = isProfiled ? timed?.times : nil
  }

  private func infer(
    _ engine: any Engine, _ network: Network, _ session: inout Session, batch: Int, times: Int
  ) throws -> Double {
    let geometry = try network.geometry(batch: batch)
    let plan = try engine.prepare(
      geometry.map(\.layer), input: geometry[0].input, mode: .inference, keeping: .outputsOnly)
    let cancellation = session.host.cancellation
    try session.weights.supply(plan, of: network, geometry, cancellation: cancellation)
    plan.setInput(try Self.noise(network, batch, cancellation))
    var seconds: [Double] = []
    for run in 0...times {
      let start = ContinuousClock.now
      try plan.forward(cancellation: cancellation)
      if run > 0 { seconds.append(start.duration(to: .now).seconds) }
    }
    return Double(batch) / seconds.median
  }

  /// A batch of normal draws.
  private static func noise(
    _ network: Network, _ batch: Int, _ cancellation: Cancellation
  ) throws -> Tensor {
    try Tensor(
      normal: try network.geometry(batch: batch)[0].input, deviation: 1,
      random: CounterRandom("bench", seed: 1), cancellation: cancellation)
  }

  private func report(
    _ engine: any Engine, _ geometry: [LayerGeometry], _ figures: Figures, _ session: Session
  ) -> Output {
    let work = Double(trainingOperations(geometry)) * figures.training
    let memory = ResourceUsage().peakMemory
    var output = Output(
      json: [
        "network": .string(session.network.name), "engine": .string(engine.title),
        "batch": .integer(batch), "steps": .integer(steps),
        "train_images_per_s": .number(figures.training),
        "infer_images_per_s": .number(figures.inference),
        "infer_batch1_ms": .number(1000 / figures.single),
        "train_gflop_per_s": .number(work / 1e9),
        "matrix_product_gflop_per_s": figures.matrixProduct.map { .number($0 / 1e9) } ?? .null,
        "peak_memory_mb": .number(memory / 0x1p20),
      ])
    output.line(
      .strong(session.network.name)
        + ", \(engine.title), batch \(batch), median of \(NumberFormat.count(steps, "step"))")
    var table = Table([.init("what"), .init("figure", numeric: true), .init("")], indent: 2)
    func row(_ what: String, _ figure: Double, _ places: Int, _ unit: String) {
      table.row([Text(what), Text(NumberFormat.fixed(figure, places)), Text(unit)])
    }
    row("training", figures.training, 1, "images/s")
    row("inference", figures.inference, 1, "images/s")
    row("single image", 1000 / figures.single, 2, "ms")
    row("training, arithmetic", work / 1e9, 0, "GFLOP/s")
    if let rate = figures.matrixProduct {
      row("large matrix product", rate / 1e9, 0, "GFLOP/s")
      row("training in % of it", 100 * work / rate, 0, "%")
    }
    row("peak memory", memory / 0x1p20, 0, "MiB")
    output.table(table)
    if let profile = figures.profile { output.table(self.table(profile, figures, geometry)) }
    return output
  }

  private func table(
    _ profile: [LayerTime], _ figures: Figures, _ geometry: [LayerGeometry]
  ) -> Table {
    var table = Table(
      [
        .init("layer"), .init("forward", numeric: true), .init("backward", numeric: true),
        .init("share", numeric: true), .init("GFLOP/s", numeric: true),
      ], indent: 2)
    let total = Double(batch) / figures.training
    func milliseconds(_ seconds: Double) -> Text {
      Text(DurationFormat.milliseconds(seconds, decimals: 2))
    }
    for (layer, time) in zip(geometry, profile) where time != LayerTime() {
      let (f, b) = (time.forward / Double(steps), time.backward / Double(steps))
      let passes = layer.index == 0 ? 2.0 : 3
      let work = 2 * passes * Double(layer.multiplyAdds * batch) / (f + b)
      table.row([
        .name(layer.name), milliseconds(f), milliseconds(b),
        Text("\(NumberFormat.fixed(100 * (f + b) / total, 1))%"),
        Text(work > 0 ? NumberFormat.fixed(work / 1e9, 0) : ""),
      ])
    }
    table.row([
      .name("update"), "", milliseconds(figures.update),
      Text("\(NumberFormat.fixed(100 * figures.update / total, 1))%"), "",
    ])
    return table
  }

  /// The operations of a training step for one image, two per multiply-add: forward, backward to the
  /// parameters and, except in the first layer, backward to the input.
  private func trainingOperations(_ geometry: [LayerGeometry]) -> Int {
    geometry.reduce(0) { $0 + 2 * $1.multiplyAdds * ($1.index == 0 ? 2 : 3) }
  }
}
