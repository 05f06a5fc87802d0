import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import Networks
import Tensors
import Training

/// Says how well a trained network tells pictures apart.
package struct EvaluateCommand: Command, HasGlobalOptions {
  /// The pictures to look at.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    /// Those that no training sees.
    case test
    /// Those that were held back from the training pictures.
    case validation
  }

  /// Name and help.
  package static let configuration = CommandConfiguration(
    commandName: "evaluate",
    abstract: "Test a trained network: accuracy by class, and the confusion matrix.",
    discussion: """
      It takes a checkpoint, or the folder of a run, which stands for its best checkpoint; \
      trained is the network that comes with the program. Without one it tests the network that was \
      loaded. --views ten averages over ten crops of each \
      image: the corners and the middle, each mirrored too (paper, section 4.1); multi is \
      cuda-convnet's word for the same.
      """)
  /// What people may type.
  package static let examples: [Example] = [
    .unrun("evaluate trained", "on CIFAR-10's test images"),
    .unrun("evaluate runs/80-seconds-seed1 --views ten", "ten crops of each image"),
    .unrun("evaluate", "the network that was loaded"),
    .slip("evaluate", "an untrained network", expect: "isn't trained"),
    .slip("evaluate nothing.safetensors", "no such checkpoint", expect: "nothing.safetensors"),
    .slip("evaluate trained --views all", "an unknown number of looks", expect: "all"),
  ]

  @Argument(
    help: "A checkpoint, the folder of a run, or trained; without one, the network loaded.",
    completion: .file())
  var checkpoint: String?
  @Option(
    help: ArgumentHelp(
      "How often to look at each picture: center, mirrored, ten or multi; the recipe's.",
      valueName: "views"))
  var views: ViewsArgument?
  @Option(help: ArgumentHelp("The pictures: test or validation.", valueName: "part"))
  var part: Part = .test
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What comes with the program.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.names
  }

  /// What it tests, and how long that takes.
  package func work(in session: Session) -> Work? {
    let trained =
      try? checkpoint.map { try TrainedNetwork(named: $0, cancellation: .never) }
      ?? TrainedNetwork(loadedIn: session, for: "")
    guard let trained, let summary = try? Summary(trained.state.network) else { return nil }
    let recipe = trained.state.recipe
    let looks = (views?.views ?? recipe.views).count(in: trained.state.pipeline)
    let counts = (session.settings.data ?? trained.data).flatMap(Work.imageCounts)
    let engine = session.settings.isEngineChosen ? session.settings.engine : Engines.fastest
    let seconds = counts.map { counts in
      let images =
        part == .test ? Double(counts.test) : recipe.validation * Double(counts.train)
      return Work.seconds(
        multiplyAdds: Double(summary.multiplyAdds) * images * Double(looks), on: engine)
    }
    return Work(
      deed: "tests \(trained.state.network.name) on the \(part.rawValue) images", seconds: seconds)
  }

  /// What the recipe says when test images validate.
  static let validationNote = "validation=test in its recipe"

  /// Looks at every image.
  package func run(in session: inout Session) throws -> Output {
    let trained =
      try checkpoint.map {
        try TrainedNetwork(named: $0, cancellation: session.host.cancellation)
      } ?? TrainedNetwork(loadedIn: session, for: "evaluate trained")
    let state = trained.state
    let (engine, _) = try session.fastEngine()
    guard let data = session.settings.data ?? trained.data else {
      throw Failure(
        .file, "it isn't known where the data of the training, \(quoted(state.datasetName)), is",
        hint: "name it: evaluate \(checkpoint.map { shellWord($0) + " " } ?? "")--data DATA")
    }
    let dataset = try session.dataset(data)
    let isSame = dataset.fingerprint == state.datasetFingerprint
    let split = DatasetSplit(state.recipe, of: dataset)
    let set: PictureSet
    switch part {
    case .test: set = isSame ? split.test : dataset.test
    case .validation:
      guard isSame else {
        throw Failure(
          .training, "\(dataset.name) here is not the data of the training",
          hint: "which pictures were held back can be told of that data alone")
      }
      guard let validation = split.validation else {
        throw Failure(.training, "the training held no images back", hint: "--part test")
      }
      set = validation
    }
    let host = session.host
    let views = views?.views ?? state.recipe.views
    let evaluation = try Evaluation.evaluate(
      state.network, parameters: state.parameters, on: set, pipeline: state.pipeline, views: views,
      engine: engine, cancellation: host.cancellation
    ) {
      host.report(
        progress: "looking  \(NumberFormat.grouped($0)) of \(NumberFormat.grouped($1)) pictures")
    }
    host.report(progress: nil)
    var output = EvaluationReport(
      evaluation, state, part: part.rawValue, data: dataset.name, engine: engine.title
    ).output
    if isSame, state.recipe.validationPart == .test {
      let others = NumberFormat.grouped(split.validationCount)
      output.line(
        .notice(
          part == .test
            ? "the other \(others) test images chose the epoch (\(Self.validationNote))"
            : "these are test images (\(Self.validationNote)), and the rest of them is the test"),
        indent: 2, hang: 4)
    }
    if !isSame, part == .test {
      output.line(.notice("not the data that it was trained with") + " (\(state.datasetName))")
    }
    return output
  }
}

/// How often to look at a picture, as people say it.
struct ViewsArgument: ExpressibleByArgument {
  let views: PictureViews

  init?(argument: String) {
    guard
      let views = ["ten": .tenCrop, "multi": .multiView][argument]
        ?? PictureViews(named: argument)
    else { return nil }
    self.views = views
  }

  static let allValueStrings = ["center", "mirrored", "ten", "multi"]
}
