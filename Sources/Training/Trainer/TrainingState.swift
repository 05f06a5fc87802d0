import Datasets
import Networks
import Parallel
import Tensors

/// Everything needed to resume a run as if it had never stopped: the contents of a checkpoint.
///
/// Everything random depends only on the recipe's seed and the place in the run, so these numbers
/// are the state of the random generator.
package struct TrainingState: Sendable {
  /// The recipe, with all overrides applied.
  package var recipe: Recipe
  /// The network, with the recipe's initialization and dropout, and the input format that it was
  /// trained with.
  package var network: Network
  /// The data set's name.
  package var datasetName: String
  /// SHA-256 of the data.
  package var datasetFingerprint: String
  /// The classes, in the order of the network's outputs.
  package var classNames: [String]
  /// How images are prepared, with the statistics of the training part. Its options follow from the
  /// recipe's `pictures`; its three lists of numbers don't.
  package var pipeline: PicturePipeline
  /// Parameters by their names: `conv1.weight`, `norm1.running_mean`.
  package var parameters: [String: Tensor]
  /// The optimizer's memory for them: `conv1.weight.velocity`; none for parameters that haven't
  /// moved so far.
  package var memory: [String: Tensor]
  /// Completed epochs.
  package var epoch: Int
  /// Completed steps of the current epoch; all of them if only its validation is missing.
  package var step: Int
  /// The sums over those steps.
  package var sums: EpochSums
  /// The schedule's state.
  package var schedule: ScheduleState
  /// The epoch that did best on validation so far.
  package var best: BestEpoch?
  /// The records of completed epochs.
  package var history: [EpochRecord]
  /// The engine.
  package var engineTitle: String
  /// The number of threads.
  package var threads: Int
  /// The equal parts of a batch whose gradients are added.
  package var shards = 1
  /// How processes shared the work.
  package var mode = ParallelMode.data

  /// A state.
  package init(
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

  /// Why a run that continues from here on a trainer may differ in its last digits from one that was never
  /// stopped.
  package func notes(continuingAs trainer: Trainer) -> [String] {
    var notes: [String] = []
    let end = "the last digits may differ from those of an uninterrupted run"
    if (engineTitle, threads) != (trainer.engine.title, trainer.threads) {
      notes.append("started with \(engineTitle), continues with \(trainer.engine.title): \(end)")
    }
    let count = trainer.shards.count
    if mode != trainer.mode {
      notes.append(
        "the ranks shared the work as \(mode.name), and now as \(trainer.mode.name): \(end)")
    }
    if shards != count {
      notes.append("each batch was split into \(shards), and is now split into \(count): \(end)")
    }
    return notes
  }
}
