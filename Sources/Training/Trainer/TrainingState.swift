import Datasets
import Networks
import Tensors

/// Everything needed to resume a run as if it had never stopped: the contents of a checkpoint.
///
/// Everything random depends only on the recipe's seed and the place in the run, so these numbers
/// are the state of the random generator.
public struct TrainingState: Sendable {
  /// The recipe, with all overrides applied.
  public var recipe: Recipe
  /// The network, with the recipe's initialization and dropout, and the input format that it was
  /// trained with.
  public var network: Network
  /// The data set's name.
  public var datasetName: String
  /// SHA-256 of the data.
  public var datasetFingerprint: String
  /// The classes, in the order of the network's outputs.
  public var classNames: [String]
  /// How images are prepared, with the statistics of the training part. Its options follow from the
  /// recipe's `pictures`; its three lists of numbers don't.
  public var pipeline: PicturePipeline
  /// Parameters by their names: `conv1.weight`, `norm1.running_mean`.
  public var parameters: [String: Tensor]
  /// The optimizer's memory for them: `conv1.weight.velocity`; none for parameters that haven't
  /// moved so far.
  public var memory: [String: Tensor]
  /// Completed epochs.
  public var epoch: Int
  /// Completed steps of the current epoch; all of them if only its validation is missing.
  public var step: Int
  /// The sums over those steps.
  public var sums: EpochSums
  /// The schedule's state.
  public var schedule: ScheduleState
  /// The epoch that did best on validation so far.
  public var best: BestEpoch?
  /// The records of completed epochs.
  public var history: [EpochRecord]
  /// The engine.
  public var engineTitle: String
  /// The number of threads.
  public var threads: Int

  /// A state.
  public init(
    recipe: Recipe, network: Network, datasetName: String, datasetFingerprint: String,
    classNames: [String], pipeline: PicturePipeline, parameters: [String: Tensor],
    memory: [String: Tensor], epoch: Int, step: Int, sums: EpochSums, schedule: ScheduleState,
    best: BestEpoch?, history: [EpochRecord], engineTitle: String, threads: Int
  ) {
    (self.recipe, self.network) = (recipe, network)
    (self.datasetName, self.datasetFingerprint) = (datasetName, datasetFingerprint)
    (self.classNames, self.pipeline) = (classNames, pipeline)
    (self.parameters, self.memory) = (parameters, memory)
    (self.epoch, self.step, self.sums, self.schedule) = (epoch, step, sums, schedule)
    (self.best, self.history) = (best, history)
    (self.engineTitle, self.threads) = (engineTitle, threads)
  }
}
