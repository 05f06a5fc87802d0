import ArgumentParser
import Networks

/// A command of the notebook, written once for every front end: `summary caffenet` at the prompt, in
/// a lesson's cell and in a shell are the same value run in a session.
package protocol Command: ParsableCommand {
  /// Whether it runs cells, which may choose another network than its options did.
  static var runsCells: Bool { get }

  /// What people may type, with what comes of it: help shows them, and tests run them.
  static var examples: [Example] { get }

  /// What may stand where the last word of a half-typed line stands.
  static func completions(for words: [String], in session: Session) -> [String]

  /// Whether it goes on with the lines that are typed after it.
  var takesLines: Bool { get }

  /// What it is about to do, where that may take long; nil where it is done in a moment.
  func work(in session: Session) -> Work?

  /// Does the work.
  ///
  /// - Throws: any error that `Failure` knows.
  func run(in session: inout Session) throws -> Output
}

extension Command {
  /// Nothing in particular may stand there.
  package static func completions(for words: [String], in session: Session) -> [String] { [] }

  /// It runs no cells.
  package static var runsCells: Bool { false }

  /// It takes no lines.
  package var takesLines: Bool { false }

  /// It is done in a moment.
  package func work(in session: Session) -> Work? { nil }

  /// The word that people type.
  package static var word: String { _commandName }

  /// The examples that help shows.
  static var shownExamples: [Example] { examples.filter { !$0.isSlip } }
}

/// A line that people may type, and what comes of it.
package struct Example: Hashable, Sendable {
  /// The line.
  package var line: String
  /// What it does, in a few words.
  package var note: String
  /// Text that its output holds; of an example that shows an error, its message.
  package var expected: String
  /// Lines to run before it.
  package var after: [String]
  /// Whether the line fails, and `expected` is what the failure says.
  package var isSlip = false
  /// Whether tests run it; those that take minutes, fetch or write files they only read.
  package var isRun = true

  /// An example, checked by running it.
  package init(_ line: String, _ note: String, expect expected: String, after: [String] = []) {
    (self.line, self.note, self.expected, self.after) = (line, note, expected, after)
  }

  /// An example that help shows and tests read without running it: it takes minutes, fetches, or writes
  /// a file.
  package static func unrun(_ line: String, _ note: String) -> Example {
    var example = Example(line, note, expect: "")
    example.isRun = false
    return example
  }

  /// A line that fails, with what the failure says: tests run it, help does not show it.
  package static func slip(
    _ line: String, _ note: String, expect expected: String, after: [String] = []
  ) -> Example {
    var example = Example(line, note, expect: expected, after: after)
    example.isSlip = true
    return example
  }
}

/// The options that every command takes. At the prompt they hold for that one command.
package struct GlobalOptions: ParsableArguments {
  /// The network, for this command.
  @Option(
    help: ArgumentHelp("The network to work on; networks lists them.", valueName: "name"),
    completion: .list(Zoo.networks.map(\.name)))
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
  @Flag(help: "Print results as JSON: one object a line.")
  package var json = false

  /// When to use colour.
  @Option(help: "Colour: auto, always or never.")
  package var color: ColorChoice?

  /// Whether everything is said in words alone.
  @Flag(help: "For screen readers: no colour, no pictures, no lines drawn.")
  package var plain = false

  /// What argument parsing fills in; `none` is what can be read as it is.
  package init() {}

  /// No option given.
  package static var none: GlobalOptions {
    // Reading no words cannot fail: every option may be left out.
    try! GlobalOptions.parse([])
  }

  /// The global options of a parsed command; the defaults where it takes none.
  package static func of(_ command: any ParsableCommand) -> GlobalOptions {
    (command as? any HasGlobalOptions)?.options ?? .none
  }

  /// Whether any option that changes the session was given.
  var changesSession: Bool {
    network != nil || image != nil || seed != nil || engine != nil
  }

  /// Sets a session as the options say.
  ///
  /// - Throws: `Failure` that names the option that does not hold.
  package func apply(to session: inout Session) throws {
    if let threads {
      guard (1...1024).contains(threads) else {
        throw Failure(.usage, "--threads \(threads): a number from 1 to 1024")
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

/// When to use colour.
package enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// On a terminal that has it, unless `NO_COLOR` is set.
  case auto
  /// In a pipe as well.
  case always
  /// Not at all.
  case never
}
