import ArgumentParser
import Basics
import Cells
import Datasets
import Documents
import Expressions
import Networks
import TensorFiles
import Tensors

/// Draws the image, filters, feature maps or any other tensor, windows, a saliency map or the network.
package struct ViewCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show the image, filters, maps, windows or the network: view conv1[0...5].",
    discussion: """
      image is the image itself; input is what the first layer gets. Any expression that gives a tensor \
      can be viewed; after backward, view gradient conv1 shows a gradient. view why pool1[3, 4, 5] marks \
      the window that the element is computed from, and the pixels that can influence it; after \
      backward, view why gradient conv1[2, 5, 6] marks the gradients it is computed from. view saliency \
      CLASS shows how strongly the score of a class depends on each pixel. After set changed a number, \
      view difference LAYER shows what changed in a layer: now − before. view network draws the network \
      to scale.

      What a trained network looks at: view occlusion CLASS covers the image with a grey square, place by \
      place, and shows where that lowers the class's log-odds ln(p/(1 − p)); view gradcam CLASS shows where the maps of the last \
      convolution speak for a class; view neighbours finds the images of --data with the most similar \
      features, and --layer image those with the most similar pixels; view confusion shows which classes \
      of --data the network that was loaded confuses.

      Terminals with graphics (kitty, iTerm2, sixel) show real images; others draw half-blocks, \
      or characters from dark ( ) to light (@): see --graphics.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("view image", "the image itself", expect: "test card"),
    Example("view input", "the image as the first layer gets it", expect: "227×227"),
    Example("view conv1.weight", "all 96 filters in colour", expect: "96 tiles of 11×11"),
    Example(
      "view conv1[16...31]", "sixteen maps, numbered", expect: "numbered 16…31", after: ["next"]),
    Example(
      "view conv1[0...5] --own-scale", "each map with its own scale", expect: "its own scale",
      after: ["next"]),
    Example("view conv1[5]", "one map", expect: "55×55", after: ["next"]),
    Example(
      "view why pool1[3, 4, 5]", "the window, and the pixels behind it",
      expect: "rows 8…10, columns 10…12", after: ["next 4"]),
    Example(
      "view saliency 3 --network cuda-convnet-26", "the pixels that a score depends on",
      expect: "Simonyan et al. 2013"),
    Example(
      "view difference relu1", "what a changed weight changed", expect: "difference relu1",
      after: ["network cuda-convnet-26", "next 3", "set conv1.weight[5, 0, 3, 2] 0.1"]),
    Example("view network", "the network to scale", expect: "96×55×55"),
    Example(
      "view occlusion cat --stride 4", "after load trained: a grey square, place by place",
      expect: "occlusion of cat", after: ["load trained"]),
    Example(
      "view gradcam cat", "after load trained: where the last maps speak for a class",
      expect: "Grad-CAM of cat at relu5",
      after: ["load trained"]),
    .unrun(
      "view neighbours --data shapes --images 500", "after load trained: the most similar images"),
    .unrun(
      "view confusion --data cifar10", "after load trained: which classes the network confuses"),
    .slip("view conv7", "an unknown name", expect: "conv7"),
    .slip("view why conv1", "the element is missing", expect: "conv1[c, y, x]"),
    .slip("view saliency", "the class is missing", expect: "view saliency 3"),
    .slip("view occlusion", "the class is missing", expect: "view occlusion 3"),
    .slip(
      "view gradcam lion", "a class it doesn't have", expect: "no class 'lion'",
      after: ["load trained"]),
    .slip("view neighbors", "no images to search", expect: "--data shapes"),
    .slip("view confusion", "an untrained network", expect: "random weights"),
    .slip("view image --stride 2", "an option of another view", expect: "view occlusion"),
    .slip("view image --png image.jpg", "a name that contradicts", expect: "--png image.png"),
  ]

  @Argument(
    help: ArgumentHelp(
      """
      image, input, a layer, any expression that gives a tensor; why, saliency, occlusion, gradcam, \
      neighbours, confusion or network.
      """,
      valueName: "what"))
  var what: [String]
  @OptionGroup var files: ShownFiles
  @Flag(name: .customLong("own-scale"), help: "Give each tile its own scale of brightness.")
  var hasOwnScales = false
  @Option(
    help: ArgumentHelp(
      "Side of a value in a PNG, in pixels; by default the PNG is about 900 wide.",
      valueName: "n"))
  var scale: Int?
  @OptionGroup var features: FeatureOptions
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What can be drawn, and the names of the layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    let layers = session.network.layers.map(\.name)
    switch words.dropFirst().first {
    case "difference" where words.count > 2: return ["image"] + layers
    case "why" where words.count > 2: return ["image["] + layers.map { $0 + "[" }
    case "saliency" where words.count > 2, "occlusion" where words.count > 2,
      "gradcam" where words.count > 2:
      return session.network.labels ?? []
    default:
      return ["difference", "image", "input", "network", "saliency", "why"] + FeatureOptions.views
        + layers
    }
  }

  /// The forward passes of a view that needs many.
  package func work(in session: Session) -> Work? {
    guard let macs = try? Summary(session.network).multiplyAdds else { return nil }
    let engine = session.settings.isEngineChosen ? session.settings.engine : Engines.fastest
    func work(_ deed: String, _ count: Int?) -> Work {
      Work(
        deed: deed,
        seconds: count.map { Work.seconds(multiplyAdds: Double(macs) * Double($0), on: engine) })
    }
    let name = session.network.name
    switch subject(in: session) {
    case "occlusion":
      let squares = try? OcclusionMap.squares(
        size: features.size, stride: features.stride, in: session)
      return squares.map { work("runs \(name) \($0.count + 1) times", $0.count + 1) }
    case "neighbours":
      let all = session.settings.data.flatMap(Work.imageCounts)
      let count = features.images ?? (features.part == .test ? all?.test : all?.train)
      return work("runs \(name) on the images", count)
    case "confusion":
      let all = Work.imageCounts(of: session.settings.data ?? "cifar10")
      return work(
        "classifies the images",
        features.images ?? (features.part == .train ? all?.train : all?.test))
    default: return nil
    }
  }

  /// The word that says what is shown, unless a value has that name. American spelling works too.
  private func subject(in session: Session) -> String? {
    let words = what.joined(separator: " ").split(separator: " ").map(String.init)
    guard let first = words.first, words.count > 1 || session.bindings[first] == nil else {
      return nil
    }
    return first == "neighbors" ? "neighbours" : first
  }

  /// Shows the images, or writes the files that were asked for.
  package func run(in session: inout Session) throws -> Output {
    let claimed = try files.claim(writing)
    let view = try view(in: &session)
    var output = Output(json: view.json(what.joined(separator: " "), claimed), value: view.value)
    guard !claimed.isEmpty else {
      output.blocks = view.blocks
      return output
    }
    try view.content(side: try side(of: view)).write(claimed)
    for caption in view.captions { output.line(Text(caption)) }
    output.written(claimed)
    return output
  }

  private func view(in session: inout Session) throws -> View {
    // In a shell all of it may be one word: view 'why pool1[3, 4, 5]'.
    let words = what.joined(separator: " ").split(separator: " ").map(String.init)
    let rest = words.dropFirst().joined(separator: " ")
    let subject = subject(in: session)
    try features.check(for: subject)
    switch words.first ?? "" {
    case "image" where words.count == 1: return .sourceImage(in: session)
    case "network" where words.count == 1:
      return View(drawn: try NetworkDrawing(session.network).block)
    case "why" where words.dropFirst().first == "gradient":
      return try WindowView(gradient: words.dropFirst(2).joined(separator: " "), in: &session).view
    case "why": return try WindowView(rest, in: &session).view
    case "saliency" where subject == "saliency":
      return try SaliencyMap(rest, in: &session).view
    case "occlusion" where subject == "occlusion":
      return try OcclusionMap(
        rest, size: features.size, stride: features.stride, in: &session
      ).view
    case "gradcam" where subject == "gradcam":
      return try GradCAM(rest, layer: features.layer, in: &session).view
    case "neighbours" where subject == "neighbours" && words.count == 1,
      "neighbors" where subject == "neighbours" && words.count == 1:
      return try NeighbourSearch(layer: features.layer, features, in: &session).view
    case "confusion" where subject == "confusion" && words.count == 1:
      return try ConfusionView(features, in: &session).view
    default:
      if let subject, FeatureOptions.wordless.contains(subject), session.bindings[subject] == nil {
        throw Failure(
          .usage, "view \(subject) takes no \(quoted(rest))", hint: "view \(subject) --data cifar10"
        )
      }
      return try .tensor(
        what.joined(separator: " "), hasOwnScales: hasOwnScales, in: &session)
    }
  }

  /// The side of a value's square in a file.
  private func side(of view: View) throws -> Int {
    guard let largest = view.images.map({ max($0.image.width, $0.image.height) }).max() else {
      guard scale == nil else {
        throw Failure(.usage, "--scale is for images of values", hint: "leave it out")
      }
      return 1
    }
    let side = self.scale ?? min(64, max(1, 900 / largest))
    guard (1...64).contains(side) else {
      throw Failure(.usage, "--scale takes a number from 1 to 64, not \(side)")
    }
    guard largest * side <= 20_000 else {
      throw Failure(
        .usage, "the PNG would be \(largest * side) pixels wide or high",
        hint: "pass a smaller --scale, or view fewer values")
    }
    return side
  }
}
