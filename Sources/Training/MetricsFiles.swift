import TensorFiles

extension Metrics {
  private static let formatName = "alexnet-metrics"
  private static let peakMemoryName = "peak_memory_mb"

  private typealias Column = (name: String, value: (EpochRecord) -> JSONValue)

  /// The columns of `metrics.csv`, which are also the members of an epoch in `metrics.json`. There are
  /// columns for the top 5 only if it's counted.
  private static func columns(hasTopFive: Bool) -> [Column] {
    let all: [Column] = [
      ("epoch", { .integer($0.epoch) }),
      ("train_loss", { .number($0.trainLoss) }),
      ("train_accuracy", { .number($0.trainAccuracy) }),
      (EpochRecord.trainTopFiveName, { .optional($0.trainTopFive) }),
      ("validation_loss", { .optional($0.validationLoss) }),
      ("validation_accuracy", { .optional($0.validationAccuracy) }),
      (EpochRecord.validationTopFiveName, { .optional($0.validationTopFive) }),
      ("rate", { .number($0.rate) }),
      ("seconds", { .known($0.seconds) }),
      ("images_per_s", { .known($0.imagesPerSecond) }),
    ]
    let topFive = [EpochRecord.trainTopFiveName, EpochRecord.validationTopFiveName]
    return hasTopFive ? all : all.filter { !topFive.contains($0.name) }
  }

  /// The epochs as comma-separated values: a line of names, then one line per epoch; empty for a
  /// missing value.
  package var csv: String { csv(hasTopFive: hasTopFive) }

  /// The same, with or without columns for the top 5.
  package func csv(hasTopFive: Bool) -> String {
    let columns = Self.columns(hasTopFive: hasTopFive)
    var lines = [columns.map(\.name).joined(separator: ",")]
    for record in epochs {
      let cells = columns.map { column -> String in
        switch column.value(record) {
        case .null: ""
        case .string(let text): text
        case let value: value.line(digits: \.description)
        }
      }
      lines.append(cells.joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// Everything as JSON, one line per epoch.
  package var json: String {
    let columns = Self.columns(hasTopFive: hasTopFive)
    let rows = epochs.map { record in
      JSONValue.object(
        columns.map { JSONValue.Member(name: $0.name, value: $0.value(record)) })
    }
    var members: [JSONValue.Member] = []
    members["format"] = .string(Self.formatName)
    members["version"] = 1
    members["recipe"] = .string(recipe)
    members["network"] = .string(network)
    members["dataset"] = .string(dataset)
    members["seed"] = .integer(Int(clamping: seed))
    members["engine"] = .string(engine)
    members["threads"] = .integer(threads)
    members["planned_epochs"] = .integer(plannedEpochs)
    if validationPart != .train {
      members["validation_part"] = .string(validationPart.rawValue)
    }
    members["epochs"] = .array(rows)
    members["best"] = best.map {
      ["accuracy": .number($0.accuracy), "epoch": .integer($0.epoch)]
    }
    members["unfinished"] = unfinished.map {
      ["epoch": .integer($0.epoch), "seconds": .known($0.seconds), "step": .integer($0.step)]
    }
    members["test"] = test.map(\.json)
    members[Self.peakMemoryName] = peakMemory.map { .number($0 / 0x1p20) }
    return JSONValue.object(members).fileText(digits: \.description)
  }

  /// Reads `metrics.json`.
  ///
  /// - Throws: `CheckpointError` if it can't be read or holds something else.
  package init(path: String) throws(CheckpointError) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: path, limit: 100_000_000)
    } catch {
      throw CheckpointError(path, error.reason)
    }
    if let other = FileKind.mismatch(bytes, wanted: .metrics) {
      throw CheckpointError(path, other.reason, hint: other.hint)
    }
    let json: JSONValue
    do throws(JSONError) {
      json = try JSONParser.parse(bytes)
    } catch {
      throw CheckpointError(path, "at byte \(error.offset), \(error.reason)")
    }
    guard case .object(let top) = json, top["format"] == .string(Self.formatName) else {
      throw CheckpointError(path, "it doesn't hold metrics of a training run")
    }
    let reader = StateReader(file: path, members: top, place: "")
    (recipe, network) = (try reader.text("recipe"), try reader.text("network"))
    (dataset, seed) = (try reader.text("dataset"), UInt64(try reader.whole("seed", most: .max)))
    (engine, threads) = (try reader.text("engine"), try reader.whole("threads"))
    plannedEpochs = try reader.whole("planned_epochs")
    if top["validation_part"] == nil {
      validationPart = .train
    } else if let part = ValidationPart(rawValue: try reader.text("validation_part")) {
      validationPart = part
    } else {
      throw CheckpointError(path, "validation_part is neither train nor test")
    }
    epochs = try reader.epochs("epochs")
    best = try reader.optional("best").map(BestEpoch.init)
    if let row = try reader.optional("unfinished") {
      unfinished = Unfinished(
        epoch: try row.whole("epoch"), step: try row.whole("step"),
        seconds: try row.number("seconds"))
    }
    if let row = try reader.optional("test") {
      test = Test(
        epoch: try row.whole("epoch"), accuracy: try row.number("accuracy"),
        loss: try row.number("loss"), pictures: try row.whole("pictures"),
        crops: try row.text(row.members["crops"] == nil ? "views" : "crops"),
        topFive: try row.optionalNumber("top5_accuracy"))
    }
    peakMemory = try reader.optionalNumber(Self.peakMemoryName).map { $0 * 0x1p20 }
  }
}

extension Metrics.Test {
  fileprivate var json: JSONValue {
    var members: [JSONValue.Member] = []
    members["accuracy"] = .number(accuracy)
    members["epoch"] = .integer(epoch)
    members["loss"] = .number(loss)
    members["pictures"] = .integer(pictures)
    members["crops"] = .string(crops)
    members["views"] = .string(crops)
    members["top5_accuracy"] = topFive.map { .number($0) }
    return .object(members)
  }
}
