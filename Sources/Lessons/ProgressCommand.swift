import ArgumentParser
import Basics
import Cells
import Documents
import TensorFiles

/// `progress`: shows the learner's progress, exports and imports it, or resets it.
package struct ProgressCommand: Command, HasGlobalOptions, WritesFiles {
  package static let configuration = CommandConfiguration(
    commandName: "progress",
    abstract:
      "Show how far you have come in the lessons; export, import or reset it; sum up a class.",
    discussion: """
      progress export FILE writes your progress to a file. progress import FILE merges such a file \
      into yours: a lesson that is finished in either is finished, and the better result counts. \
      progress reset starts from scratch and keeps the old file under another name. It asks first; \
      in scripts, it needs --yes.

      For teachers: progress summary FILES sums up the files that learners exported, or all JSON files of \
      a folder: a row for each learner, with lessons as columns, then the hardest exercises. --csv FILE \
      writes the whole table. A file that can't be read is named and left out, and the exit code is 1.

      Progress is saved in $ALEXNET_PROGRESS, otherwise in alexnet/progress.json in $XDG_STATE_HOME \
      or ~/.local/state, on macOS in ~/Library/Application Support.
      """)
  package static let examples: [Example] = [
    Example("progress", "all lessons", expect: "lessons done"),
    .unrun("progress summary class --csv class.csv", "the files of a class, in a folder"),
    .slip("progress 3", "progress doesn't choose a lesson", expect: "import, reset or summary"),
    .slip("progress summary", "without files", expect: "progress summary FILES"),
    .slip("progress summary nowhere.json", "a file that doesn't exist", expect: "nowhere.json"),
    .slip("progress export", "without a file", expect: "progress export FILE"),
    .slip("progress import nowhere.json", "a file that doesn't exist", expect: "nowhere.json"),
  ]

  @Argument(
    help: "What to do: export, import, reset or summary.",
    completion: .list(["export", "import", "reset", "summary"]))
  var action: String?
  @Argument(
    help: ArgumentHelp(
      "The file to export to or import from; for summary, files or a folder.", valueName: "file"),
    completion: .file())
  var files: [OutputFile] = []
  @Option(
    help: ArgumentHelp(
      "summary: write the table as comma-separated values, a line per learner.", valueName: "file"))
  var csv: OutputFile?
  @Flag(help: "Make lessons ask again where to continue.") var ask = false
  @Flag(help: "Reset without asking.") var yes = false
  @OptionGroup package var writing: WritingOptions
  @OptionGroup package var options: GlobalOptions

  package init() {}

  /// Shows all lessons, or does what the first word says.
  package func run(in session: inout Session) throws -> Output {
    var store = ProgressStore(path: session.settings.progressPath)
    guard csv == nil || action == "summary" else {
      throw Failure(.usage, "--csv is for progress summary", hint: "leave it out")
    }
    guard files.count <= 1 || action == "summary" else {
      throw Failure(
        .usage, "progress \(action ?? "") takes one file, not \(files.count)",
        hint: "progress summary takes several")
    }
    switch (action, files.first) {
    case ("summary", nil):
      throw Failure(.usage, "which files?", hint: "progress summary FILES, or a folder of them")
    case ("summary", _?): return try summary()
    case (nil, _):
      if ask, let note = store.change({ $0.asks = true }) { throw Failure(.file, note) }
      return ProgressReport((try? LessonLibrary.known()) ?? [], store).output
    case ("export", let file?): return try export(store, to: file)
    case ("import", let file?): return try take(file.name, into: &store, session)
    case ("reset", nil): return try reset(&store, session)
    case ("export", nil), ("import", nil):
      throw Failure(.usage, "which file?", hint: "progress \(action!) FILE")
    case (let word?, _):
      throw Failure(
        .usage, "progress takes export, import, reset or summary, not \(quoted(word))",
        hint: "progress alone shows all lessons")
    }
  }

  private func export(_ store: ProgressStore, to file: OutputFile) throws -> Output {
    if let note = store.note { throw Failure(.file, note) }
    guard !store.progress.lessons.isEmpty else {
      throw Failure(.order, "there is no progress yet", hint: "lesson 1 opens the first lesson")
    }
    let path = try writing.claim(file)
    try AtomicFile.write(ProgressFormat.text(of: store.progress), to: path)
    let count = store.progress.lessons.count
    var output = Output(json: ["file": .string(path), "lessons": .integer(count)])
    output.line("progress in \(Self.lessons(count)) written to " + .name(path))
    output.line(.faint("on the other machine: ") + .name("progress import \(shellWord(path))"))
    return output
  }

  private func take(
    _ file: String, into store: inout ProgressStore, _ session: Session
  ) throws -> Output {
    try requireNoLesson(session)
    let other = try ProgressFormat.read(file)
    _ = try store.writablePath()
    var merged = LessonProgress.Merged()
    if let note = store.change({ merged = $0.merge(other) }) { throw Failure(.file, note) }
    var output = Output(
      json: [
        "file": .string(file), "added": .array(merged.added.map { .string($0) }),
        "changed": .array(merged.changed.map { .string($0) }),
      ])
    let (added, changed) = (merged.added.count, merged.changed.count)
    output.line(
      added + changed == 0
        ? "nothing new in " + .name(file)
        : "merged " + .name(file)
          + ": \(Self.lessons(added)) new, \(changed) further along")
    output.line(
      .faint("nothing you had done was lost; ") + .name("progress")
        + .faint(" shows all"))
    return output
  }

  private func summary() throws -> Output {
    let path = try csv.map { try writing.claim($0) }
    let summary = ProgressSummary(
      of: files.map(\.name), lessons: (try? LessonLibrary.known()) ?? [])
    if summary.learners.isEmpty, summary.unreadable.count == 1 {
      throw summary.unreadable[0].failure
    }
    if let path, !summary.learners.isEmpty { try AtomicFile.write(summary.csv, to: path) }
    return summary.output(csv: summary.learners.isEmpty ? nil : path)
  }

  private func reset(_ store: inout ProgressStore, _ session: Session) throws -> Output {
    try requireNoLesson(session)
    _ = try store.writablePath()
    let count = store.progress.lessons.count
    if !yes {
      guard session.host.isInteractive else {
        throw Failure(
          .usage, "this forgets your progress in \(Self.lessons(count))",
          hint: "progress reset --yes does it without asking")
      }
      let answer = try session.host.ask("Forget your progress in \(Self.lessons(count))? [y/N]")
      guard ["y", "yes"].contains(answer.trimmingSpaces().lowercased()) else {
        var output = Output(json: ["reset": false])
        output.line("Nothing was changed.")
        return output
      }
    }
    let aside = try store.reset()
    var output = Output(json: ["reset": true, "kept": .optional(aside)])
    output.line("Progress starts from scratch.")
    if let aside {
      output.line(
        .faint("the old file is kept; to restore it: ")
          + .name("progress import \(shellWord(aside))"), hang: 4)
    }
    return output
  }

  /// Throws if a lesson is open, because it would overwrite what is imported or reset.
  private func requireNoLesson(_ session: Session) throws {
    guard !session.isOfLesson else {
      throw Failure(.order, "a lesson is open", hint: "quit leaves it; then type this again")
    }
  }

  private static func lessons(_ count: Int) -> String {
    count == 1 ? "1 lesson" : "\(count) lessons"
  }
}
