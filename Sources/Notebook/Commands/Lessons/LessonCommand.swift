import ArgumentParser
import TensorFiles

/// Opens a lesson, lists them, checks and writes them.
public struct LessonCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Take a lesson: lesson lists them, lesson 1 opens one, lesson next goes on.",
    discussion: """
      lesson verify [FILE…] proves that lessons work: every cell prints what the lesson says, every \
      reference answer passes, every known mistake gets its own diagnosis, for 20 seeds. \
      lesson new NAME begins a lesson. Exit code 1 where a lesson does not work.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .slip("lesson verify nothing.md", "a file that is not there", expect: "nothing.md"),
    .slip("lesson new", "without a name", expect: "lesson new NAME"),
  ]

  @Argument(
    help: ArgumentHelp("A number, a name or a file; or next, verify, new.", valueName: "what"))
  var what: String?
  @Argument(help: "Files, or the new lesson's name.", completion: .file()) var names: [String] = []
  @OptionGroup var options: GlobalOptions

  /// A command with its defaults.
  public init() {}

  /// Does what the first word says.
  public func run(in session: inout Session) throws -> Output {
    switch what {
    case "verify": return try verify(in: session)
    case "new": return try begin()
    default:
      throw Failure(.usage, "lessons cannot be taken yet", hint: "lesson verify, lesson new")
    }
  }

  private func verify(in session: Session) throws -> Output {
    var verifier = LessonVerifier(host: session.host, settings: session.settings)
    let files = names.isEmpty ? try LessonLibrary.files() : names.map(HomeFolder.expanding)
    return VerificationReport(try files.map { try verifier.verify($0) }).output
  }

  private func begin() throws -> Output {
    guard let name = names.first, names.count == 1 else {
      throw Failure(.usage, "what is the lesson called?", hint: "lesson new NAME")
    }
    let file = try LessonFiles.new(name)
    var output = Output(json: ["file": .string(file)])
    output.line("begun: " + .name(file))
    output.line(.faint("it works as it is: ") + .name("lesson verify \(file)"))
    return output
  }
}
