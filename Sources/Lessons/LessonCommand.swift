import ArgumentParser
import Basics
import Cells
import Documents
import TensorFiles
import Tensors

/// `lesson`: opens a lesson, lists lessons, or verifies and writes them.
package struct LessonCommand: Command, HasGlobalOptions, WritesFiles {
  package static let configuration = CommandConfiguration(
    commandName: "lesson",
    abstract: "Take a lesson: lesson lists them, lesson 1 opens one, lesson next continues.",
    discussion: """
      You take a lesson one step at a time; each step shows the keys you can use. Your progress is \
      kept, and lesson N continues where you were. If you open a finished lesson, you choose whether \
      to review it or to start over; it stays finished either way. Networks that a lesson trains are \
      kept in the cache folder (~/.cache/alexnet/lessons, or alexnet/lessons in $XDG_CACHE_HOME), so \
      each is trained only once. Exercises draw their numbers from your own seed, or from --seed.

      In Jupyter a lesson can also be a notebook: Jupytext opens its file as one. Then the cell of an \
      exercise asks the question. Answer it there, or in another cell: answer 55. hint, skip and again \
      are cells too.

      For teachers: lesson new NAME begins a lesson; lesson save FILE turns the session so far into \
      one; lesson verify [FILE…] checks that lessons work: every cell prints what the lesson says, \
      every right answer is accepted, and every known mistake gets its own diagnosis, for 20 seeds \
      (exit code 1 if anything fails); lesson handout FILE prints a lesson with its answers; lesson site \
      FOLDER [FILE…] writes the course, or some lessons, as a web site that checks the answers in its \
      pages and needs no network.
      """)
  package static let examples: [Example] = [
    Example("lesson", "lists the lessons, with your progress", expect: "lesson next"),
    .unrun("lesson 1", "opens one, or continues where you were"),
    .unrun("lesson next", "opens the first that isn't done"),
    .slip("lesson 99", "a number that no lesson has", expect: "no lesson '99'"),
    .slip("lesson verify nothing.md", "a file that doesn't exist", expect: "nothing.md"),
    .slip("lesson new", "without a name", expect: "lesson new NAME"),
    .slip("lesson save", "without a file", expect: "lesson save FILE"),
    .slip("lesson handout", "of which lesson?", expect: "lesson handout FILE"),
    .slip("lesson site", "into which folder?", expect: "lesson site FOLDER"),
  ]

  @Argument(
    help: ArgumentHelp(
      "A number, a name or a file; or next, verify, new, save, handout, site.", valueName: "what"))
  var what: String?
  @Argument(help: "Lesson files, a new lesson's name, or a site's folder.", completion: .file())
  var names: [String] = []
  @Flag(help: "Start over without asking. A finished lesson stays finished.") var restart = false
  @Flag(help: .hidden) var over = false
  @Option(help: ArgumentHelp("Append every attempt to this file, as JSON.", valueName: "file"))
  var log: String?
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  package init() {}

  /// Whether the command opens a lesson, which then reads the lines that follow.
  package var takesLines: Bool {
    what.map { !["verify", "new", "save", "handout", "site"].contains($0) } ?? false
  }

  /// The actions, then the names of the lessons.
  package static func completions(for words: [String], in session: Session) -> [String] {
    guard words.count <= 2 else { return [] }
    let known = ((try? LessonLibrary.files()) ?? []).map { Lesson(named: $0) }
    return ["next", "verify", "new", "save", "handout", "site"] + known.map(\.name)
      + known.compactMap { $0.number.map { String($0) } }
  }

  /// Does what the first word says.
  package func run(in session: inout Session) throws -> Output {
    guard !session.isOfLesson else {
      throw Failure(.order, "a lesson is open already", hint: "quit leaves it")
    }
    switch what {
    case nil: return try list(in: session)
    case "next": return try take(try next(in: session), in: &session)
    case "verify": return try verify(in: &session)
    case "new": return try begin()
    case "save": return try save(session)
    case "handout": return try handout(in: session)
    case "site": return try site(in: session)
    case let word?:
      guard names.isEmpty else {
        throw Failure(.usage, "one lesson at a time", hint: "lesson \(word)")
      }
      return try take(try LessonLibrary.lesson(word), in: &session)
    }
  }
}

// MARK: - Taking

extension LessonCommand {
  private func list(in session: Session) throws -> Output {
    let store = ProgressStore(path: session.settings.progressPath)
    return ProgressReport(try LessonLibrary.known(), store).list
  }

  /// The first lesson that isn't finished.
  private func next(in session: Session) throws -> Lesson {
    let store = ProgressStore(path: session.settings.progressPath)
    for lesson in try LessonLibrary.files().map({ Lesson(named: $0) })
    where !(store.progress.lessons[lesson.name]?.isFinished ?? false) {
      return try LessonLibrary.open(lesson.file)
    }
    throw Failure(.order, "every lesson is done", hint: "lesson lists them; lesson 1 --restart")
  }

  private func take(_ lesson: Lesson, in session: inout Session) throws -> Output {
    var store = ProgressStore(path: session.settings.progressPath)
    if let note = store.note {
      var output = Output()
      output.line(.notice("note: ") + Text(note), hang: 6)
      session.show(output)
    }
    let given = session.settings.seed
    let chosen = options.seed ?? (given == Settings().seed ? nil : given)
    var player = LessonPlayer(
      lesson, seed: chosen, own: Self.seed(&store), in: session, store: store,
      log: log.map { AttemptLog(path: HomeFolder.expanding($0)) })
    player.open(fromStart: restart || over)
    session.shown += player.shown.blocks
    var output = Output(json: player.json)
    if !player.hasEnded { output.effect = .open(player) }
    return output
  }

  /// The learner's seed, one of those that lessons are verified with.
  static func seed(_ store: inout ProgressStore) -> UInt64 {
    if let seed = store.progress.seed { return seed }
    let seed = UInt64.random(in: LessonVerifier.seeds)
    _ = store.change { $0.seed = seed }
    return seed
  }
}

// MARK: - Teaching

extension LessonCommand {
  private func verify(in session: inout Session) throws -> Output {
    var verifier = LessonVerifier(
      host: session.host, settings: session.settings, commands: session.commands)
    let files = names.isEmpty ? try LessonLibrary.files() : names.map(HomeFolder.expanding)
    var reports: [LessonVerifier.Report] = []
    for file in files {
      let report = try verifier.verify(file)
      // Verifying many lessons takes minutes, so each is reported as soon as it is done.
      session.show(VerificationReport.lines(of: report))
      reports.append(report)
    }
    return VerificationReport(reports).output
  }

  private func begin() throws -> Output {
    guard let name = names.first, names.count == 1 else {
      throw Failure(.usage, "what is the lesson called?", hint: "lesson new NAME")
    }
    return Self.written(try LessonFiles.new(name, writing), "begun", "it works as it is: ")
  }

  private func save(_ session: Session) throws -> Output {
    guard let name = names.first, names.count == 1 else {
      throw Failure(.usage, "into which file?", hint: "lesson save FILE")
    }
    guard !session.transcript.isEmpty else {
      throw Failure(.order, "no cells have run yet to make a lesson from", hint: "try next")
    }
    let file = HomeFolder.expanding(name.hasSuffix(".md") ? name : name + ".md")
    let title = LessonFiles.title(Lesson(named: file).name)
    try LessonFiles.write(
      LessonSkeleton.text(title: title, of: session.transcript), to: file, writing)
    return Self.written(file, "saved", "prose and exercises are yours to write; then ")
  }

  private func handout(in session: Session) throws -> Output {
    guard let name = names.first, names.count == 1 else {
      throw Failure(.usage, "of which lesson?", hint: "lesson handout FILE")
    }
    let lesson = try LessonLibrary.lesson(name)
    let seed = options.seed ?? session.settings.seed
    let text = try LessonHandout.text(of: lesson, seed: seed, in: session)
    return Output(
      [.preformatted(lines(of: text).map { Text(String($0)) })],
      json: ["lesson": .string(lesson.name), "markdown": .string(text)])
  }

  private static func written(_ file: String, _ verb: String, _ next: String) -> Output {
    var output = Output(json: ["file": .string(file)])
    output.line("\(verb): " + .name(file))
    output.line(.faint(next) + .name("lesson verify \(file)"))
    return output
  }
}
