/// What a run came to, epoch by epoch: what `metrics.json` and `metrics.csv` hold.
public struct Metrics: Hashable, Sendable {
  /// What a test came to.
  public struct Test: Hashable, Sendable {
    /// The epoch whose parameters were tested.
    public var epoch: Int
    /// The share of the test pictures that were told right.
    public var accuracy: Double
    /// The mean loss, in nats.
    public var loss: Double
    /// How many test pictures there are.
    public var pictures: Int
    /// How each was looked at: `center`, `ten-crop`.
    public var views: String

    /// What a test came to.
    public init(epoch: Int, accuracy: Double, loss: Double, pictures: Int, views: String) {
      (self.epoch, self.accuracy, self.loss) = (epoch, accuracy, loss)
      (self.pictures, self.views) = (pictures, views)
    }
  }

  /// What has been spent on an epoch that is not done.
  public struct Unfinished: Hashable, Sendable {
    /// The epochs that are done before it.
    public var epoch: Int
    /// Its steps that are done.
    public var step: Int
    /// Seconds they took.
    public var seconds: Double
  }

  /// The recipe's name.
  public var recipe: String
  /// The network's name.
  public var network: String
  /// What people call the data.
  public var dataset: String
  /// The seed.
  public var seed: UInt64
  /// What computed it.
  public var engine: String
  /// On how many threads.
  public var threads: Int
  /// How many epochs the run is to have.
  public var plannedEpochs: Int
  /// The epochs that are done.
  public var epochs: [EpochRecord]
  /// The epoch that did best on validation.
  public var best: BestEpoch?
  /// The epoch that is under way, where some of its steps are done.
  public var unfinished: Unfinished?
  /// The test of the best epoch, once the run is done.
  public var test: Test?

  /// The metrics of a run that stands here.
  public init(_ state: TrainingState) {
    (recipe, network) = (state.recipe.name, state.network.name)
    (dataset, seed) = (state.datasetName, state.recipe.seed)
    (engine, threads) = (state.engineTitle, state.threads)
    (plannedEpochs, epochs, best) = (state.recipe.epochs, state.history, state.best)
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
    Curves.svg(curves, title: "\(network) on \(dataset), recipe \(recipe), seed \(seed)")
  }
}

extension TrainingState {
  /// Fills in what checkpoints leave out, since it differs from run to run: how long each epoch took.
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
