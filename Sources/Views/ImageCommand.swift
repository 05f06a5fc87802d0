import ArgumentParser
import Cells
import Datasets
import Documents

/// Chooses the image that the network runs on, or shows which one is in use.
package struct ImageCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Choose the image: a PNG or JPEG, card, cifar:test/17 or shapes:test/3.",
    discussion: """
      Without an argument, show which image is in use and how it is prepared: the shorter side is scaled, \
      the centre is cropped, and the mean is subtracted (paper, section 2).
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("image", "show which image is in use, and how it is prepared", expect: "test card"),
    Example("image card", "the built-in test card", expect: "test card"),
    Example("image shapes-hard:test/3", "an image of a drawn data set", expect: "cross"),
    .slip(
      "image shapes-hard:test/2000", "past the last image", expect: "shapes-hard:test/1999"),
    Example("image shapes:test/3", "a drawn shape", expect: "cross"),
    Example(
      "image shapes:test/3", "its size for the network in use", expect: "scaled to 256×256"),
    .unrun("image photo.jpg", "an image of your own"),
    .slip("image nothing.png", "a file that doesn't exist", expect: "nothing.png"),
  ]

  @Argument(help: "A path, card, cifar:test/17, or shapes:test/3.", completion: .file())
  var picture: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Names that aren't files, or their beginnings.
  package static func completions(for words: [String], in session: Session) -> [String] {
    ["card", "cifar:test/", "shapes:test/"]
  }

  /// Chooses the image, which discards all outputs so far, and describes the one in use.
  package func run(in session: inout Session) throws -> Output {
    if let picture {
      session.look(at: try SourcePicture.named(picture, data: session.settings.data))
    }
    let source = session.picture
    let preparation = try session.preparation()
    let (steps, sizes) = (preparation.description, preparation.resizing(source.image))
    var output = Output(
      json: [
        "picture": .string(source.name), "width": .integer(source.image.width),
        "height": .integer(source.image.height), "label": .optional(source.label),
        "sizes": .array(sizes.map { .string($0) }), "preprocessing": .string(steps),
      ])
    var text: Text = .name(source.name)
    text += "  " + Text(source.label.map { "\($0), " } ?? "")
    text += "\(source.image.width)×\(source.image.height)"
    output.line(text + Text(sizes.map { " → " + $0 }.joined()), hang: 4)
    output.line("prepared for \(session.network.name): \(steps)", indent: 2)
    return output
  }
}
