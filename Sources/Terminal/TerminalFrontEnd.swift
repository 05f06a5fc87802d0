import CLibrary
import Cells
import Documents
import Notebook
import Parallel

/// The notebook on a terminal: with a prompt for people, otherwise with cells from a pipe, or a
/// command.
package struct TerminalFrontEnd {
  let host: TerminalHost
  var notebook: Notebook

  /// Runs the program.
  ///
  /// The exit code is 0 for success, 1 if a cell failed, 2 for wrong usage, and 128 plus the
  /// signal's number if SIGTERM or SIGHUP stopped a command.
  ///
  /// - Parameter arguments: the arguments without the program's name.
  package static func main(_ arguments: [String]) -> Never {
    let code = run(arguments)
    let status = Interrupts.stopSignal.map { 128 + $0 } ?? code
    Ranks.leave(status)
    exit(status)
  }

  private static func run(_ arguments: [String]) -> Int32 {
    Interrupts.install()
    signal(SIGPIPE, SIG_IGN)
    if let refusal = Ranks.join(arguments, version: Version.number) {
      // The first says why. If another process failed before that, mpirun would kill the first.
      guard refusal.isFirst else { return Ranks.current.size > 1 ? 2 : 0 }
      return TerminalFrontEnd(isInteractive: false, isJSON: false, colour: .auto)
        .refuse(Failure(.usage, refusal.message, hint: refusal.hint))
    }
    let launch: Launch
    do {
      launch = try Launch(arguments)
    } catch {
      let isJSON = arguments.contains("--json")
      return TerminalFrontEnd(isInteractive: false, isJSON: isJSON, colour: .auto).refuse(error)
    }
    let isPrompt = launch.takesLines && isatty(STDIN_FILENO) == 1 && !launch.isJSON
    var frontEnd = TerminalFrontEnd(
      isInteractive: isPrompt, isJSON: launch.isJSON, colour: launch.colour,
      graphics: launch.graphics, isPlain: launch.isPlain)
    do {
      try frontEnd.notebook.begin(with: launch.options)
    } catch {
      return frontEnd.refuse(Failure(error))
    }
    switch launch.mode {
    case .notebook:
      guard isPrompt else { return frontEnd.runPipe() }
      frontEnd.host.show(frontEnd.notebook.banner)
      if let offer = Autosave.offer(in: frontEnd.notebook.session) { frontEnd.host.show(offer) }
      return frontEnd.runPrompt()
    case .cells(let cells): return frontEnd.runCells(cells)
    case .scripts(let files):
      return frontEnd.runScripts(files, seedIsChosen: launch.options.seed != nil)
    case .session(let reading):
      let code = frontEnd.runCommand(reading)
      guard code == 0 else { return code }
      return isPrompt ? frontEnd.runPrompt() : frontEnd.runPipe()
    case .command(let reading): return frontEnd.runCommand(reading)
    case .text(let text): StandardStream.output.write(text + "\n")
    }
    return 0
  }

  private init(
    isInteractive: Bool, isJSON: Bool, colour: ColorChoice, graphics: GraphicsChoice = .auto,
    isPlain: Bool = false
  ) {
    host = TerminalHost(
      isInteractive: isInteractive, isJSON: isJSON, colour: colour, graphics: graphics,
      isPlain: isPlain)
    notebook = Notebook(host: host)
  }

  /// Reports why nothing can be run.
  ///
  /// - Returns: 2 if the command line is malformed, 1 if a file is the reason.
  private func refuse(_ failure: Failure) -> Int32 {
    finish(failure)
    return failure.kind == .usage ? 2 : 1
  }

  /// Runs one command from the shell. A malformed command counts as wrong usage. A lesson that it
  /// opens reads the lines that follow.
  private mutating func runCommand(_ reading: CommandTable.Reading) -> Int32 {
    let result = host.interruptible { notebook.run(reading) }
    finish(result)
    if notebook.isInLesson {
      return host.isInteractive ? runPrompt(whileLesson: true) : runPipe(whileLesson: true)
    }
    return result.failure?.kind == .usage ? 2 : result.exitCode
  }

  /// Runs the notebook at a prompt.
  ///
  /// - Parameter whileLesson: whether to stop when the open lesson ends.
  private mutating func runPrompt(whileLesson: Bool = false) -> Int32 {
    let autosave = Autosave(notebook.session)
    let code = readPrompt(whileLesson: whileLesson, autosave)
    // After a signal, such as that of a closed window, the session may be wanted again.
    if Interrupts.stopSignal == nil { autosave?.end() }
    return code
  }

  private mutating func readPrompt(whileLesson: Bool, _ autosave: Autosave?) -> Int32 {
    keep(autosave)
    let completer = Completer()
    let history = History { message in
      StandardStream.error.write("note: \(message)\n")
    }
    let editor = LineEditor(history: history) { line, cursor in
      completer.completion(line, cursor: cursor)
    }
    let colour = host.encoder.hasColour ? "1;36" : nil
    var cell = PromptCell(notebook.reader)
    while Interrupts.stopSignal == nil, !whileLesson || notebook.isInLesson {
      completer.notebook = notebook
      completer.earlier = cell.source
      let key = host.keyAtPause()
      // Keys pressed while a lesson's cells ran aren't an answer to its next question.
      let keys = host.keysAtProbe()
      if notebook.takesAnswer {
        editor.discardTypedAhead()
      } else {
        for key in keys + (key.map { [$0] } ?? []) { editor.type(key) }
      }
      let label = cell.isEmpty ? notebook.prompt : "   ...> "
      switch editor.readLine(prompt: Prompt(label, color: colour)) {
      case .line(let line):
        if notebook.takesAnswer {
          finish(host.interruptible { notebook.run(line) })
          continue
        }
        guard cell.add(line) else { continue }
      case .interrupted:
        cell = PromptCell(notebook.reader)
        continue
      case .invalid(let reason):
        finish(Failure(.usage, reason))
        cell = PromptCell(notebook.reader)
        continue
      case .end:
        cell = PromptCell(notebook.reader)
        guard let result = host.interruptible({ notebook.endOfInput() }) else { return 0 }
        finish(result)
        continue
      }
      if !cell.source.allSatisfy(\.isWhitespace) {
        editor.remember(cell.source)
        let result = host.interruptible {
          cell.instruction.map { notebook.run($0) } ?? notebook.run(cell.source)
        }
        finish(result)
        keep(autosave)
        StandardStream.output.write("\n")
        if result.output.effect?.quits == true { return 0 }
        if case .type(let text)? = result.output.effect { editor.type(text) }
      }
      cell = PromptCell(notebook.reader)
    }
    return 0
  }

  /// Keeps the session's cells in case the program is killed.
  private func keep(_ autosave: Autosave?) {
    guard let failure = autosave?.update(notebook.session) else { return }
    host.warn("this session isn't kept if the program is killed: \(failure.message)")
  }

  /// Shows the part of a cell's result that wasn't shown while it ran.
  func finish(_ result: CellResult) {
    if host.isJSON {
      StandardStream.output.write(result.json.text + "\n")
      return
    }
    var rest = result.output
    rest.blocks = Array(rest.blocks.dropFirst(result.shown))
    host.show(rest.document)
    if let failure = result.failure { finish(failure) }
  }

  /// Shows an error: at a prompt as part of the output, otherwise on standard error.
  func finish(_ failure: Failure) {
    Ranks.note(failure: failure.message)
    if host.isJSON {
      StandardStream.output.write(failure.json.text + "\n")
    } else if host.isInteractive {
      StandardStream.output.write(host.encoder.encode(failure.output.document))
    } else {
      StandardStream.error.write(host.errorEncoder.encode(failure.output.document))
    }
  }
}
