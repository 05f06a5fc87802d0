import Datasets
import TensorFiles
import Tensors

extension TrainingState {
  /// Everything in the state except the tensors, the recipe and the network.
  var json: JSONValue {
    [
      "best": best.map {
        ["accuracy": .number($0.accuracy), "epoch": .integer($0.epoch)]
      } ?? .null,
      "classes": .array(classNames.map { .string($0) }),
      "dataset": ["fingerprint": .string(datasetFingerprint), "name": .string(datasetName)],
      "engine": .string(engineTitle), "epoch": .integer(epoch),
      "history": .array(history.map(\.json)),
      "picture_size": .integers(
        [pipeline.source.channels, pipeline.source.height, pipeline.source.width]),
      "schedule": schedule.json, "step": .integer(step),
      "sums": ["correct": .integer(sums.correct), "loss": .number(sums.loss)],
      "threads": .integer(threads),
    ]
  }
}

extension ScheduleState {
  fileprivate var json: JSONValue {
    [
      "best": .optional(best), "factor": .number(factor), "reductions": .integer(reductions),
      "stalled": .integer(stalled),
    ]
  }

  init(_ row: StateReader) throws(CheckpointError) {
    self.init()
    factor = try row.number("factor")
    best = try row.optionalNumber("best")
    stalled = try row.whole("stalled")
    reductions = try row.whole("reductions")
  }
}

extension EpochRecord {
  /// The record without its times, which differ from run to run.
  fileprivate var json: JSONValue {
    [
      "epoch": .integer(epoch), "rate": .number(rate),
      "train_accuracy": .number(trainAccuracy), "train_loss": .number(trainLoss),
      "validation_accuracy": .optional(validationAccuracy),
      "validation_loss": .optional(validationLoss),
    ]
  }
}

extension EpochSums {
  init(_ row: StateReader) throws(CheckpointError) {
    self.init()
    loss = try row.number("loss")
    correct = try row.whole("correct")
  }
}

extension SafeTensorsWriter {
  /// Adds the statistics of the training images.
  mutating func add(_ pipeline: PicturePipeline) {
    let (source, prefix) = (pipeline.source, Checkpoint.picturesPrefix)
    let c = source.channels
    let isImage = pipeline.mean.count != c
    add(
      prefix + "mean",
      Tensor(shape: isImage ? [c, source.height, source.width] : [c], values: pipeline.mean))
    add(prefix + "deviation", Tensor(shape: [c], values: pipeline.deviation))
    if !pipeline.colors.isEmpty {
      add(prefix + "colors", Tensor(shape: [c, c], values: pipeline.colors))
    }
  }
}

extension PicturePipeline {
  /// The pipeline of a recipe with the statistics in a checkpoint.
  init(_ recipe: Recipe, source: [Int], in file: SafeTensors) throws {
    guard source.count == 3, source.allSatisfy({ (1...100_000).contains($0) }) else {
      throw CheckpointError(file.file, "picture_size is not channels, height and width")
    }
    func figures(_ name: String) throws -> [Float] {
      let name = Checkpoint.picturesPrefix + name
      guard let tensor = try file.names.contains(name) ? file.tensor(name) : nil else { return [] }
      guard tensor.values.allSatisfy(\.isFinite) else {
        throw CheckpointError(file.file, "\(name) holds a number that is not finite")
      }
      return tensor.values
    }
    do {
      try self.init(
        recipe.pictures.options,
        source: Size(channels: source[0], height: source[1], width: source[2]),
        mean: figures("mean"), deviation: figures("deviation"), colors: figures("colors"))
    } catch let error as ImageError {
      throw CheckpointError(file.file, "its image statistics: \(error.message)")
    }
  }
}
