import Basics
import Cells
import Datasets
import Documents
import Layers
import Networks
import Parallel
import TensorFiles
import Training

/// A run in progress: trains, prints each epoch, saves checkpoints, and tests the best network.
struct LiveTraining {
  /// The trainer; released before the test, because both need memory.
  private var trainer: Trainer?
  private let folder: RunFolder
  private let dataset: Dataset
  private let engine: any Engine
  private var metrics: Metrics
  private let notes: [String]
  /// When the command started, to report how long it took.
  var start = ContinuousClock.now
  /// Whether curves are drawn after each epoch.
  var plots = false
  /// What the run took over from trained weights when it started.
  var transfer: Transfer?
  /// How often checkpoints are written within an epoch.
  private let saving: SavingRule
  private var saved = ContinuousClock.now
  /// What had been sent when the epoch began, and the steps since.
  private var (traffic, steps) = (Traffic(), 0)

  init(
    trainer: Trainer, folder: RunFolder, dataset: Dataset, engine: any Engine,
    saving: SavingRule, notes: [String] = []
  ) {
    (self.trainer, self.folder, self.dataset) = (trainer, folder, dataset)
    (self.engine, self.metrics, self.notes) = (engine, Metrics(trainer.outline), notes)
    self.saving = saving
  }

  /// Trains to the end and tests the result.
  ///
  /// - Throws: `Failure`: the run was stopped (and saved), diverged, or couldn't be saved.
  mutating func run(in session: inout Session) throws -> Output {
    try train(in: &session)
    trainer = nil
    return try test(in: &session)
  }

  private mutating func train(in session: inout Session) throws {
    guard let trainer else { preconditionFailure("A run is run once.") }
    session.show(try beginning(trainer))
    (saved, traffic) = (.now, trainer.traffic)
    let progress = TrainingProgress(host: session.host)
    let outcome: TrainingOutcome
    do {
      outcome = try trainer.run(cancellation: session.host.cancellation) { event in
        switch event {
        case .step(let step):
          progress.report(step)
          steps += 1
          if isDue(step, of: trainer) { try save(trainer, isBest: false) }
        case .validating(let done, let total): progress.report(validating: done, of: total)
        case .epoch(let record, let isBest):
          try save(trainer, isBest: isBest)
          session.host.report(progress: nil)
          try show(record, of: trainer, isBest: isBest, in: &session)
        }
      }
      session.host.report(progress: nil)
      if outcome != .finished {
        try save(trainer, isBest: false)
        Ranks.agree()
      }
    } catch let error as FileError {
      throw unwritten(error)
    } catch let error as ImageError {
      session.host.report(progress: nil)
      throw unread(error, trainer)
    }
    switch outcome {
    case .finished:
      guard trainer.ranks.size > 1 else { break }
      var output = Output()
      output.line(TrainingLines.total(trainer.ranks.traffic), indent: 10, hang: 17)
      session.show(output)
    case .cancelled:
      throw Failure(
        .cancelled, "stopped after \(trainer.whereItStopped); saved",
        hint: "to continue: train --resume \(shellWord(folder.path))")
    case .diverged(let divergence):
      session.show(Self.causes(divergence))
      throw Failure(
        .training, divergence.reason,
        hint: "the last checkpoint before that is in \(folder.path); "
          + "train --resume \(shellWord(folder.path)) --rate X continues with another rate")
    }
  }

  private func isDue(_ step: StepRecord, of trainer: Trainer) -> Bool {
    // At the end of an epoch the run is saved anyway, after its validation.
    guard step.step < step.steps || metrics.plannedEpochs == 0 else { return false }
    if let steps = saving.steps, step.step % steps == 0 { return true }
    guard saving.minutes > 0 else { return false }
    // The ranks' clocks differ, and all save at the same time.
    return trainer.anyRank(saved.duration(to: .now).seconds >= 60 * saving.minutes)
  }

  private mutating func save(_ trainer: Trainer, isBest: Bool) throws(FileError) {
    try folder.save(trainer.savable(), isBest: isBest)
    (metrics, saved) = (Metrics(trainer.outline), .now)
  }

  /// An image that can't be read: the run is saved first.
  private mutating func unread(_ error: ImageError, _ trainer: Trainer) -> Failure {
    do throws(FileError) {
      try save(trainer, isBest: false)
    } catch {
      return unwritten(error)
    }
    Ranks.agree()
    return Failure(
      .file, "\(error.message); stopped after \(trainer.whereItStopped); saved",
      hint: "mend the file, or leave such images out: "
        + "train --resume \(shellWord(folder.path)) --skip-bad")
  }

  private func unwritten(_ error: FileError) -> Failure {
    let next = "train --resume \(shellWord(folder.path))"
    let hint =
      RunFolder.isRun(folder.path)
      ? "the previous checkpoint is intact: "
        + (error.remedy.map { "\($0), then \(next)" } ?? "\(next) continues from it")
      : "the run's folder is gone, with its checkpoints: train again with --out FOLDER"
    return Failure(.file, error.message, hint: hint)
  }

  // Output.

  private func beginning(_ trainer: Trainer) throws -> Output {
    let (recipe, network) = (trainer.recipe, trainer.network)
    let parameters = try network.geometry().reduce(0) { $0 + $1.parameterCount }
    var output = Output()
    output.line(
      "recipe " + .name(recipe.name) + " · " + .name(network.name)
        + " · \(NumberFormat.grouped(parameters)) parameters · \(dataset.name) · \(engine.title)"
        + " · seed \(recipe.seed)", hang: 4)
    RecipeReport(recipe).add(to: &output)
    if let transfer { output.add(transfer) }
    let (training, validation) = trainer.counts
    output.line(
      .faint("data") + .spaces(8)
        + "\(NumberFormat.grouped(training)) images to train on"
        + (validation > 0
          ? ", \(NumberFormat.grouped(validation)) "
            + (recipe.validationPart == .train ? "" : "test images ") + "for validation" : "")
        + ", \(NumberFormat.grouped(DatasetSplit(recipe, of: dataset).testCount)) for the test",
      indent: 2, hang: 14)
    if let line = dataset.streamingLine { output.line(Text(line), indent: 14, hang: 14) }
    output.line(
      .faint("steps") + .spaces(7)
        + "\(NumberFormat.grouped(trainer.stepsPerEpoch)) per epoch, "
        + "\(NumberFormat.grouped(trainer.stepsPerEpoch * recipe.epochs)) in all",
      indent: 2, hang: 14)
    if let line = trainer.sharing {
      output.line(.faint("ranks") + .spaces(7) + Text(line), indent: 2, hang: 14)
    }
    output.line(.faint("folder") + .spaces(6) + .name(folder.path), indent: 2, hang: 14)
    for note in notes {
      output.line(.notice("note") + .spaces(8) + Text(note), indent: 2, hang: 14)
    }
    if trainer.epoch > 0 || trainer.step > 0 {
      output.line("continuing after \(trainer.whereItStopped)")
    }
    return output
  }

  private mutating func show(
    _ record: EpochRecord, of trainer: Trainer, isBest: Bool, in session: inout Session
  ) throws {
    var output = Output()
    output.line(TrainingLines.epoch(record, of: metrics.plannedEpochs, isBest: isBest))
    if let errors = TrainingLines.errors(record) { output.line(errors, indent: 10, hang: 14) }
    if trainer.ranks.size > 1 {
      let now = trainer.traffic
      let line = try TrainingLines.traffic(now - traffic, steps: steps, trainer)
      output.line(line, indent: 10, hang: 17)
      (traffic, steps) = (now, 0)
    }
    session.show(output)
    if plots, metrics.epochs.count > 1 {
      session.update("curves", metrics.curves.map { .chart($0) })
    }
    session.stream(TrainingLines.json(record, isBest: isBest))
  }

  private static func causes(_ divergence: Divergence) -> Output {
    var output = Output()
    output.line(.bad("stopped: ") + Text(divergence.reason), hang: 9)
    output.line("likely causes", indent: 2)
    for cause in divergence.causes { output.line("· " + Text(cause), indent: 4, hang: 6) }
    return output
  }

  // The test.

  private mutating func test(in session: inout Session) throws -> Output {
    defer { Ranks.agree() }
    guard folder.isWritten else { return Output() }
    session.host.report(progress: "testing")
    let best = try Checkpoint(path: folder.best, cancellation: session.host.cancellation).state
    let crops = best.recipe.crops
    let split = DatasetSplit(best.recipe, of: dataset)
    let host = session.host
    let evaluation: Evaluation
    do {
      evaluation = try Evaluation.evaluate(
        best.network, parameters: best.parameters, on: split.test, pipeline: best.pipeline,
        crops: crops, engine: engine, cancellation: host.cancellation
      ) { host.report(progress: "testing  \($0) of \($1)") }
    } catch let failure where Failure(failure).kind == .cancelled {
      throw Failure(
        .cancelled, "trained and saved, but the test was stopped",
        hint: "to test: evaluate \(shellWord(folder.path))")
    } catch let error as ImageError {
      throw Failure(
        .file, "\(error.message); trained and saved, but the test was stopped",
        hint: "to test without such images: evaluate \(shellWord(folder.path)) --skip-bad")
    }
    host.report(progress: nil)
    metrics.test = Metrics.Test(
      epoch: best.epoch, accuracy: evaluation.accuracy, loss: evaluation.loss,
      pictures: evaluation.count, crops: crops.rawValue,
      topFive: TopFive.isCounted(classes: evaluation.classNames.count)
        ? evaluation.topFiveAccuracy : nil)
    metrics.peakMemory = ResourceUsage().peakMemory
    do {
      try folder.write(metrics)
    } catch {
      throw unwritten(error)
    }
    return ending(evaluation, best, validated: split.validationCount, in: session)
  }

  private func ending(
    _ evaluation: Evaluation, _ best: TrainingState, validated: Int, in session: Session
  ) -> Output {
    let (epoch, part) = (best.epoch, best.recipe.validationPart)
    let seconds = start.duration(to: .now).seconds
    let path = shellWord(folder.path)
    var members: [JSONValue.Member] = []
    members["run"] = .string(folder.path)
    members["recipe"] = .string(metrics.recipe)
    members["network"] = .string(metrics.network)
    members["dataset"] = .string(metrics.dataset)
    members["seed"] = .integer(Int(clamping: metrics.seed))
    members["epochs"] = .integer(metrics.epochs.count)
    members["best_epoch"] = .integer(epoch)
    members["validation_accuracy"] = metrics.best.map { .number($0.accuracy) } ?? .null
    members["validation_part"] = .string(part.rawValue)
    members["test_accuracy"] = .number(evaluation.accuracy)
    members["test_error"] = .number(1 - evaluation.accuracy)
    members["test_top5_error"] = metrics.test?.topFive.map { .number(1 - $0) }
    members["test_loss"] = .number(evaluation.loss)
    members["crops"] = .string(evaluation.crops.rawValue)
    members["views"] = .string(evaluation.crops.rawValue)
    members["seconds"] = .number(seconds)
    members["checkpoint"] = .string(folder.best)
    if let transfer {
      members["taken"] = .array(transfer.taken.map { .string($0) })
      members["new"] = .array(transfer.new.map { .string($0.name) })
    }
    var output = Output(json: .object(members))
    let chosen =
      metrics.best == nil
      ? "the last epoch"
      : part == .train
        ? "epoch \(epoch), best on validation"
        : "epoch \(epoch), chosen on the other \(NumberFormat.grouped(validated)) test images"
    output.line(
      .good("done") + "   test error " + .strong(NumberFormat.percent(1 - evaluation.accuracy))
        + TrainingLines.topFive(metrics.test?.topFive)
        + " of \(NumberFormat.grouped(evaluation.count)) images (\(chosen))   "
        + Text(DurationFormat.format(seconds)), hang: 7)
    output.add(leftOut: dataset.leftOut)
    output.addPeakMemory(indent: 7)
    output.line(.name(folder.best), indent: 7)
    output.line(
      .name("plot \(path)") + " · " + .name("evaluate \(path)") + " · " + .name("load \(path)")
        + .faint(session.host.isInteractive ? " to look inside" : " at the prompt to look inside"),
      indent: 7)
    return output
  }
}
