import ArgumentParser
import Cells
import Datasets
import Documents
import Tensors

/// Draws the image, filters, feature maps or any other tensor.
package struct ViewCommand: Command, HasGlobalOptions, WritesFiles {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "view",
    abstract: "Show the image, filters or maps: view conv1.weight, view conv1[0...5].",
    discussion: """
      image is the image itself; input is what the first layer gets. Any expression that gives a tensor \
      can be viewed; after backward, view gradient conv1 shows a gradient. In a terminal with colour, \
      values are drawn as half-blocks; otherwise as characters from dark ( ) to light (@). --png writes \
      each value as a square of --scale pixels.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("view image", "the image itself", expect: "test card"),
    Example("view input", "the image as the first layer gets it", expect: "227×227"),
    Example("view conv1.weight", "all 96 filters in colour", expect: "96 tiles of 11×11"),
    Example("view conv1", "all maps of a layer", expect: "96 tiles of 55×55", after: ["next"]),
    Example("view conv1[5]", "one map", expect: "55×55", after: ["next"]),
    .slip("view conv7", "an unknown name", expect: "conv7"),
  ]

  @Argument(
    help: "image, input, a layer, gradient and a layer, or any expression that gives a tensor.")
  var what: [String]
  @Option(help: ArgumentHelp("Write a PNG instead.", valueName: "file"), completion: .file())
  var png: OutputFile?
  @Option(
    help: ArgumentHelp(
      "Side of a value in the PNG, in pixels; by default the PNG is about 900 wide.",
      valueName: "n"))
  var scale: Int?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// `image`, `input` and the names of the layers.
  package static func completions(for words: [String], in session: Session) -> [String] {
    ["image", "input"] + session.network.layers.map(\.name)
  }

  /// Draws to the terminal, or to `--png`.
  package func run(in session: inout Session) throws -> Output {
    let what = what.joined(separator: " ")
    let png = try png.map(writing.claim)
    let shown = try captioned(what, in: &session)
    let image = shown.image
    var output = Output(
      json: [
        "view": .string(what), "width": .integer(image.width), "height": .integer(image.height),
        "description": .string(shown.caption), "file": .optional(png),
      ])
    if let png {
      let scale = self.scale ?? max(1, 900 / max(image.width, image.height))
      guard (1...64).contains(scale) else {
        throw Failure(.usage, "--scale takes a number from 1 to 64, not \(scale)")
      }
      guard image.width * scale <= 20_000, image.height * scale <= 20_000 else {
        throw Failure(
          .usage, "the PNG would be \(image.width * scale)×\(image.height * scale)",
          hint: "pass a smaller --scale, or view fewer values")
      }
      try image.magnified(scale).writePNG(path: png)
      output.line(Text(shown.caption))
      output.line("written to " + .name(png))
    } else {
      output.blocks.append(.image(shown))
    }
    return output
  }

  private func captioned(_ what: String, in session: inout Session) throws -> CaptionedImage {
    if what == "image" {
      let image = session.picture.image
      return CaptionedImage(
        image,
        caption: "\(session.picture.name), \(image.width)×\(image.height), before it is prepared.")
    }
    let tensor = try session.tensor(what)
    guard tensor.count > 0 else { throw Failure(.name, "\(what) has no values to show") }
    let maps = MapPicture(tensor)
    let columns = maps.naturalColumns
    let tiles = maps.tiles.count
    let kind = maps.tiles[0].channels == 3 ? "red, green and blue" : "grey"
    let pieces =
      tiles == 1
      ? "\(maps.height)×\(maps.width) values"
      : "\(tiles) tiles of \(maps.height)×\(maps.width), \(columns) per row, 0 first"
    return CaptionedImage(
      maps.image(columns: columns), caption: "\(what): \(pieces), in \(kind); \(maps.scaling).",
      tiles: tiles > 1 ? maps : nil)
  }
}
