import TensorFiles

extension ExperimentResults {
  /// The results in the object of a `results.json`; nil unless it is of the same study. The data set has ten
  /// classes, as those that the studies use. Losses, speeds and the trials of rates aren't read.
  package init?(_ json: JSONValue, of experiment: Experiment) {
    guard json["experiment"]?.stringValue == experiment.name, let data = json["data"],
      let name = data["name"]?.stringValue, let pictures = data["pictures"]?.integerValue,
      let epochs = json["epochs"]?.integerValue,
      let seeds = json["seeds"]?.arrayValue?.compactMap(\.integerValue),
      let arms = json["arms"]?.arrayValue,
      arms.compactMap({ $0["name"]?.stringValue }) == experiment.arms.map(\.name),
      let trials = json["trials"]?.arrayValue, let runs = json["runs"]?.arrayValue
    else { return nil }
    var (parameters, rates) = ([String: Int](), [String: Double]())
    for (arm, row) in zip(experiment.arms, arms) {
      parameters[arm.name] = row["parameters"]?.integerValue
      rates[arm.name] = row["rate"]?.double
    }
    let tried = Set(trials.compactMap { $0["rate"]?.double }).sorted()
    self.init(
      experiment: experiment,
      budget: Experiment.Budget(
        seeds: seeds.count, epochs: epochs, pictures: pictures, rates: tried),
      seeds: seeds.map { UInt64(clamping: $0) }, datasetName: name,
      datasetFingerprint: data["sha256"]?.stringValue ?? "", pictures: pictures,
      testPictures: data["test_pictures"]?.integerValue ?? 0, classes: 10, parameters: parameters,
      engine: json["machine"]?["engine"]?.stringValue ?? "",
      threads: json["machine"]?["threads"]?.integerValue ?? 1,
      runs: runs.compactMap(ExperimentRun.init), chosenRates: rates)
    guard self.runs.count == runs.count else { return nil }
  }
}

extension ExperimentRun {
  /// A run in a `results.json`; nil if the object isn't one.
  fileprivate init?(_ json: JSONValue) {
    guard let arm = json["arm"]?.stringValue, let seed = json["seed"]?.integerValue,
      let rate = json["rate"]?.double, let errors = json["training_errors"]?.arrayValue
    else { return nil }
    let validation = json["validation_errors"]?.arrayValue ?? []
    let epochs = errors.enumerated().map { place, error in
      EpochRecord(
        epoch: place + 1, trainLoss: .nan, trainAccuracy: 1 - (error.double ?? .nan),
        validationLoss: nil,
        validationAccuracy: place < validation.count
          ? validation[place].double.map { 1 - $0 } : nil,
        rate: rate, seconds: .nan, imagesPerSecond: .nan)
    }
    self.init(
      arm: arm, seed: UInt64(clamping: seed), rate: rate, epochs: epochs,
      divergence: json["diverged"]?.stringValue, testError: json["test_error"]?.double,
      seconds: json["seconds"]?.double ?? .nan)
  }
}
