import Basics
import Cells
import Datasets
import Documents
import Layers
import Networks
import Tensors
import Training

/// Measures how fast images of a folder reach the network: the data path alone, and training.
struct DataBench {
  let batch: Int
  let steps: Int
  /// Whether training is left out.
  let isPathOnly: Bool

  /// How often training is measured on the folder and on memory.
  private static let rounds = 3

  /// Measures, and reports medians.
  func measure(
    _ dataset: Dataset, _ engine: any Engine, in session: inout Session
  ) throws -> Output {
    let network = session.network
    let geometry = try network.geometry(batch: batch)
    let (input, set) = (geometry[0].input, dataset.train)
    guard input.c == set.channels, input.h == input.w else {
      throw Failure(
        .network,
        "\(network.name) takes \(input.c)×\(input.h)×\(input.w), not square images of "
          + NumberFormat.count(set.channels, "channel"))
    }
    let outputs = geometry[geometry.count - 1].output.c
    guard set.classNames.count <= outputs else {
      throw Failure(
        .network,
        "\(dataset.name) has \(set.classNames.count) classes, and \(network.name) \(outputs)",
        hint: "set classes \(set.classNames.count)")
    }
    guard set.count >= batch else {
      throw Failure(
        .usage, "\(dataset.name) has \(set.count) training images, fewer than a batch of \(batch)",
        hint: "--batch \(set.count)")
    }
    // Random crops and mirror images as in the paper, minus the channels' means.
    let means: [Float] = set.channels == 3 ? [122.68, 116.67, 104.01] : [114.45]
    let pipeline = try PicturePipeline(
      .init(
        center: .fixed(means), resize: min(set.height, set.width) < input.h ? input.h : nil,
        crop: input.h, mirror: true), for: set)
    let measurement = DataPathMeasurement(set, pipeline: pipeline, batch: batch)
    let host = session.host
    var figures = DataPathMeasurement.Figures()
    host.report(progress: "data path")
    try measurement.measurePath(
      images: min(max(set.count, 1000), 5000), &figures, cancellation: host.cancellation)
    if !isPathOnly {
      var training = try TrainingSteps(
        engine, network, &session.weights, batch: batch, cancellation: session.host.cancellation)
      try measurement.measureTraining(
        rounds: Self.rounds, steps: self.steps, &figures, cancellation: host.cancellation,
        report: { host.report(progress: "training, round \($0 + 1) of \(Self.rounds)") },
        step: { batch in
          training.plan.setInput(batch.input)
          try training.run(labels: batch.labels, cancellation: host.cancellation)
        })
    }
    host.report(progress: nil)
    return report(dataset, engine, network, figures)
  }

  private func report(
    _ dataset: Dataset, _ engine: any Engine, _ network: Network,
    _ figures: DataPathMeasurement.Figures
  ) -> Output {
    let (streamed, memory) = (figures.streamed.median, figures.memory.median)
    // Each round's ratio is of two neighbouring measurements.
    let slower = 100 * (1 - zip(figures.streamed, figures.memory).map { $0 / $1 }.median)
    var output = Output(
      json: [
        "data": .string(dataset.name), "images": .integer(dataset.train.count),
        "streamed": .boolean(dataset.isStreamed), "network": .string(network.name),
        "engine": .string(engine.title), "batch": .integer(batch), "steps": .integer(steps),
        "path_images_per_s": .number(figures.path),
        "path_images_per_core_s": .number(figures.pathPerCore),
        "train_images_per_s": isPathOnly ? .null : .number(streamed),
        "train_memory_images_per_s": isPathOnly ? .null : .number(memory),
        "slower_percent": isPathOnly ? .null : .number(slower),
        "peak_memory_mb": .number(ResourceUsage().peakMemory / 0x1p20),
      ])
    output.line(
      .strong(dataset.name) + ", \(NumberFormat.count(dataset.train.count, "image")), for "
        + .strong(network.name) + ", batch \(batch)")
    var table = Table([.init("what"), .init("figure", numeric: true), .init("")], indent: 2)
    func row(_ what: String, _ figure: Double, _ unit: String) {
      table.row([Text(what), Text(NumberFormat.fixed(figure, 1)), Text(unit)])
    }
    row("data path alone", figures.path, "images/s")
    row("the same per core", figures.pathPerCore, "images/s of processor time")
    if !isPathOnly {
      row("training with it", streamed, "images/s")
      row("training from memory", memory, "images/s")
      row("difference", slower, "% slower, median of \(Self.rounds) rounds in turn")
    }
    row("peak memory", ResourceUsage().peakMemory / 0x1p20, "MiB")
    output.table(table)
    return output
  }
}
