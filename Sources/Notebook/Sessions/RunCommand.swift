import ArgumentParser
import Basics
import Cells
import Documents
import Expressions
import Lessons
import TensorFiles

/// Runs the cells of files in the session, or the session's own cells that haven't run.
package struct RunCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the cells of files; stop at the first that fails.",
    discussion: """
      A file of cells has one per line; an expression continues over several lines while brackets are \
      open, and # starts a comment. A saved session (FILE.alexnet, FILE.ipynb) sets its seed too; the \
      Markdown cells of a notebook are skipped. If a cell fails, the cells before it stay in effect, as \
      at the prompt. A notebook's cell with the tag raises-exception may fail; save sets it for cells \
      that failed.

      run without a file runs the cells of the session that haven't run yet, after open or edit. Ctrl-C \
      stops it; run then goes on with the cell that was stopped.

      run --check FILE.ipynb runs a notebook in a separate session and compares what each cell shows \
      with what the file has. For each cell that differs it shows the first line that does. Times such as \
      (0.12 s), speeds, spaces at the ends of lines and empty lines don't count; images are compared \
      pixel by pixel. It takes the seed and the engine from the file unless you choose others. The exit \
      code is 1 if anything differs or fails.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("run cells.txt", "the cells of a file, one per line"),
    .unrun("run session.ipynb", "the cells of a notebook"),
    .unrun("run --check session.ipynb", "does it still show the same?"),
    .unrun("run", "the cells of an opened session"),
    .slip("run nothing.txt", "a file that doesn't exist", expect: "cannot read nothing.txt"),
    .slip("run", "nothing was opened", expect: "every cell has run"),
    .slip("run --check cells.txt", "a file without outputs", expect: "FILE.ipynb"),
  ]

  /// The paths of the files; `-` is standard input.
  @Argument(help: "Files of cells; - reads standard input.", completion: .file())
  package var files: [String] = []
  /// Whether the outputs are compared with the file's.
  @Flag(help: "Compare the output with what the notebook file has.") package var check = false
  @OptionGroup package var options: GlobalOptions

  /// True: a script's cells may change the whole session.
  package static let runsCells = true
  /// How deep scripts may run other scripts.
  static let deepest = 16

  /// A command with its defaults.
  package init() {}

  /// Runs each file in the session.
  package func run(in session: inout Session) throws -> Output {
    if check { return try checked(in: session) }
    if files.isEmpty { return try session.runWaiting() }
    guard session.depth < Self.deepest else {
      throw Failure(
        .order, "scripts run other scripts more than \(Self.deepest) deep",
        hint: "does \(files[0]) run itself?")
    }
    if session.host.isInteractive || session.isOfLesson, files.contains("-") {
      throw Failure(
        .usage, "run - reads cells from a pipe, which doesn't work at the prompt",
        hint: "run FILE, or type the cells")
    }
    session.depth += 1
    defer { session.depth -= 1 }
    var run = FileRun()
    for file in files {
      let parts: [FileRun.Part]
      let seed: UInt64?
      if NotebookFile.isNamed(file) {
        let notebook = try NotebookFile(path: file)
        (parts, seed) = (FileRun.parts(of: notebook, session.commands), notebook.seed ?? 1)
      } else {
        let script = try Script(
          file, commands: session.commands, cancellation: session.host.cancellation)
        (parts, seed) = (script.instructions.map { FileRun.Part($0) }, script.seed)
      }
      session.begin(seed: seed, seedIsChosen: options.seed != nil)
      let outer = session.beginNumbers(isSession: seed != nil)
      defer { session.endNumbers(isSession: seed != nil, outer) }
      if let ended = run.run(parts, of: file, isNumbered: seed != nil, in: &session) {
        return ended
      }
    }
    return run.output
  }

  private func checked(in session: Session) throws -> Output {
    guard files.count == 1, NotebookFile.isNamed(files[0]) else {
      throw Failure(
        .usage, "run --check takes one FILE.ipynb, which has the outputs to compare with",
        hint: "save FILE.ipynb writes one")
    }
    let file = try NotebookFile(path: files[0])
    var settings = session.settings
    if options.seed == nil { settings.seed = file.seed ?? Settings.standardSeed }
    if options.engine == nil, let engine = file.engine, (try? Engines.named(engine)) != nil {
      (settings.engine, settings.isEngineChosen) = (engine, true)
    }
    return try SessionCheck(file, settings, session.host).output(name: files[0])
  }
}

/// A run of files' cells within a cell.
private struct FileRun {
  /// A cell of a file.
  struct Part {
    var instructions: [Instruction]
    var source: String
    /// Its number in a notebook file.
    var number: Int?
    /// Whether the cells after it run even if it fails.
    var mayFail = false

    init(_ instruction: Instruction) {
      (instructions, source) = ([instruction], instruction.source)
    }
  }

  private var objects: [JSONValue] = []
  private var activity: (any Activity)?
  private var exercises = CellExercises()

  static func parts(of file: NotebookFile, _ commands: CommandTable) -> [Part] {
    file.numberedCode.compactMap { number, cell in
      let instructions = commands.instructions(of: cell.source)
      guard let first = instructions.first else { return nil }
      var part = Part(first)
      (part.instructions, part.source) = (instructions, cell.source)
      (part.number, part.mayFail) = (number, cell.mayFail)
      return part
    }
  }

  /// Runs the cells of one file.
  ///
  /// - Returns: the output with which the command ends before the last cell; nil if all ran.
  mutating func run(
    _ parts: [Part], of file: String, isNumbered: Bool, in session: inout Session
  ) -> Output? {
    for (count, part) in parts.enumerated() {
      if activity?.hasEnded == false {
        activity?.take(part.source)
        session.shown += activity?.shown.blocks ?? []
        objects.append(activity?.json ?? .null)
        continue
      }
      let result =
        session.host.cancellation.isCancelled
        ? CellResult.stopped(session.cell)
        : exercises.run(part.source, in: &session) {
          Self.runOne(part, isNumbered: isNumbered, in: &$0)
        }
      objects.append(result.json)
      if case .open(let opened)? = result.output.effect { activity = opened }
      if let failure = result.failure {
        if part.mayFail, failure.kind != .cancelled {
          session.show(failure.output)
          continue
        }
        var output = Output()
        let place = part.number.map { "\(file), cell \($0)" } ?? file
        output.failure = Script.located(failure, in: place).after(cells: count)
        return output
      }
      let quits = result.output.effect?.quits ?? false
      guard result.exitCode == 0, !quits else {
        var output = Output(json: ["cells": .array(objects)])
        output.exitCode = result.exitCode
        if quits { output.effect = .quit }
        return output
      }
    }
    return nil
  }

  private static func runOne(
    _ part: Part, isNumbered: Bool, in session: inout Session
  ) -> CellResult {
    guard let number = part.number else {
      return session.runNested(part.instructions[0], isNumbered: isNumbered)
    }
    session.renumber(number)
    return session.runNested(part.instructions, source: part.source)
  }

  /// The output after the last file.
  var output: Output {
    var output = Output(json: ["cells": .array(objects)])
    if let activity, !activity.hasEnded { output.effect = .open(activity) }
    return output
  }
}

extension CellResult {
  /// The result of a cell that was stopped before it started.
  fileprivate static func stopped(_ number: Int) -> CellResult {
    CellResult(number: number, output: Output(), shown: 0, failure: Failure(.cancelled, "stopped"))
  }
}

extension Failure {
  /// The failure of a script's cell, with a hint that the cells before it stay in effect; unchanged if
  /// a script within the script has added one.
  fileprivate func after(cells count: Int) -> Failure {
    guard count > 0, hint?.hasSuffix(Self.inEffect) != true else { return self }
    var failure = self
    let before = count == 1 ? "the cell before it stays" : "the \(count) cells before it stay"
    failure.hint = [hint, before + Self.inEffect].compactMap(\.self).joined(separator: "; ")
    return failure
  }

  private static let inEffect = " in effect"
}
