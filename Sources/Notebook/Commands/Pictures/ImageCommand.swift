import ArgumentParser
import Datasets

/// Chooses the picture that runs through the network.
public struct ImageCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "image", abstract: "Choose the picture: a PNG or JPEG, card, or cifar:test/17.",
    discussion: """
      Without a picture it says which one is in use and how it is prepared: the shorter side resized, \
      the middle cut out, the mean subtracted (paper, section 2).
      """)
  /// What people may type.
  public static let examples: [Example] = [
    Example("image", "says which picture is in use", expect: "test card"),
    Example("image card", "the built-in drawn test card", expect: "test card"),
    Example("image shapes-hard:test/3", "an image of a data set drawn here", expect: "cross"),
    .slip("image shapes-hard:test/2000", "past the last one", expect: "shapes-hard:test/1999"),
    .slip("image nothing.png", "a file that is not there", expect: "nothing.png"),
  ]

  @Argument(help: "A path, card, or cifar:test/17.", completion: .file()) var picture: String?
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Loads the picture; what ran before it is forgotten.
  public func run(in session: inout Session) throws -> Output {
    if let picture {
      session.look(at: try SourcePicture.named(picture, data: session.settings.data))
    }
    let source = session.picture
    let steps = try session.preparation().description
    var output = Output(
      json: [
        "picture": .string(source.name), "width": .integer(source.image.width),
        "height": .integer(source.image.height), "label": .optional(source.label),
        "preprocessing": .string(steps),
      ])
    var text: Text = .name(source.name)
    text += "  \(source.image.width)×\(source.image.height)"
    if let label = source.label { text += ", \(label)" }
    output.line(text)
    output.line("prepared for \(session.network.name): \(steps)", indent: 2)
    return output
  }
}
