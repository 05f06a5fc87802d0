import ArgumentParser
import Networks

/// A command of the notebook, written once for every front end: `summary caffenet` at the prompt, in
/// a lesson's cell and in a shell are the same value run in a session.
public protocol Command: ParsableCommand {
  /// What people may type, with what comes of it: help shows them, and tests run them.
  static var examples: [Example] { get }

  /// What may stand where the last word of a half-typed line stands.
  static func completions(for words: [String], in session: Session) -> [String]

  /// What it is about to do, where that may take long; nil where it is done in a moment.
  func work(in session: Session) -> Work?

  /// Does the work.
  ///
  /// - Throws: any error that `Failure` knows.
  func run(in session: inout Session) throws -> Output
}

extension Command {
  /// Nothing in particular may stand there.
  public static func completions(for words: [String], in session: Session) -> [String] { [] }

  /// It is done in a moment.
  public func work(in session: Session) -> Work? { nil }

  /// The word that people type.
  public static var word: String { _commandName }

  /// The examples that help shows.
  static var shownExamples: [Example] { examples.filter { !$0.isSlip } }
}

/// A line that people may type, and what comes of it.
public struct Example: Hashable, Sendable {
  /// The line.
  public var line: String
  /// What it does, in a few words.
  public var note: String
  /// Text that its output holds; of an example that shows an error, its message.
  public var expected: String
  /// Lines to run before it.
  public var after: [String]
  /// Whether the line fails, and `expected` is what the failure says.
  public var isSlip = false
  /// Whether tests run it; those that take minutes, fetch or write files they only read.
  public var isRun = true

  /// An example, checked by running it.
  public init(_ line: String, _ note: String, expect expected: String, after: [String] = []) {
    (self.line, self.note, self.expected, self.after) = (line, note, expected, after)
  }

  /// An example that help shows and tests read without running it: it takes minutes, fetches, or writes
  /// a file.
  public static func unrun(_ line: String, _ note: String) -> Example {
    var example = Example(line, note, expect: "")
    example.isRun = false
    return example
  }

  /// A line that fails, with what the failure says: tests run it, help does not show it.
  public static func slip(
    _ line: String, _ note: String, expect expected: String, after: [String] = []
  ) -> Example {
    var example = Example(line, note, expect: expected, after: after)
    example.isSlip = true
    return example
  }
}

/// The options that every command takes. At the prompt they hold for that one command.
public struct GlobalOptions: ParsableArguments {
  /// The network, for this command.
  @Option(
    help: ArgumentHelp("The network to work on; networks lists them.", valueName: "name"),
    completion: .list(Zoo.networks.map(\.name)))
  public var network: String?

  /// The image, for this command.
  @Option(
    help: ArgumentHelp(
      "The image: a PNG or JPEG, card, cifar:test/17, or shapes:test/3.", valueName: "image"),
    completion: .file())
  public var image: String?

  /// The seed.
  @Option(help: ArgumentHelp("The seed of untrained weights (1).", valueName: "n"))
  public var seed: UInt64?

  /// The engine.
  @Option(
    help: ArgumentHelp("The engine that computes the layers (reference).", valueName: "name"),
    completion: .list(Engines.all.map(\.name)))
  public var engine: String?

  /// The threads.
  @Option(
    help: ArgumentHelp(
      "Threads, for engines that use several; the reference uses one.", valueName: "n"))
  public var threads: Int?

  /// The data set.
  @Option(
    help: ArgumentHelp("The data: cifar10, shapes, shapes-hard, or a folder.", valueName: "data"),
    completion: .directory)
  public var data: String?

  /// Whether results are JSON.
  @Flag(help: "Print results as JSON: one object a line.")
  public var json = false

  /// When to use colour.
  @Option(help: "Colour: auto, always or never.")
  public var color: ColorChoice?

  /// Whether everything is said in words alone.
  @Flag(help: "For screen readers: no colour, no pictures, no lines drawn.")
  public var plain = false

  /// What argument parsing fills in; `none` is what can be read as it is.
  public init() {}

  /// No option given.
  public static var none: GlobalOptions {
    // Reading no words cannot fail: every option may be left out.
    try! GlobalOptions.parse([])
  }

  /// The global options of a parsed command; the defaults where it takes none.
  public static func of(_ command: any ParsableCommand) -> GlobalOptions {
    (command as? any HasGlobalOptions)?.options ?? .none
  }

  /// Whether any option that changes the session was given.
  var changesSession: Bool {
    network != nil || image != nil || seed != nil || engine != nil
  }

  /// Sets a session as the options say.
  ///
  /// - Throws: `Failure` that names the option that does not hold.
  public func apply(to session: inout Session) throws {
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
        session.choose(try .named(network))
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
public enum ColorChoice: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// On a terminal that has it, unless `NO_COLOR` is set.
  case auto
  /// In a pipe as well.
  case always
  /// Not at all.
  case never
}
