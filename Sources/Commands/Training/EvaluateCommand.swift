import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import Layers
import Networks
import Tensors
import Training

/// Measures how well a trained network classifies a data set's images.
package struct EvaluateCommand: Command, HasGlobalOptions, WritesFiles {
  /// The images to classify.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    /// Images that are never used for training.
    case test
    /// The training images that were held back for validation.
    case validation
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Test a trained network: accuracy by class, and the confusion matrix.",
    discussion: """
      Name a checkpoint, or the folder of a run, whose best checkpoint is tested; \
      trained is a network that comes with the program, and trained NAME another of them. Without a \
      name the network that was \
      loaded is tested. --crops ten averages over ten crops of each \
      image: the corners and the centre, each also mirrored (paper, section 4.1); multi is \
      cuda-convnet's word for the same.

      The top-5 error is the share of images whose class isn't among the five with the largest outputs; \
      of equal outputs, the class with the lower number comes first. With more than 20 classes, only the \
      best and the worst are shown; --csv writes the whole confusion matrix.

      With --precision bfloat16 every image is classified twice, the second time in Float, to show what \
      rounding costs.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("evaluate trained", "on CIFAR-10's test images"),
    .unrun("evaluate trained cuda-convnet-18", "another network that comes with the program"),
    .unrun("evaluate runs/80-seconds-seed1 --crops ten", "ten crops of each image"),
    .unrun("evaluate trained --csv confusion.csv", "the confusion matrix as a file"),
    .unrun("evaluate trained --precision bfloat16", "what rounding to bfloat16 costs"),
    .unrun("evaluate", "the network that was loaded"),
    .slip("evaluate", "an untrained network", expect: "isn't trained"),
    .slip(
      "evaluate nothing.safetensors", "a checkpoint that doesn't exist",
      expect: "nothing.safetensors"),
    .slip(
      "evaluate trained --crops all", "an unknown choice of crops",
      expect: "'all' is invalid for '--crops"),
  ]

  @Argument(
    help: "A checkpoint, the folder of a run, or trained; without one, the network loaded.",
    completion: .file())
  var network: String?
  @Argument(help: "After trained: the name of the network.") var name: String?
  @Option(
    help: ArgumentHelp(
      "The crops to average over: center, mirrored, ten or multi; by default the recipe's.",
      valueName: "crops"))
  var crops: CropsArgument?
  @Option(help: .hidden) var views: CropsArgument?
  @Option(help: ArgumentHelp("The images: test or validation.", valueName: "part"))
  var part: Part = .test
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup var reading: ReadingOptions
  @Option(
    help: ArgumentHelp(
      "Write the confusion matrix as comma-separated values: a line per true class.",
      valueName: "file"))
  var csv: OutputFile?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The names of the networks that come with the program.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.completions(for: words)
  }

  /// The network to test, in one word; nil for the one that was loaded.
  private var checkpoint: String? {
    get throws { try network.map { try TrainedNetwork.joining($0, name) } }
  }

  /// What is tested, and about how long that takes.
  package func work(in session: Session) -> Work? {
    let trained =
      try? checkpoint.map { try TrainedNetwork(named: $0, cancellation: .never) }
      ?? TrainedNetwork(loadedIn: session, for: "")
    guard let trained, let summary = try? Summary(trained.state.network) else { return nil }
    let recipe = trained.state.recipe
    let crops =
      ((crops ?? views)?.crops ?? recipe.crops).count(in: trained.state.pipeline)
      * (precision.precision == .float ? 1 : 2)
    let counts = (session.settings.data ?? trained.data).flatMap(Work.imageCounts)
    let engine = session.settings.isEngineChosen ? session.settings.engine : Engines.fastest
    let seconds = counts.map { counts in
      let images =
        part == .test ? Double(counts.test) : recipe.validation * Double(counts.train)
      return Work.seconds(
        multiplyAdds: Double(summary.multiplyAdds) * images * Double(crops), on: engine)
    }
    return Work(
      deed: "tests \(trained.state.network.name) on the \(part.rawValue) images", seconds: seconds)
  }

  /// The recipe's setting if test images are used for validation.
  package static let validationNote = "validation=test in its recipe"

  /// Classifies every image.
  package func run(in session: inout Session) throws -> Output {
    let path = try csv.map { try writing.claim($0) }
    let trained =
      try checkpoint.map { name in
        try TrainedNetwork(named: name, cancellation: session.host.cancellation)
      } ?? TrainedNetwork(loadedIn: session, for: "evaluate trained")
    let state = trained.state
    let precisions: [Precision] =
      precision.precision == .float ? [.float] : [precision.precision, .float]
    let engines = try precisions.map { precision in
      try session.computing(in: precision) { try $0.fastEngine().engine }
    }
    guard let data = session.settings.data ?? trained.data else {
      throw Failure(
        .file, "can't tell where the training data, \(quoted(state.datasetName)), is",
        hint: "name it: evaluate \(network.map { shellWord($0) + " " } ?? "")--data DATA")
    }
    let dataset = try session.dataset(data, reading.options(for: state))
    let isSame = dataset.fingerprint == state.datasetFingerprint
    let split = DatasetSplit(state.recipe, of: dataset)
    let set: PictureSet
    switch part {
    case .test: set = isSame ? split.test : dataset.test
    case .validation:
      guard isSame else {
        throw Failure(
          .training, "\(dataset.name) here isn't the data the network was trained on",
          hint: "only that data tells which images were held back")
      }
      guard let validation = split.validation else {
        throw Failure(
          .training, "no images were held back for validation", hint: "--part test")
      }
      set = validation
    }
    let host = session.host
    let crops = (crops ?? CropsArgument.renamed(views, host))?.crops ?? state.recipe.crops
    let evaluations = try engines.map { engine in
      try Evaluation.evaluate(
        state.network, parameters: state.parameters, on: set, pipeline: state.pipeline,
        crops: crops, engine: engine, cancellation: host.cancellation
      ) {
        host.report(
          progress: "testing  \(NumberFormat.grouped($0)) of \(NumberFormat.grouped($1)) images")
      }
    }
    let evaluation = evaluations[0]
    host.report(progress: nil)
    if let path { try evaluation.writeConfusion(to: path) }
    var output = EvaluationReport(
      evaluation, state, part: part.rawValue, data: dataset.name, engine: engines[0].title,
      precision: engines[0].precision, inFloat: evaluations.dropFirst().first, csv: path
    ).output
    if isSame, state.recipe.validationPart == .test {
      let others = NumberFormat.grouped(split.validationCount)
      output.line(
        .notice(
          part == .test
            ? "the other \(others) test images chose the epoch (\(Self.validationNote))"
            : "these are test images (\(Self.validationNote)); the rest of them are the test"),
        indent: 2, hang: 4)
    }
    output.add(leftOut: dataset.leftOut)
    if !isSame, part == .test {
      output.line(.notice("not the data it was trained on") + " (\(state.datasetName))")
    }
    output.addPeakMemory(indent: 2)
    return output
  }
}

/// The crops of an image to average over, by the names that the command line takes.
struct CropsArgument: ExpressibleByArgument {
  let crops: TestCrops

  init?(argument: String) {
    guard
      let crops = ["ten": .tenCrop, "multi": .multiView][argument]
        ?? TestCrops(named: argument)
    else { return nil }
    self.crops = crops
  }

  /// The value of `--views`, the name of `--crops` in older versions; a note tells the user the new
  /// name.
  static func renamed(_ old: CropsArgument?, _ host: any Host) -> CropsArgument? {
    if old != nil {
      host.warn("--views is now called --crops; the next version won't know --views")
    }
    return old
  }

  static let allValueStrings = ["center", "mirrored", "ten", "multi"]
}
