/// The results of a run, epoch by epoch: the contents of `metrics.json` and `metrics.csv`.
public struct Metrics: Hashable, Sendable {
  /// The results of a test.
  public struct Test: Hashable, Sendable {
    /// The epoch whose parameters were tested.
    public var epoch: Int
    /// Test accuracy.
    public var accuracy: Double
    /// The mean loss, in nats.
    public var loss: Double
    /// The number of test images.
    public var pictures: Int
    /// The crops: `center`, `ten-crop`.
    public var views: String

    /// The results of a test.
    public init(epoch: Int, accuracy: Double, loss: Double, pictures: Int, views: String) {
      (self.epoch, self.accuracy, self.loss) = (epoch, accuracy, loss)
      (self.pictures, self.views) = (pictures, views)
    }
  }

  /// The time spent on an incomplete epoch.
  public struct Unfinished: Hashable, Sendable {
    /// The completed epochs before it.
    public var epoch: Int
    /// Its completed steps.
    public var step: Int
    /// The seconds they took.
    public var seconds: Double
  }

  /// The recipe's name.
  public var recipe: String
  /// The network's name.
  public var network: String
  /// The data set's name.
  public var dataset: String
  /// The seed.
  public var seed: UInt64
  /// The engine.
  public var engine: String
  /// The number of threads.
  public var threads: Int
  /// The planned number of epochs.
  public var plannedEpochs: Int
  /// Which images validate it: with test images the epoch is chosen by what should only test it.
  public var validationPart: ValidationPart
  /// The completed epochs.
  public var epochs: [EpochRecord]
  /// The epoch that did best on validation.
  public var best: BestEpoch?
  /// The current epoch, if some of its steps are done.
  public var unfinished: Unfinished?
  /// The test of the best epoch, once the run is done.
  public var test: Test?

  /// The metrics of a run.
  public init(_ state: TrainingState) {
    (recipe, network) = (state.recipe.name, state.network.name)
    (dataset, seed) = (state.datasetName, state.recipe.seed)
    (engine, threads) = (state.engineTitle, state.threads)
    (plannedEpochs, epochs, best) = (state.recipe.epochs, state.history, state.best)
    validationPart = state.recipe.validationPart
    if state.step > 0 {
      unfinished = Unfinished(epoch: state.epoch, step: state.step, seconds: state.sums.seconds)
    }
  }

  /// Loss and accuracy over the epochs, of training and validation.
  public var curves: [Curves] {
    let numbers = epochs.map(\.epoch)
    return [
      Curves(
        "loss", epochs: numbers,
        lines: [
          .init("training", epochs.map(\.trainLoss)),
          .init("validation", epochs.map(\.validationLoss)),
        ].filter { $0.values.contains { $0 != nil } || $0.name == "training" }),
      Curves(
        "accuracy", isShare: true, epochs: numbers,
        lines: [
          .init("training", epochs.map(\.trainAccuracy)),
          .init("validation", epochs.map(\.validationAccuracy)),
        ].filter { $0.values.contains { $0 != nil } || $0.name == "training" }),
    ]
  }

  /// The curves as an SVG document.
  public var svg: String {
    Curves.svg(
      curves,
      title: "\(network) on \(dataset), recipe \(recipe), seed \(seed)"
        + (validationPart == .test ? ", validated on test images" : ""))
  }
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
