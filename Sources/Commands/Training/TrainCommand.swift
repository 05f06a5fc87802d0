import ArgumentParser
import Basics
import Cells
import Datasets
import Foundation
import Layers
import Networks
import Parallel
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

      --from starts with trained weights: trained, a run, a checkpoint, a file that load reads, or at the \
      prompt loaded, those of the network in use. Layers that fit are taken over, the others are drawn; the last layer is new if the classes are. The recipe is then \
      fine-tune, unless you name another. --freeze conv1...conv3 leaves layers as they are, which also saves \
      time. --set fc10.rate-factor=10 multiplies a layer's learning rates, and --set images-per-class=20 uses \
      only some of the images.

      Each run has a folder, runs/RECIPE-seedN unless --out names one, with its checkpoints, \
      recipe.json, metrics.csv, metrics.json and curves.svg. Ctrl-C (or SIGTERM) finishes the step and \
      saves; train --resume FOLDER continues as if the run had never stopped, bit for bit with the \
      same engine and number of threads. Then: plot FOLDER, evaluate FOLDER, and at the prompt load FOLDER.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("train --recipe 80-seconds", "a small network on CIFAR-10, in a minute or two"),
    .unrun("train --data shapes --epochs 2", "on drawn shapes, which need no files"),
    .unrun("train --from trained --data photos --freeze conv1...conv3", "on a folder of your own"),
    .unrun("train --resume runs/80-seconds-seed1", "continue a run"),
    .slip("train --epochs 0 --data shapes", "no epochs", expect: "epochs"),
    .slip("train --recipe 18-seconds", "an unknown recipe", expect: "80-seconds"),
    .slip("train --set momentum", "a setting without its value", expect: "--set momentum=0.9"),
    .slip("train --set momentun=0.9", "a misspelled field", expect: "momentum"),
    .slip("train --rate fast", "not a number", expect: "rate takes a number from 0, not ‘fast’"),
    .slip("train --data nowhere", "data that doesn't exist", expect: "nowhere"),
    .slip("train --resume nowhere", "a run that doesn't exist", expect: "nowhere"),
    .slip("train --from nowhere", "weights that don't exist", expect: "nowhere"),
    .slip(
      "train --recipe fine-tune --data shapes", "nothing to start from", expect: "--from trained"),
    .slip("train --out Package.swift --resume nowhere", "two folders", expect: "--resume"),
  ]

  @Option(
    help: ArgumentHelp("The recipe: a name, or a JSON file.", valueName: "name"),
    completion: .list(Recipes.all.map(\.name)))
  var recipe: String?
  @Option(
    help: ArgumentHelp(
      "Start from these weights: trained, a run, a file, or loaded.", valueName: "weights"),
    completion: .file())
  var from: String?
  @Option(
    parsing: .unconditionalSingleValue,
    help: ArgumentHelp(
      "Leave these layers as they are: conv1...conv3; can be repeated.", valueName: "layer"))
  var freeze: [String] = []
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
  @Option(
    help: ArgumentHelp(
      "Equal parts of a batch (one per process of mpirun).", valueName: "n"))
  var shards: Int?
  @Option(
    help: ArgumentHelp(
      "How processes of mpirun share the work: data, hybrid, columns (data).", valueName: "mode"),
    completion: .list(ParallelMode.words))
  var parallel: String?
  @Option(
    help: ArgumentHelp(
      "How hybrid sends activations: all, one-by-one, in-parts (all).", valueName: "how"),
    completion: .list(ParallelMode.Exchange.allCases.map(\.rawValue)))
  var exchange: String?
  @Flag(help: "Draw the curves after each epoch.") var plot = false
  @Option(
    name: .customLong("save-steps"),
    help: ArgumentHelp("Also save every n steps.", valueName: "n"))
  var saveSteps: Int?
  @Option(
    name: .customLong("save-minutes"),
    help: ArgumentHelp("Also save every x minutes (5); 0 for never.", valueName: "x"))
  var saveMinutes: Double?
  @OptionGroup var reading: ReadingOptions
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
    _ = try mode()
    guard resume == nil || from == nil else {
      throw Failure(
        .usage, "--resume continues with the run's own weights: drop --from",
        hint: "train --from \(shellWord(from ?? "")) starts a new run")
    }
    var source = resume == nil ? try source(in: session) : nil
    let kept = try keptPath(source, in: session)
    if let kept, let run = KeptRun(kept) {
      let transfer = try source?.transfer(
        to: run.network, cancellation: session.host.cancellation)
      return run.output(transfer)
    }
    var live = try live(kept, source, in: &session)
    // The run has copied what it takes.
    source = nil
    live.start = start
    live.plots = plot
    return try live.run(in: &session)
  }

  /// What is trained, and about how long that takes.
  package func work(in session: Session) -> Work? {
    let source = resume == nil ? try? source(in: session) : nil
    if let kept = try? keptPath(source, in: session), KeptRun(kept) != nil { return nil }
    let chosen = chosen(in: session)
    guard resume == nil, let recipe = try? resolved(chosen, source, seed: 1) else {
      return Work(deed: "trains a network", isTraining: true)
    }
    let network =
      source?.network(chosen: chosen) ?? chosen ?? Zoo.network(named: recipe.network)
    let images = Work.imageCounts(of: session.settings.data ?? "cifar10").map { count in
      // The data sets whose sizes are known have ten classes each.
      Double(min(count.train, recipe.imagesPerClass.map { 10 * $0 } ?? .max))
    }
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

  /// How processes share the work.
  func mode() throws -> ParallelMode {
    let mode = try ParallelMode.chosen(parallel, exchange: exchange, option: "--parallel") ?? .data
    guard mode == .data || Ranks.isPossible else {
      throw Failure(
        .usage, "this program was built without MPI, so it can't share its work with others",
        hint: "make build MPI=1, then mpirun -np 2 .build-mpi/release/alexnet train …")
    }
    return mode
  }

  /// The folder in which a lesson keeps this run; nil outside a lesson.
  private func keptPath(_ source: WeightSource?, in session: Session) throws -> String? {
    guard session.keepsRuns, resume == nil, out == nil else { return nil }
    let network = chosen(in: session)
    return KeptRun.folder(
      for: try resolved(network, source, seed: session.settings.seed), network: network,
      data: Self.absolute(session.settings.data ?? "cifar10"), in: session)
  }

  /// Starts or resumes the run that the options describe; a lesson's run continues where it stopped.
  private func live(
    _ kept: String?, _ source: WeightSource?, in session: inout Session
  ) throws -> LiveTraining {
    if changes.contains(where: { $0.hasPrefix("views=") }) {
      session.host.warn("the field views is now called crops: --set crops=ten-crop")
    }
    if let resume { return try resumed(resume, in: &session) }
    if let kept, RunFolder.isRun(kept), let live = try? resumed(kept, in: &session) { return live }
    return try begun(kept, source, in: &session)
  }

  // Starting a run.

  /// The weights to start from; nil if all are drawn.
  private func source(in session: Session) throws -> WeightSource? {
    let recorded = try recipe.flatMap { try Recipe(named: $0).from?.name }
    guard let name = from ?? recorded else { return nil }
    session.host.report(progress: "reading \(name)")
    let path = try TrainedNetwork.file(name)
    if name == WeightSource.loaded, (try? OpenFile(path)) == nil {
      return try WeightSource(loadedIn: session)
    }
    return try WeightSource(
      path: path, name: Self.absolute(name), preferred: chosen(in: session),
      cancellation: session.host.cancellation)
  }

  private func begun(
    _ kept: String?, _ source: WeightSource?, in session: inout Session
  ) throws -> LiveTraining {
    let chosen = chosen(in: session)
    let recipe = try resolved(chosen, source, seed: session.settings.seed)
    let path = out ?? RunFolder.freeName(kept ?? Self.usualFolder(for: recipe, in: session))
    if Ranks.current.isFirst { try RunFolder.requireFree(path) }
    let engine = try session.fastEngine()
    let spec = session.settings.data ?? "cifar10"
    let dataset = try session.dataset(spec, reading.options(side: recipe.pictures.resize))
    session.host.report(progress: "preparing")
    var network =
      try source?.network(chosen: chosen) ?? chosen ?? recipe.zooNetwork(for: dataset)
    let classes = dataset.train.classNames
    if source != nil
      || Zoo.network(named: network.name) == network && network.classCount != classes.count
    {
      network = network.telling(classes)
    }
    let transfer = try source?.transfer(to: network, cancellation: session.host.cancellation)
    let trainer = try Trainer(
      network: transfer?.network ?? network, engine: engine.engine, dataset: dataset,
      recipe: recipe, threads: engine.threads, shards: shards, ranks: Ranks.current, mode: mode(),
      starting: transfer?.parameters ?? [:],
      cancellation: session.host.cancellation,
      progress: session.progress("computing the images' statistics"))
    let settings = RunSettings(
      data: Self.absolute(spec), saving: SavingRule(steps: saveSteps, minutes: saveMinutes),
      skipsBad: reading.skipBad)
    let beginning = trainer.savable()
    let folder = try RunFolder.shared(path, by: Ranks.current) {
      try RunFolder.create(path, state: beginning, settings: settings)
    }
    var notes: [String] = []
    if source == nil, chosen != nil, !session.weights.loaded.isEmpty {
      notes.append("the loaded weights aren't used: --from loaded starts from them")
    }
    var live = LiveTraining(
      trainer: trainer, folder: folder, dataset: dataset, engine: engine.engine,
      saving: settings.saving, notes: notes)
    live.transfer = transfer?.withoutParameters
    return live
  }

  /// The recipe with all options applied.
  private func resolved(
    _ network: Network?, _ source: WeightSource?, seed: UInt64
  ) throws -> Recipe {
    let usual = Recipes.all.first { $0.network == network?.name }?.name ?? "80-seconds"
    var recipe = try Recipe(named: recipe ?? (source == nil ? usual : Recipe.fineTune.name))
    if let network { recipe.network = network.name }
    if let source {
      recipe = try starting(recipe, from: source, network)
    } else if recipe.from != nil {
      throw Failure(
        .usage, "the recipe \(recipe.name) starts from trained weights",
        hint: "name them: train --recipe \(shellWord(self.recipe ?? "")) --from trained")
    }
    recipe.seed = seed
    if seed > UInt64(Int.max) {
      // Checked here because the next setting applied would otherwise report it as its own error.
      throw Failure(
        .usage, "--seed takes a whole number from 0 to \(Int.max) for training, not \(seed)")
    }
    return try changed(recipe)
  }

  /// The recipe for weights, which must be those that it records, if it records any.
  private func starting(
    _ recipe: Recipe, from source: WeightSource, _ chosen: Network?
  ) throws -> Recipe {
    guard let network = source.network(chosen: chosen) ?? chosen ?? Self.named(recipe) else {
      throw Failure(
        .file, "\(printable(source.name)) fits none of our networks",
        hint: "--network NAME takes the tensors that fit that one")
    }
    if from == nil, case .file? = recipe.from, recipe.from != source.start {
      throw Failure(
        .file,
        "\(printable(source.name)) has changed since this recipe was used: its SHA-256 differs",
        hint: "--from \(shellWord(source.name)) takes it as it is")
    }
    return recipe.starting(from: source, in: network)
  }

  /// The network of a recipe that isn't made for any weights.
  private static func named(_ recipe: Recipe) -> Network? {
    recipe.from == nil ? Zoo.network(named: recipe.network) : nil
  }

  /// The recipe with the fields that the command line sets.
  func changed(_ recipe: Recipe) throws -> Recipe {
    var recipe = recipe
    var settings: [(option: String, field: String, value: String)] = []
    for (field, value) in [("epochs", epochs), ("batch", batch), ("rate", rate)] {
      if let value { settings.append(("--\(field)", field, value)) }
    }
    if !freeze.isEmpty {
      settings.append(("--freeze", "freeze", freeze.joined(separator: " ")))
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

  /// The name of the data, as an absolute path if it is a path, so that it works from any folder.
  static func absolute(_ spec: String) -> String {
    let path = HomeFolder.expanding(spec)
    guard FileManager.default.fileExists(atPath: path) else { return spec }
    return URL(fileURLWithPath: path).standardizedFileURL.path
  }
}
