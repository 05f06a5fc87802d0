import ArgumentParser
import Cells
import Datasets
import Documents
import TensorFiles
import Training

/// Prints a trained network's five best classes for each image.
package struct PredictCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Classify images with a trained network: predict photo.jpg.",
    discussion: """
      The network is the one that was loaded, unless a checkpoint, the folder of a run, or trained comes \
      first. Images of another size are cropped to a square and scaled to the size of the training images. \
      To look inside the network instead: image PHOTO, forward.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "predict trained card", "with a network that comes with the program", expect: "test card"),
    Example(
      "predict trained cuda-convnet-18 card", "with one of them, by name", expect: "74.3%"),
    Example(
      "predict card", "with the network that was loaded", expect: "74.3%",
      after: ["load trained cuda-convnet-18"]),
    Example(
      "predict trained cuda-convnet-18 card --crops ten", "averaged over ten crops of the image",
      expect: "53.1%"),
    .unrun("predict runs/80-seconds-seed1 photo.jpg", "with the network of a run"),
    .slip("predict card", "an untrained network", expect: "isn't trained"),
    .slip(
      "predict nothing.safetensors card", "a checkpoint that doesn't exist",
      expect: "nothing.safetensors"),
  ]

  @Argument(
    help:
      "PNG or JPEG files, card, cifar:test/17 or shapes:test/3; before them a network, if not loaded.",
    completion: .file())
  var words: [String]
  @Option(
    help: ArgumentHelp(
      "The crops to average over: center, mirrored, ten or multi (center).", valueName: "crops"))
  var crops: CropsArgument?
  @Option(help: .hidden) var views: CropsArgument?
  @OptionGroup var precision: PrecisionOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Networks and images that need no file.
  package static func completions(for words: [String], in session: Session) -> [String] {
    TrainedNetwork.completions(for: words) + ["card", "cifar:test/", "shapes:test/"]
  }

  /// Classifies each image.
  package func run(in session: inout Session) throws -> Output {
    let cancellation = session.host.cancellation
    let words = try TrainedNetwork.joining(words)
    // If no trained network is loaded, the first of several words must name one.
    let namesNetwork =
      TrainedNetwork.isNamed(words[0]) || words.count > 1 && session.trainedAsItStands == nil
    let pictures = words.dropFirst(namesNetwork ? 1 : 0)
    guard !pictures.isEmpty else {
      throw Failure(
        .usage, "which image?", hint: "predict \(words[0]) photo.jpg, predict \(words[0]) card")
    }
    let trained =
      namesNetwork
      ? try TrainedNetwork(named: words[0], cancellation: cancellation)
      : try TrainedNetwork(loadedIn: session, for: "predict trained \(pictures[0])")
    let crops = (crops ?? CropsArgument.renamed(views, session.host))?.crops ?? .center
    let sources = try pictures.map {
      try SourcePicture.named($0, data: session.settings.data)
    }
    let plan = try trained.plan(
      session.computing(in: precision.precision) { try $0.fastEngine().engine })
    var output = Output()
    var objects: [JSONValue] = []
    var complaints: [Text] = []
    var note: Text?
    let title = ClassScores([], of: trained.state.network).title
    var table = Table(
      [.init("image"), .init("class"), .init(title, numeric: true), .init("", drop: 1)])
    for source in sources {
      let scores = ClassScores(
        try trained.outputs(
          of: source.image, crops: crops, plan: plan, cancellation: cancellation),
        of: trained.state.network)
      let names = trained.state.classNames
      let best = scores.best(5)
      for (place, number) in best.enumerated() {
        table.row([
          place == 0 ? .name(source.name) : "",
          place == 0 ? .strong(names[number]) : Text(names[number]),
          scores.text(number), scores.bar(number),
        ])
      }
      if let complaint = scores.complaint {
        complaints.append(.name(source.name) + ": " + complaint)
      }
      note = scores.note
      objects.append([
        "picture": .string(source.name), "label": .optional(source.label),
        "best": .array(
          best.map { scores.json($0, name: names[$0], .number(scores.values[$0])) }),
      ])
    }
    output.table(table)
    for line in [note].compactMap(\.self) + complaints { output.line(line) }
    output.json = [
      "network": .string(trained.state.network.name), "crops": .string(crops.rawValue),
      "views": .string(crops.rawValue),
      "pictures": .array(objects),
    ]
    return output
  }
}
