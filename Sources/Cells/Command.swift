import ArgumentParser
import Networks

/// A command of the notebook, written once for every front end: `summary caffenet` at the prompt, in
/// a lesson's cell and in a shell are the same value run in a session.
package protocol Command: ParsableCommand {
  /// Whether the command runs cells, which may choose another network than its options did.
  static var runsCells: Bool { get }

  /// Example lines with what they print: help shows them, and tests run them.
  static var examples: [Example] { get }

  /// Candidates for the last word of a half-typed line, beside what the declaration of the
  /// argument says: its values, files, or layers of the network for an argument called layer.
  static func completions(for words: [String], in session: Session) -> [String]

  /// Whether the command takes the lines that are typed after it.
  var takesLines: Bool { get }

  /// What the command is about to do if that may take long; nil if it takes only a moment.
  func work(in session: Session) -> Work?

  /// Runs the command.
  ///
  /// - Throws: any error that `Failure` can describe.
  func run(in session: inout Session) throws -> Output
}

extension Command {
  /// No candidates.
  package static func completions(for words: [String], in session: Session) -> [String] { [] }

  /// False.
  package static var runsCells: Bool { false }

  /// False.
  package var takesLines: Bool { false }

  /// Nil: it takes only a moment.
  package func work(in session: Session) -> Work? { nil }

  /// The command's name at the prompt and in a shell.
  package static var word: String { _commandName }

  /// The examples that help shows: all except those that fail.
  static var shownExamples: [Example] { examples.filter { !$0.isSlip } }
}

/// An example of a command line, and part of its output.
package struct Example: Hashable, Sendable {
  /// The line.
  package var line: String
  /// What it does, in a few words.
  package var note: String
  /// Text that the output contains; for an example that fails, text of the message or the hint.
  package var expected: String
  /// Lines to run before it.
  package var after: [String]
  /// Whether the line should fail, with `expected` in the message or the hint.
  package var isSlip = false
  /// Whether tests run the line; lines that take minutes, download or write files are only parsed.
  package var isRun = true

  /// An example that tests run.
  package init(_ line: String, _ note: String, expect expected: String, after: [String] = []) {
    (self.line, self.note, self.expected, self.after) = (line, note, expected, after)
  }

  /// An example that tests only parse, because it takes minutes, downloads, or writes a file.
  package static func unrun(_ line: String, _ note: String) -> Example {
    var example = Example(line, note, expect: "")
    example.isRun = false
    return example
  }

  /// A line that should fail, with text of the message or the hint: tests run it, help doesn't show it.
  package static func slip(
    _ line: String, _ note: String, expect expected: String, after: [String] = []
  ) -> Example {
    var example = Example(line, note, expect: expected, after: after)
    example.isSlip = true
    return example
  }
}

/// The options that every command takes. At the prompt they apply to that one command.
package struct GlobalOptions: ParsableArguments {
  /// The network, for this command.
  @Option(
    help: ArgumentHelp("The network to work on; networks lists them.", valueName: "name"),
    completion: .zoo)
  package var network: String?

  /// The image, for this command.
  @Option(
    help: ArgumentHelp(
      "The image: a PNG or JPEG, card, cifar:test/17, or shapes:test/3.", valueName: "image"),
    completion: .file())
  package var image: String?

  /// The seed.
  @Option(help: ArgumentHelp("The seed of untrained weights (1).", valueName: "n"))
  package var seed: UInt64?

  /// The engine.
  @Option(
    help: ArgumentHelp("The engine that computes the layers (reference).", valueName: "name"),
    completion: .list(Engines.all.map(\.name)))
  package var engine: String?

  /// The threads.
  @Option(
    help: ArgumentHelp(
      "Threads, for engines that use several; the reference uses one.", valueName: "n"))
  package var threads: Int?

  /// The data set.
  @Option(
    help: ArgumentHelp("The data: cifar10, shapes, shapes-hard, or a folder.", valueName: "data"),
    completion: .directory)
  package var data: String?

  /// Whether results are JSON.
  @Flag(help: "Print results as JSON: one object per line.")
  package var json = false

  /// When to use colour.
  @Option(help: "Colour: auto, always or never.")
  package var color: ColorChoice?

  /// How to show images.
  @Option(help: "Images: auto, kitty, iterm2, sixel, blocks or ascii.")
  package var graphics: GraphicsChoice?

  /// Whether the output is only words.
  @Flag(help: "For screen readers: no colour, no images, no lines drawn.")
  package var plain = false

  /// Required by the argument parser; to get options without a command line, use `none`.
  package init() {}

  /// No option given.
  package static var none: GlobalOptions {
    // This can't fail, since every option is optional.
    try! GlobalOptions.parse([])
  }

  /// The global options of a parsed command; the defaults if it takes none.
  package static func of(_ command: any ParsableCommand) -> GlobalOptions {
    (command as? any HasGlobalOptions)?.options ?? .none
  }

  /// Whether any option that changes the session was given.
  package var changesSession: Bool {
    network != nil || image != nil || seed != nil || engine != nil
  }

  /// Applies the options to a session.
  ///
  /// - Throws: `Failure` that names an option that can't be applied.
  package func apply(to session: inout Session) throws {
    if let threads {
      guard (1...1024).contains(threads) else {
        throw Failure(.usage, "--threads takes a number from 1 to 1024, not \(threads)")
      }
      session.settings.threads = threads
    }
    if let engine {
      _ = try Engines.named(engine)
      session.settings.engine = engine
      session.settings.isEngineChosen = true
      session.reset()
    }
    if let data { session.settings.data = data }
    if let seed { session.reseed(seed) }
    if let network {
      do {
        session.choose(try .named(network, reserved: session.commands.names))
      } catch let error as NetworkFileError {
        throw Failure(error)
      } catch let error as Failure {
        throw Failure(.usage, "--network: \(error.message)", hint: error.hint)
      }
    }
    if let image { session.look(at: try .named(image, data: session.settings.data)) }
  }
}

extension CompletionKind {
  /// A network of the zoo.
  package static var zoo: CompletionKind { .list(Zoo.networks.map(\.name)) }
}

/// How to show images.
package enum GraphicsChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// As well as the terminal can, which is asked; in a pipe as characters.
  case auto
  /// By kitty's graphics protocol.
  case kitty
  /// By iTerm2's inline images.
  case iterm2
  /// As sixels.
  case sixel
  /// As half-blocks in colour.
  case blocks
  /// As characters from dark to light.
  case ascii
}

/// When to use colour.
package enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// On a terminal with colour, unless `NO_COLOR` is set.
  case auto
  /// In a pipe as well.
  case always
  /// Nowhere.
  case never
}
