import Datasets
import TensorFiles
import Tensors

extension TrainingState {
  /// Everything in the state except the tensors, the recipe and the network.
  var json: JSONValue {
    var json: JSONValue = [
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
      "sums": sums.json,
      "threads": .integer(threads),
    ]
    if case .object(var members) = json {
      if shards > 1 { members["shards"] = .integer(shards) }
      if mode != .data { members["parallel"] = .string(mode.name) }
      json = .object(members)
    }
    return json
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
    let members: [(String, JSONValue?)] = [
      ("epoch", .integer(epoch)), ("rate", .number(rate)),
      ("train_accuracy", .number(trainAccuracy)), ("train_loss", .number(trainLoss)),
      (Self.trainTopFiveName, trainTopFive.map { .number($0) }),
      ("validation_accuracy", .optional(validationAccuracy)),
      ("validation_loss", .optional(validationLoss)),
      (Self.validationTopFiveName, validationTopFive.map { .number($0) }),
    ]
    return .object(
      members.compactMap { name, value in value.map { JSONValue.Member(name: name, value: $0) } })
  }

  /// The names of the top-5 figures in every file, which only has them if they were counted.
  package static let trainTopFiveName = "train_top5_accuracy"
  package static let validationTopFiveName = "validation_top5_accuracy"
}

extension EpochSums {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    members["correct"] = .integer(correct)
    members["correct_top5"] = topFive.map { .integer($0) }
    members["loss"] = .number(loss)
    return .object(members)
  }

  init(_ row: StateReader) throws(CheckpointError) {
    self.init()
    loss = try row.number("loss")
    correct = try row.whole("correct")
    if row.members["correct_top5"] != nil { topFive = try row.whole("correct_top5") }
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
