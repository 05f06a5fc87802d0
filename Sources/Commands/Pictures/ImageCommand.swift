import ArgumentParser
import Cells
import Datasets
import Documents

/// Chooses the image that runs through the network.
package struct ImageCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "image",
    abstract: "Choose the image: a PNG or JPEG, card, cifar:test/17 or shapes:test/3.",
    discussion: """
      Without an image it says which one is in use and how it is prepared: the shorter side resized, \
      the middle cut out, the mean subtracted (paper, section 2).
      """)
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example("image", "says which image is in use, and how it is prepared", expect: "test card"),
    Example("image card", "the built-in drawn test card", expect: "test card"),
    Example("image shapes-hard:test/3", "an image of a data set drawn here", expect: "cross"),
    .slip("image shapes-hard:test/2000", "past the last one", expect: "shapes-hard:test/1999"),
    Example("image shapes:test/3", "a drawn shape", expect: "cross"),
    Example(
      "image shapes:test/3", "its size for the network in use", expect: "scaled to 256×256"),
    .unrun("image photo.jpg", "an image of your own"),
    .slip("image nothing.png", "a file that is not there", expect: "nothing.png"),
  ]

  @Argument(help: "A path, card, cifar:test/17, or shapes:test/3.", completion: .file())
  var picture: String?
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// What needs no file, and how names begin.
  package static func completions(for words: [String], in session: Session) -> [String] {
    ["card", "cifar:test/", "shapes:test/"]
  }

  /// Loads the image; what ran before it is forgotten.
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
