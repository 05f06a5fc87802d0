import Basics
import Cells
import Documents
import Networks
import TensorFiles
import Training

/// A study in progress: prints each run, and saves the results so far.
struct LiveExperiment {
  private var runner: ExperimentRunner
  private let folder: ExperimentFolder?
  private let command: String
  private let note: String?
  private let machine = Machine.current

  init(
    runner: ExperimentRunner, folder: ExperimentFolder?, command: String, note: String?
  ) {
    (self.runner, self.folder, self.command, self.note) = (runner, folder, command, note)
  }

  /// Runs the study to its end.
  ///
  /// - Throws: `Failure` if the study was stopped or its results can't be saved.
  mutating func run(in session: inout Session) throws -> Output {
    let start = ContinuousClock.now
    session.show(beginning)
    let progress = ExperimentProgress(host: session.host)
    let isDone: Bool
    do {
      let (machine, command, folder) = (machine, command, folder)
      isDone = try runner.run(cancellation: session.host.cancellation) { event, results in
        progress.report(event)
        guard case .done(let place, let run) = event else { return }
        let record = ExperimentRecord(results: results, command: command, machine: machine)
        try folder?.write(record)
        session.host.report(progress: nil)
        session.show(Self.line(place, run, results))
        session.stream(results.json(run))
      }
    } catch let error as FileError {
      throw Failure(
        .file, error.message,
        hint: "the results saved before are intact"
          + (error.remedy.map { "; \($0), then start again" } ?? ""))
    }
    session.host.report(progress: nil)
    let record = ExperimentRecord(results: runner.results, command: command, machine: machine)
    var output = ExperimentReport.ending(record)
    let results = runner.results
    guard isDone else {
      let done = results.trials.count + results.runs.count
      if !results.runs.isEmpty { session.show(output) }
      throw Failure(
        .cancelled, "stopped after \(done) of \(NumberFormat.count(runner.count, "training run"))",
        hint: done == 0
          ? "there are no results yet"
          : folder.map { "the results so far are in \($0.path)" } ?? "nothing was kept: --out none")
    }
    let took = DurationFormat.format(start.duration(to: .now).seconds)
    var last: Text =
      .good("done") + Text("   \(NumberFormat.count(runner.count, "training run")) in \(took)")
    if let folder { last += "   " + .name(folder.path) }
    output.line(last, hang: 7)
    return output
  }

  private var beginning: Output {
    let results = runner.results
    var output = ExperimentReport.beginning(results.experiment, results.budget)
    output.line(
      .faint("data") + .spaces(8)
        + "\(results.datasetName): \(NumberFormat.grouped(results.pictures)) images to train on"
        + (results.experiment.measure == .testError
          ? ", \(NumberFormat.grouped(results.testPictures)) for the test" : ""),
      indent: 2, hang: 14)
    output.line(
      .faint("engine") + .spaces(6)
        + Text("\(results.engine) · \(NumberFormat.count(runner.count, "training run")) in all"),
      indent: 2,
      hang: 14)
    if let folder {
      output.line(.faint("folder") + .spaces(6) + .name(folder.path), indent: 2, hang: 14)
    }
    if let note { output.line(.notice("note") + .spaces(8) + Text(note), indent: 2, hang: 14) }
    return output
  }

  /// One line for a finished run.
  private static func line(
    _ place: ExperimentRunner.Place, _ run: ExperimentRun, _ results: ExperimentResults
  ) -> Output {
    let width = results.experiment.arms.map { displayWidth($0.name) }.max() ?? 0
    let number = String(place.number).paddingLeft(to: String(place.count).count)
    var text: Text = .faint("\(number)/\(place.count)  ")
    text += .name(place.arm) + .spaces(width - displayWidth(place.arm) + 2)
    text += place.isTrial ? "trial " : Text("seed \(place.seed)")
    if !results.budget.rates.isEmpty {
      text += Text("  rate \(NumberFormat.format(place.rate, significant: 3))")
    }
    let measure = results.experiment.measure
    switch (measure, results.value(of: run)) {
    case (.testError, let value?):
      text += "  test error " + .strong(measure.text(value))
      if let error = run.trainingError {
        text += Text("  training error \(NumberFormat.percent(error, decimals: 1))")
      }
    case (.epochs(let target), let value?):
      text +=
        Text("  \(NumberFormat.percent(target, decimals: 0)) training error after ")
        + .strong(measure.text(value)) + " epochs"
    case (_, nil):
      let error = run.trainingError.map { NumberFormat.percent($0, decimals: 1) } ?? "–"
      text += Text("  training error \(error) after \(TrainingLines.epochs(run.epochs.count))")
    }
    text += .faint("  \(DurationFormat.format(run.seconds))")
    var output = Output()
    output.line(text, hang: 4)
    if let divergence = run.divergence {
      output.line(.notice("stopped: ") + Text(divergence), indent: 4, hang: 6)
    }
    return output
  }
}

/// Shows a study's progress on a status line that is overwritten in place.
private final class ExperimentProgress {
  private let host: any Host
  private let training: TrainingProgress
  private var pace = Pace()
  private var seconds: [Double] = []

  init(host: any Host) {
    self.host = host
    training = TrainingProgress(host: host)
  }

  func report(_ event: ExperimentRunner.Event) {
    switch event {
    case .training(let place, .step(let step)):
      guard pace.isDue() else { return }
      // Assumes that each remaining run takes as long as the mean of the finished ones, or, in the
      // first one, as long as it still has left.
      let mean =
        seconds.isEmpty ? step.secondsLeft : seconds.reduce(0, +) / Double(seconds.count)
      let left = step.secondsLeft + Double(place.count - place.number) * mean
      let parts = [
        "\(place.number)/\(place.count) \(place.arm)", "epoch \(step.epoch)/\(step.epochs)",
        "error \(NumberFormat.percent(1 - step.epochAccuracy, decimals: 1))",
        "at most \(DurationFormat.format(left, isEstimate: true)) left",
        // Last, so that a narrow line cuts this off first.
        "\(NumberFormat.grouped(Int(clamping: step.imagesPerSecond))) img/s",
      ]
      host.report(progress: parts.joined(separator: "  "))
    case .training(_, .validating(let done, let total)):
      training.report(validating: done, of: total)
    case .training(_, .epoch): break
    case .testing(_, let done, let total):
      guard pace.isDue() else { return }
      host.report(
        progress: "testing  \(NumberFormat.grouped(done)) of \(NumberFormat.grouped(total))")
    case .done(_, let run): seconds.append(run.seconds)
    }
  }
}
