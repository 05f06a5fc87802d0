import ArgumentParser
import Datasets
import Training

/// Says what a trained network takes pictures for.
public struct PredictCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Say what a trained network takes pictures for.",
    discussion: """
      Pictures of another size are cut to a square and scaled to the size of the training pictures. To \
      look inside instead: load CHECKPOINT, image PICTURE, forward.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("predict nothing.safetensors card", "no such checkpoint", expect: "nothing.safetensors")
  ]

  @Argument(help: "A checkpoint, the folder of a run, or trained.", completion: .file())
  var checkpoint: String
  @Argument(help: "PNG or JPEG files, card, or cifar:test/17.", completion: .file())
  var pictures: [String]
  @Option(help: ArgumentHelp("Looks: center, mirrored, ten or multi (center).", valueName: "views"))
  var views: ViewsArgument?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Looks at each picture.
  public func run(in session: inout Session) throws -> Output {
    let cancellation = session.host.cancellation
    let trained = try TrainedNetwork(named: checkpoint, cancellation: cancellation)
    let views = views?.views ?? .center
    let sources = try pictures.map {
      try SourcePicture.named($0, data: session.settings.data)
    }
    let plan = try trained.plan(session.fastEngine().engine)
    var output = Output()
    var objects: [JSONValue] = []
    var table = Table(
      [.init("picture"), .init("class"), .init("share", numeric: true), .init("", drop: 1)])
    for source in sources {
      let shares = try trained.probabilities(
        of: source.image, views: views, plan: plan, cancellation: cancellation)
      let names = trained.state.classNames
      let best = shares.indices.sorted { (shares[$0], $1) > (shares[$1], $0) }.prefix(3)
      for (place, number) in best.enumerated() {
        let bar = String(repeating: "█", count: Int((shares[number] * 30).rounded()))
        table.row([
          place == 0 ? .name(source.name) : "",
          place == 0 ? .strong(names[number]) : Text(names[number]),
          Text(NumberFormat.percent(shares[number])), .faint(bar),
        ])
      }
      objects.append([
        "picture": .string(source.name), "label": .optional(source.label),
        "best": .array(
          best.map {
            [
              "class": .integer($0), "name": .string(names[$0]), "probability": .number(shares[$0]),
            ]
          }),
      ])
    }
    output.table(table)
    output.json = [
      "network": .string(trained.state.network.name), "views": .string(views.rawValue),
      "pictures": .array(objects),
    ]
    return output
  }
}
