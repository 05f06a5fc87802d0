import ArgumentParser
import Basics
import Cells
import Datasets
import Foundation
import Layers
import Networks
import TensorFiles
import Training

/// Trains a network with a recipe, or continues a run.
package struct TrainCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "train", abstract: "Train a network with a recipe: train --recipe 80-seconds.",
    discussion: """
      recipes lists the recipes. If you name only a network, it is trained with the recipe of the same \
      name, or else with 80-seconds. --data chooses the data: cifar10, shapes or shapes-hard (drawn, need \
      no files), or a folder. Any field of the recipe can be changed: --set decay=0.001 \
      --set schedule=one-cycle --set fc10.decay=1.

      Each run has a folder, runs/RECIPE-seedN unless --out names one, with its checkpoints, \
      recipe.json, metrics.csv, metrics.json and curves.svg. Ctrl-C (or SIGTERM) finishes the step and \
      saves; train --resume FOLDER continues as if the run had never stopped, bit for bit with the \
      same engine and number of threads. Then: plot FOLDER, evaluate FOLDER, and at the prompt load FOLDER.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("train --recipe 80-seconds", "a small network on CIFAR-10, in a minute or two"),
    .unrun("train --data shapes --epochs 2", "on drawn shapes, which need no files"),
    .unrun("train --resume runs/80-seconds-seed1", "continue a run"),
    .slip("train --epochs 0 --data shapes", "no epochs", expect: "epochs"),
    .slip("train --recipe 18-seconds", "an unknown recipe", expect: "80-seconds"),
    .slip("train --set momentum", "a setting without its value", expect: "--set momentum=0.9"),
    .slip("train --set momentun=0.9", "a misspelled field", expect: "momentum"),
    .slip("train --rate fast", "not a number", expect: "rate takes a number from 0, not ‘fast’"),
    .slip("train --data nowhere", "data that doesn't exist", expect: "nowhere"),
    .slip("train --resume nowhere", "a run that doesn't exist", expect: "nowhere"),
    .slip("train --out Package.swift --resume nowhere", "two folders", expect: "--resume"),
  ]

  @Option(
    help: ArgumentHelp("The recipe: a name, or a JSON file.", valueName: "name"),
    completion: .list(Recipes.all.map(\.name)))
  var recipe: String?
  @Option(help: ArgumentHelp("Passes over the training images.", valueName: "n"))
  var epochs: String?
  @Option(help: ArgumentHelp("Images per step.", valueName: "n")) var batch: String?
  @Option(help: ArgumentHelp("The learning rate of weights.", valueName: "x")) var rate: String?
  @Option(
    name: .customLong("set"), parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Change a field of the recipe; can be repeated.", valueName: "field=value"))
  var changes: [String] = []
  @Option(
    help: ArgumentHelp("A new folder for the run.", valueName: "folder"), completion: .directory)
  var out: String?
  @Option(
    help: ArgumentHelp("Continue the run in this folder.", valueName: "folder"),
    completion: .directory)
  var resume: String?
  @Flag(help: "Draw the curves after each epoch.") var plot = false
  @Option(
    name: .customLong("save-steps"),
    help: ArgumentHelp("Also save every n steps.", valueName: "n"))
  var saveSteps: Int?
  @Option(
    name: .customLong("save-minutes"),
    help: ArgumentHelp("Also save every x minutes (5); 0 for never.", valueName: "x"))
  var saveMinutes: Double?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Trains and tests; in a lesson, a run that is already complete is printed again instead.
  package func run(in session: inout Session) throws -> Output {
    let start = ContinuousClock.now
    guard saveSteps.map({ $0 >= 1 }) ?? true, saveMinutes.map({ $0 >= 0 && $0.isFinite }) ?? true
    else {
      throw Failure(
        .usage, "--save-steps takes a number from 1, --save-minutes a number from 0")
    }
    guard resume == nil || (out == nil && recipe == nil) else {
      throw Failure(
        .usage, "--resume continues a run with its own folder and recipe: drop --out and --recipe",
        hint: "train --resume FOLDER; --set and --epochs may change the recipe")
    }
    let kept = try keptPath(in: session)
    if let kept, let run = KeptRun(kept) { return run.output }
    var live = try live(kept, in: &session)
    live.start = start
    live.plots = plot
    return try live.run(in: &session)
  }

  /// What is trained, and about how long that takes.
  package func work(in session: Session) -> Work? {
    if let kept = try? keptPath(in: session), KeptRun(kept) != nil { return nil }
    guard resume == nil, let recipe = try? resolved(chosen(in: session), seed: 1) else {
      return Work(deed: "trains a network", isTraining: true)
    }
    let network = chosen(in: session) ?? Zoo.network(named: recipe.network)
    let images = Work.imageCounts(of: session.settings.data ?? "cifar10").map { Double($0.train) }
    let macs = network.flatMap { try? Summary($0).multiplyAdds }
    let seconds = images.flatMap { images in
      macs.map {
        Work.seconds(
          multiplyAdds: $0, images: images * (1 - recipe.validation) * Double(recipe.epochs))
      }
    }
    return Work(
      deed: "trains \(network?.name ?? recipe.network) for \(TrainingLines.epochs(recipe.epochs))",
      seconds: seconds, isTraining: true)
  }

  /// The network that the session or an option chose; nil leaves the choice to the recipe.
  private func chosen(in session: Session) -> Network? {
    options.network != nil || session.hasChosenNetwork ? session.network : nil
  }

  /// The folder in which a lesson keeps this run; nil outside a lesson.
  private func keptPath(in session: Session) throws -> String? {
    guard session.keepsRuns, resume == nil, out == nil else { return nil }
    let network = chosen(in: session)
    return KeptRun.folder(
      for: try resolved(network, seed: session.settings.seed), network: network,
      data: Self.absolute(session.settings.data ?? "cifar10"), in: session)
  }

  /// Starts or resumes the run that the options describe; a lesson's run continues where it stopped.
  private func live(_ kept: String?, in session: inout Session) throws -> LiveTraining {
    if changes.contains(where: { $0.hasPrefix("views=") }) {
      session.host.warn("the field views is now called crops: --set crops=ten-crop")
    }
    if let resume { return try resumed(resume, in: &session) }
    if let kept, RunFolder.isRun(kept), let live = try? resumed(kept, in: &session) { return live }
    return try begun(kept, in: &session)
  }

  // Starting a run.

  private func begun(_ kept: String?, in session: inout Session) throws -> LiveTraining {
    let chosen = chosen(in: session)
    let recipe = try resolved(chosen, seed: session.settings.seed)
    let path = out ?? Self.freeFolder(kept ?? Self.usualFolder(for: recipe, in: session))
    try RunFolder.requireFree(path)
    let engine = try session.fastEngine()
    let spec = session.settings.data ?? "cifar10"
    let dataset = try session.dataset(spec)
    session.host.report(progress: "preparing")
    var network = try chosen ?? recipe.zooNetwork(for: dataset)
    let classes = dataset.train.classNames
    if Zoo.network(named: network.name) == network, network.classCount != classes.count {
      network = network.telling(classes)
    }
    let trainer = try Trainer(
      network: network, engine: engine.engine, dataset: dataset, recipe: recipe,
      threads: engine.threads, cancellation: session.host.cancellation)
    let state = trainer.snapshot()
    let saving = SavingRule(steps: saveSteps, minutes: saveMinutes)
    let folder = try RunFolder.create(
      path, state: state, data: Self.absolute(spec), saving: saving)
    return LiveTraining(
      trainer: trainer, folder: folder, dataset: dataset, engine: engine.engine,
      metrics: Metrics(state), saving: saving)
  }

  /// The recipe with all options applied.
  private func resolved(_ network: Network?, seed: UInt64) throws -> Recipe {
    let name =
      recipe ?? Recipes.all.first { $0.network == network?.name }?.name ?? "80-seconds"
    var recipe = try Recipe(named: name)
    if let network { recipe.network = network.name }
    recipe.seed = seed
    if seed > UInt64(Int.max) {
      // Checked here because the next setting applied would otherwise report it as its own error.
      throw Failure(
        .usage, "--seed takes a whole number from 0 to \(Int.max) for training, not \(seed)")
    }
    return try changed(recipe)
  }

  /// The recipe with the fields that the command line sets.
  private func changed(_ recipe: Recipe) throws -> Recipe {
    var recipe = recipe
    var settings: [(option: String, field: String, value: String)] = []
    for (field, value) in [("epochs", epochs), ("batch", batch), ("rate", rate)] {
      if let value { settings.append(("--\(field)", field, value)) }
    }
    for change in changes {
      guard let equals = change.firstIndex(of: "="), equals != change.startIndex else {
        throw Failure(
          .usage,
          "--set \(quoted(change)): write a field and its value, as in --set momentum=0.9")
      }
      settings.append(
        ("--set", String(change[..<equals]), String(change[change.index(after: equals)...])))
    }
    for (option, field, value) in settings {
      do {
        // AlexNetCommand.read turned a number's sign into U+2212.
        recipe = try recipe.setting(field, to: NumberFormat.withHyphens(value))
      } catch {
        throw Failure(.usage, "\(option): \(error.message)", hint: error.hint)
      }
    }
    return recipe
  }

  private static func usualFolder(for recipe: Recipe, in session: Session) -> String {
    session.workingFolder + "runs/\(recipe.name)-seed\(recipe.seed)"
  }

  /// The name, or the first of `name-2`, `name-3`, … that doesn't exist yet.
  private static func freeFolder(_ name: String) -> String {
    var number = 1
    func path() -> String { number == 1 ? name : "\(name)-\(number)" }
    while FileManager.default.fileExists(atPath: path()) { number += 1 }
    return path()
  }

  /// The name of the data, as an absolute path if it is a path, so that it works from any folder.
  private static func absolute(_ spec: String) -> String {
    let path = HomeFolder.expanding(spec)
    guard FileManager.default.fileExists(atPath: path) else { return spec }
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }

  // Resuming a run.

  private func resumed(_ path: String, in session: inout Session) throws -> LiveTraining {
    let folder = try RunFolder.open(path)
    session.host.report(progress: "reading \(path)")
    var (state, damaged) = try folder.latest(cancellation: session.host.cancellation)
    let before = state
    state.recipe = try changed(state.recipe)
    try requireSameRun(before, state.recipe, session)
    let engine = try session.fastEngine()
    guard
      let spec = session.settings.data
        ?? TrainedNetwork.data(said: folder.data, trainedOn: state.datasetName)
    else {
      throw Failure(
        .file,
        "\(path)/run.json, which records where the run's data is, is missing or damaged",
        hint: "name the data, \(quoted(state.datasetName)): "
          + "train --resume \(shellWord(path)) --data DATA")
    }
    let dataset = try session.dataset(spec)
    session.host.report(progress: "preparing")
    let trainer = try Trainer(
      resuming: state, engine: engine.engine, dataset: dataset, threads: engine.threads)
    if state.recipe != before.recipe { try folder.write(state.recipe) }
    var saving = folder.saving
    if let saveSteps { saving.steps = saveSteps }
    if let saveMinutes { saving.minutes = saveMinutes }
    if saving != folder.saving { try folder.write(saving, data: Self.absolute(spec)) }
    var notes = damaged.map { "\($0.description); continuing from the one before it" }
    if state.recipe != before.recipe {
      notes.append("the recipe changes here, so the run no longer follows a single recipe")
    }
    if (before.engineTitle, before.threads) != (engine.engine.title, engine.threads) {
      notes.append(
        "started with \(before.engineTitle), continues with \(engine.engine.title): "
          + "the last digits may differ from those of an uninterrupted run")
    }
    return LiveTraining(
      trainer: trainer, folder: folder, dataset: dataset, engine: engine.engine,
      metrics: Metrics(state), saving: saving, notes: notes)
  }

  /// Rejects changes of the network, the seed, or anything but the recipe's rates, decays, momentum,
  /// schedule, epochs and views.
  private func requireSameRun(
    _ before: TrainingState, _ recipe: Recipe, _ session: Session
  ) throws {
    if options.network != nil, session.network.name != before.network.name {
      throw Failure(
        .usage, "the run trains \(before.network.name), not \(session.network.name)",
        hint: "train --network \(session.network.name) starts a new run")
    }
    if let seed = options.seed, seed != before.recipe.seed {
      throw Failure(.usage, "the run has seed \(before.recipe.seed), which cannot change")
    }
    var same = recipe
    let old = before.recipe
    (same.epochs, same.rate, same.biasRate) = (old.epochs, old.rate, old.biasRate)
    (same.decay, same.biasDecay, same.layers) = (old.decay, old.biasDecay, old.layers)
    (same.schedule, same.crops) = (old.schedule, old.crops)
    if same.optimizer.kind == old.optimizer.kind { same.optimizer = old.optimizer }
    guard same == old else {
      throw Failure(
        .usage, "a resumed run keeps its data, network, batches and optimizer",
        hint: "epochs, rates, decays, momentum, schedule and crops may change")
    }
  }
}
