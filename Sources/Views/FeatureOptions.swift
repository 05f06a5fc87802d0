import ArgumentParser
import Cells
import Datasets

/// The options of the views that run a network many times or look into one of its layers.
struct FeatureOptions: ParsableArguments {
  /// The images of a data set.
  enum Part: String, ExpressibleByArgument, CaseIterable {
    case train
    case test
  }

  @Option(
    help: ArgumentHelp(
      "occlusion: the side of the grey square in pixels; by default a quarter of the image's.",
      valueName: "n"))
  var size: Int?
  @Option(
    help: ArgumentHelp(
      "occlusion: how far the square moves, in pixels; by default a quarter of its side.",
      valueName: "n"))
  var stride: Int?
  @Option(
    help: ArgumentHelp(
      "gradcam, neighbours: the layer; by default the last convolution, the last hidden layer.",
      valueName: "layer"))
  var layer: String?
  @Option(help: ArgumentHelp("neighbours: how many (6).", valueName: "n"))
  var count: Int?
  @Option(
    help: ArgumentHelp(
      "neighbours, confusion: the images, train or test; neighbours searches train, confusion takes test.",
      valueName: "part"))
  var part: Part?
  @Option(
    help: ArgumentHelp(
      "neighbours, confusion: only the first n images of that part.", valueName: "n"))
  var images: Int?

  init() {}

  /// The words after `view` that take these options.
  static let views = ["occlusion", "gradcam", "neighbours", "confusion"]

  /// Those that take nothing else.
  static let wordless: Set = ["neighbours", "confusion"]

  /// Throws if an option was given that a view doesn't take, or a number that makes no sense.
  func check(for view: String?) throws {
    let given: [(name: String, isGiven: Bool, takers: [String])] = [
      ("--size", size != nil, ["occlusion"]), ("--stride", stride != nil, ["occlusion"]),
      ("--layer", layer != nil, ["gradcam", "neighbours"]),
      ("--count", count != nil, ["neighbours"]),
      ("--part", part != nil, ["neighbours", "confusion"]),
      ("--images", images != nil, ["neighbours", "confusion"]),
    ]
    for option in given where option.isGiven && !option.takers.contains(view ?? "") {
      throw Failure(
        .usage,
        "\(option.name) is for " + option.takers.map { "view \($0)" }.joined(separator: " and "),
        hint: "leave it out")
    }
    if let images, images < 1 {
      throw Failure(
        .usage, "--images takes a number above 0, not \(images)",
        hint: "without it, all images of that part are taken")
    }
  }

  /// The first images of a set, if fewer than all were asked for.
  func images(of set: PictureSet) throws -> PictureSet {
    guard let images else { return set }
    return images < set.count ? set.subset(Array(0..<images)) : set
  }
}
