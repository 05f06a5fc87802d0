import Datasets
import TensorFiles
import Tensors

extension TrainingState {
  /// The state apart from tensors, recipe and network, without values that differ from run to run.
  var json: JSONValue {
    [
      "dataset": ["name": .string(datasetName), "fingerprint": .string(datasetFingerprint)],
      "picture_size": .array(
        [pipeline.source.channels, pipeline.source.height, pipeline.source.width].map {
          .integer($0)
        }),
      "classes": .array(classNames.map { .string($0) }),
      "epoch": .integer(epoch), "step": .integer(step),
      "sums": ["loss": .number(sums.loss), "correct": .integer(sums.correct)],
      "schedule": schedule.json,
      "best": best.map {
        ["epoch": .integer($0.epoch), "accuracy": .number($0.accuracy)]
      } ?? .null,
      "history": .array(history.map(\.json)),
      "engine": .string(engineTitle), "threads": .integer(threads),
    ]
  }
}

extension ScheduleState {
  fileprivate var json: JSONValue {
    [
      "factor": .number(factor), "best": .optional(best), "stalled": .integer(stalled),
      "reductions": .integer(reductions),
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
      "epoch": .integer(epoch), "train_loss": .number(trainLoss),
      "train_accuracy": .number(trainAccuracy), "validation_loss": .optional(validationLoss),
      "validation_accuracy": .optional(validationAccuracy), "rate": .number(rate),
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
