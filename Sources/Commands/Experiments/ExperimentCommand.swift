import ArgumentParser
import Basics
import Cells
import Datasets
import Digests
import Documents
import Foundation
import Networks
import TensorFiles
import Training

/// Runs a study of one of the paper's claims, or lists the studies.
package struct ExperimentCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "experiment",
    abstract: "Test one of the paper's claims: experiment relu-vs-tanh.",
    discussion: """
      Without a name, the studies are listed. A study trains a few arms, which differ in one thing, with \
      several seeds and the same budget, and reports whether chance can explain the difference. A full \
      study takes up to 20 minutes on two cores, a --quick one up to 2. The networks are trained on \
      CIFAR-10, or on drawn shapes if CIFAR-10 is missing; --data chooses.

      Results go to experiments/NAME unless --out names a folder: results.json, results.md, curves.svg. \
      They are updated after each run, so Ctrl-C loses nothing that was measured. --out none \
      writes no files.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("experiment", "the studies and their questions", expect: "relu-vs-tanh"),
    Example("experiment lrn --describe", "what a study would do", expect: "remove norm1"),
    Example(
      "experiment dropout --measured", "what the course measured, with its curves",
      expect: "confirmed"),
    .slip("experiment relu", "an unknown study", expect: "relu-vs-tanh"),
    .slip("experiment lrn --seeds 0", "no seeds", expect: "seeds"),
    .slip("experiment lrn --epochs none", "not a number", expect: "epochs"),
    .slip("experiment lrn --data nowhere", "data that doesn't exist", expect: "nowhere"),
    .slip("experiment lrn --out Package.swift --data shapes", "a file", expect: "Package.swift"),
  ]

  @Argument(
    help: "The study; without a name the studies are listed.",
    completion: .list(Experiments.all.map(\.name)))
  var name: String?
  @Flag(help: "Run a smaller study, of at most two minutes.") var quick = false
  @Flag(help: "Describe the study without running it.") var describe = false
  @Flag(help: "Show the results that the course measured, without running it.") var measured = false
  @Option(help: ArgumentHelp("How many times each arm is trained.", valueName: "n"))
  var seeds: Int?
  @Option(help: ArgumentHelp("Epochs per training run.", valueName: "n")) var epochs: Int?
  @Option(help: ArgumentHelp("Images to train on.", valueName: "n")) var pictures: Int?
  @Option(
    help: ArgumentHelp("The folder for the results, or none.", valueName: "folder"),
    completion: .directory)
  var out: String?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What is trained, and about how long that takes.
  package func work(in session: Session) -> Work? {
    guard let name, !describe, !measured, let experiment = try? Experiments.experiment(named: name),
      let budget = try? budget(of: experiment)
    else { return nil }
    if let kept = keptPath(experiment, in: session),
      FileManager.default.fileExists(atPath: kept)
    {
      return nil
    }
    let count = experiment.arms.count * (budget.seeds + budget.rates.count)
    let images = Double(budget.pictures ?? 50_000) * Double(count) * Double(budget.epochs)
    let macs = Zoo.network(named: experiment.network).flatMap { try? Summary($0).multiplyAdds }
    return Work(
      deed: "trains \(count) networks",
      seconds: macs.map { Work.seconds(multiplyAdds: $0, images: images) }, isTraining: true)
  }

  /// The file in which a lesson keeps a study's output; nil outside a lesson.
  private func keptPath(_ experiment: Experiment, in session: Session) -> String? {
    guard session.keepsRuns, out == nil || out == "none" else { return nil }
    let digest = SHA256.digits(of: Array(command(experiment, in: session).utf8))
    return session.workingFolder + "experiments/\(experiment.name)-\(digest.prefix(8)).txt"
  }

  /// Runs, describes or lists studies; in a lesson, a study that ran before is printed again instead.
  package func run(in session: inout Session) throws -> Output {
    guard let name else {
      guard !describe, !measured, !quick, seeds == nil, epochs == nil, pictures == nil, out == nil
      else {
        throw Failure(.usage, "which experiment?", hint: "experiment alone lists them")
      }
      return ExperimentList.output
    }
    let experiment = try Experiments.experiment(named: name)
    let budget = try budget(of: experiment)
    if describe { return ExperimentReport.description(experiment, budget) }
    if measured { return try CourseResults(of: experiment).output }
    guard options.network == nil else {
      throw Failure(
        .usage, "a study has its own networks",
        hint: "experiment \(name) --describe shows them; to train another network, use train")
    }
    let kept = keptPath(experiment, in: session)
    if let kept, let bytes = try? OpenFile.bytes(of: kept, limit: 1 << 20) {
      var output = Output.preformatted(String(decoding: bytes, as: UTF8.self))
      output.line(.faint("kept from when you ran this before"))
      return output
    }
    if let out, out != "none" { try ExperimentFolder.claim(out, writing) }
    let engine = try session.fastEngine()
    let (dataset, note) = try dataset(in: session)
    let usual = session.workingFolder + "experiments/\(experiment.name)"
    let folder = try out == "none" ? nil : ExperimentFolder(out, or: usual, writing)
    session.host.report(progress: "preparing")
    let runner = try ExperimentRunner(
      experiment, budget: budget, seed: session.settings.seed, dataset: dataset,
      engine: engine.engine, threads: engine.threads)
    var live = LiveExperiment(
      runner: runner, folder: folder, command: command(experiment, in: session), note: note)
    let before = session.shown.count
    let output = try live.run(in: &session)
    if let kept {
      let all = Output(Array(session.shown.dropFirst(before)) + output.blocks)
      keep(all.plainText, in: kept)
    }
    return output
  }

  /// Keeps the output of a lesson's study for the next visit. If that fails, the study runs again then.
  private func keep(_ text: String, in path: String) {
    let folder = (path as NSString).deletingLastPathComponent
    try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    try? AtomicFile.write(text, to: path)
  }

  /// The study's full or quick budget with the options applied.
  private func budget(of experiment: Experiment) throws -> Experiment.Budget {
    var budget = quick ? experiment.quick : experiment.full
    for (option, value) in [("seeds", seeds), ("epochs", epochs), ("pictures", pictures)] {
      if let value, value < 1 {
        throw Failure(.usage, "--\(option) takes a whole number from 1, not \(value)")
      }
    }
    if let seeds {
      guard seeds <= 1000 else {
        throw Failure(.usage, "--seeds takes at most 1000, not \(seeds)")
      }
      budget.seeds = seeds
    }
    if let epochs { budget.epochs = epochs }
    if let pictures {
      budget.pictures = pictures
      // With few training images, a long test would take most of the time.
      budget.testPictures = min(pictures, budget.testPictures ?? .max)
    }
    return budget
  }

  /// The data set, and a note if the drawn shapes replace a missing CIFAR-10.
  private func dataset(in session: Session) throws -> (Dataset, String?) {
    if let spec = session.settings.data { return (try session.dataset(spec), nil) }
    do {
      return (try session.dataset("cifar10"), nil)
    } catch is ImageError where CIFAR10.locate() == nil {
      return (
        try session.dataset("shapes"),
        "CIFAR-10 isn't on this machine, so drawn shapes replace it; the paper's claims aren't about "
          + "them. To download CIFAR-10: data fetch cifar10"
      )
    }
  }

  /// The shell command that reproduces the results, wherever the study was started.
  private func command(_ experiment: Experiment, in session: Session) -> String {
    var words = ["alexnet experiment \(experiment.name)"]
    if quick { words.append("--quick") }
    if let seeds { words.append("--seeds \(seeds)") }
    if let epochs { words.append("--epochs \(epochs)") }
    if let pictures { words.append("--pictures \(pictures)") }
    if session.settings.seed != 1 { words.append("--seed \(session.settings.seed)") }
    if let data = session.settings.data { words.append("--data \(shellWord(data))") }
    if let threads = session.settings.threads { words.append("--threads \(threads)") }
    if session.settings.isEngineChosen { words.append("--engine \(session.settings.engine)") }
    return words.joined(separator: " ")
  }
}

/// The list of studies, each with its question and the source of the claim.
enum ExperimentList {
  static var output: Output {
    var table = Table([.init("experiment"), .init("question"), .init("claimed in", drop: 1)])
    for experiment in Experiments.all {
      table.row([
        .name(experiment.name), Text(experiment.title), .faint(experiment.claim.source),
      ])
    }
    var output = Output(
      json: [
        "experiments": .array(
          Experiments.all.map {
            [
              "name": .string($0.name), "title": .string($0.title),
              "claim": .string($0.claim.words), "source": .string($0.claim.source),
            ]
          })
      ])
    output.table(table)
    output.line(
      .faint("describe one: ") + .name("experiment lrn --describe") + .faint(" · run: ")
        + .name("experiment lrn --quick"))
    return output
  }
}
