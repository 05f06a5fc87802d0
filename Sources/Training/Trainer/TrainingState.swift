import Datasets
import Networks
import Tensors

/// Everything that a run needs to go on as if it had never stopped: what a checkpoint holds.
///
/// Everything random is a function of the recipe's seed and of where the run stands, so those numbers
/// are the state of the generator.
public struct TrainingState: Sendable {
  /// The recipe, as it was resolved.
  public var recipe: Recipe
  /// The network, with the recipe's initialization and dropout, and the input that it was trained on.
  public var network: Network
  /// What people call the data.
  public var datasetName: String
  /// SHA-256 of the data.
  public var datasetFingerprint: String
  /// The classes, in the order of the network's outputs.
  public var classNames: [String]
  /// What happens to the pictures, with what was measured of the training part. Its options follow from
  /// the recipe's `pictures`; its three lists of numbers do not.
  public var pipeline: PicturePipeline
  /// Parameters by their names: `conv1.weight`, `norm1.running_mean`.
  public var parameters: [String: Tensor]
  /// What the optimizer keeps beside them: `conv1.weight.velocity`. Nothing of parameters that have
  /// not moved yet.
  public var memory: [String: Tensor]
  /// Epochs that are done.
  public var epoch: Int
  /// Steps of the next epoch that are done. All of them where its validation is still to come.
  public var step: Int
  /// The sums over those steps.
  public var sums: EpochSums
  /// What the schedule remembers.
  public var schedule: ScheduleState
  /// The epoch that did best on validation so far.
  public var best: BestEpoch?
  /// The epochs that are done.
  public var history: [EpochRecord]
  /// What computed it.
  public var engineTitle: String
  /// On how many threads.
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
