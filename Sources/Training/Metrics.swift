import Documents

/// The results of a run, epoch by epoch: the contents of `metrics.json` and `metrics.csv`.
package struct Metrics: Hashable, Sendable {
  /// The results of a test.
  package struct Test: Hashable, Sendable {
    /// The epoch whose parameters were tested.
    package var epoch: Int
    /// Test accuracy.
    package var accuracy: Double
    /// The mean loss, in nats.
    package var loss: Double
    /// The number of test images.
    package var pictures: Int
    /// The crops: `center`, `ten-crop`.
    package var crops: String
    /// The share of images with their class among the top 5; nil if it isn't counted.
    package var topFive: Double?

    /// The results of a test.
    package init(
      epoch: Int, accuracy: Double, loss: Double, pictures: Int, crops: String,
      topFive: Double? = nil
    ) {
      (self.epoch, self.accuracy, self.loss) = (epoch, accuracy, loss)
      (self.pictures, self.crops, self.topFive) = (pictures, crops, topFive)
    }
  }

  /// The time spent on an incomplete epoch.
  package struct Unfinished: Hashable, Sendable {
    /// The completed epochs before it.
    package var epoch: Int
    /// Its completed steps.
    package var step: Int
    /// The seconds they took.
    package var seconds: Double
  }

  /// The recipe's name.
  package var recipe: String
  /// The network's name.
  package var network: String
  /// The data set's name.
  package var dataset: String
  /// The seed.
  package var seed: UInt64
  /// The engine.
  package var engine: String
  /// The number of threads.
  package var threads: Int
  /// The planned number of epochs.
  package var plannedEpochs: Int
  /// Which images are used for validation. With test images, the best epoch is chosen with images
  /// that should only be used for the test.
  package var validationPart: ValidationPart
  /// The completed epochs.
  package var epochs: [EpochRecord]
  /// The epoch that did best on validation.
  package var best: BestEpoch?
  /// The current epoch, if some of its steps are done.
  package var unfinished: Unfinished?
  /// The test of the best epoch, once the run is done.
  package var test: Test?
  /// The peak memory of the program that finished the run, in bytes.
  package var peakMemory: Double?

  /// The metrics of a run.
  package init(_ state: TrainingState) {
    (recipe, network) = (state.recipe.name, state.network.name)
    (dataset, seed) = (state.datasetName, state.recipe.seed)
    (engine, threads) = (state.engineTitle, state.threads)
    (plannedEpochs, epochs, best) = (state.recipe.epochs, state.history, state.best)
    validationPart = state.recipe.validationPart
    if state.step > 0 {
      unfinished = Unfinished(epoch: state.epoch, step: state.step, seconds: state.sums.seconds)
    }
  }

  /// Whether an epoch counted the images with their class among the top 5.
  package var hasTopFive: Bool {
    epochs.contains { $0.trainTopFive != nil || $0.validationTopFive != nil }
  }

  /// Loss, accuracy and, if counted, top-5 accuracy over the epochs, of training and validation.
  package var curves: [Chart] {
    func chart(
      _ title: String, isShare: Bool, _ training: (EpochRecord) -> Double?,
      _ validation: (EpochRecord) -> Double?
    ) -> Chart {
      Chart(
        title, isShare: isShare, epochs: epochs.map(\.epoch),
        lines: [
          .init("training", epochs.map(training)), .init("validation", epochs.map(validation)),
        ].filter { $0.values.contains { $0 != nil } || $0.name == "training" })
    }
    let charts = [
      chart("loss", isShare: false, \.trainLoss, \.validationLoss),
      chart("accuracy", isShare: true, \.trainAccuracy, \.validationAccuracy),
    ]
    return hasTopFive
      ? charts + [chart("top-5 accuracy", isShare: true, \.trainTopFive, \.validationTopFive)]
      : charts
  }

  /// The title of the curves: what was trained, and how.
  package var chartTitle: String {
    "\(network) on \(dataset), recipe \(recipe), seed \(seed)"
      + (validationPart == .test ? ", validated on test images" : "")
  }

  /// The curves as an SVG document.
  package var svg: String { Chart.svg(curves, title: chartTitle) }
}

extension TrainingState {
  /// Fills in how long each epoch took, which checkpoints leave out since it differs from run to
  /// run.
  mutating func takeTimes(from metrics: Metrics) {
    let known = Dictionary(metrics.epochs.map { ($0.epoch, $0) }, uniquingKeysWith: { $1 })
    for i in history.indices {
      guard let record = known[history[i].epoch] else { continue }
      history[i].seconds = record.seconds
      history[i].imagesPerSecond = record.imagesPerSecond
    }
    if let unfinished = metrics.unfinished, unfinished.epoch == epoch, unfinished.step == step {
      sums.seconds = unfinished.seconds
    }
  }
}
