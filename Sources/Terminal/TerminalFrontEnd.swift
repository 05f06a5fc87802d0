import Notebook

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The notebook on a terminal: a prompt where a person sits, else cells from a pipe, or one command.
public struct TerminalFrontEnd {
  private let host: TerminalHost
  private var session: Session

  /// Runs the program.
  ///
  /// The exit code is 0 for success, 1 where a cell failed, 2 for wrong usage.
  ///
  /// - Parameter arguments: what stood behind its name.
  public static func main(_ arguments: [String]) -> Never {
    exit(run(arguments))
  }

  private static func run(_ arguments: [String]) -> Int32 {
    Interrupts.install()
    signal(SIGPIPE, SIG_IGN)
    let launch: Launch
    do {
      launch = try Launch(arguments)
    } catch {
      let isHelp = error.exitCode == 0
      (isHelp ? StandardStream.output : .error).write(error.message + "\n")
      return error.exitCode
    }
    let isPrompt = launch.mode == .notebook && isatty(STDIN_FILENO) == 1 && !launch.isJSON
    let host = TerminalHost(
      isInteractive: isPrompt, isJSON: launch.isJSON, colour: launch.colour)
    var frontEnd = TerminalFrontEnd(host: host, session: Session(host: host))
    do {
      try launch.options.apply(to: &frontEnd.session)
    } catch {
      frontEnd.finish(Failure(error))
      return 2
    }
    switch launch.mode {
    case .notebook: return isPrompt ? frontEnd.runPrompt() : frontEnd.runPipe()
    case .cells(let cells): return frontEnd.runCells(cells)
    case .command(let words): return frontEnd.runCommand(words)
    }
  }

  /// One command from the shell: a failure of its words is wrong usage.
  private mutating func runCommand(_ words: [String]) -> Int32 {
    let result = host.interruptible { session.run(arguments: words) }
    finish(result)
    return result.failure?.kind == .usage ? 2 : result.exitCode
  }

  /// Cells in order, until one fails.
  private mutating func runCells(_ cells: [String]) -> Int32 {
    for cell in cells {
      let result = host.interruptible { session.run(cell) }
      finish(result)
      if result.exitCode != 0 { return result.exitCode }
      if result.output.quits { break }
    }
    return 0
  }

  /// The cells that come through a pipe, each as soon as it is whole, until one fails.
  private mutating func runPipe() -> Int32 {
    let reader = StandardInputReader()
    var cell = ""
    var first = 1
    while true {
      switch reader.next() {
      case .line(let line):
        if cell.isEmpty { first = reader.lineNumber }
        cell += cell.isEmpty ? line : "\n" + line
        if wantsAnotherLine(cell) { continue }
      case .invalid(let reason):
        finish(Failure(.usage, "line \(reader.lineNumber): \(reason)"))
        return 1
      case .interrupted: return 1
      case .end:
        if cell.isEmpty { return 0 }
        let code = run(cell, from: first)
        return code ?? 0
      }
      if let code = run(cell, from: first) { return code }
      cell = ""
    }
  }

  /// Runs a cell of a pipe.
  ///
  /// - Returns: the exit code where it is the last one to run.
  private mutating func run(_ cell: String, from line: Int) -> Int32? {
    var result = host.interruptible { session.run(cell) }
    if var failure = result.failure, let inCell = failure.line {
      failure.line = inCell + line - 1
      if !host.isJSON { failure.message = "line \(inCell + line - 1): \(failure.message)" }
      result.failure = failure
    }
    finish(result)
    if result.exitCode != 0 { return result.exitCode }
    return result.output.quits ? 0 : nil
  }

  /// The notebook at a prompt.
  private mutating func runPrompt() -> Int32 {
    let completer = Completer()
    let history = History { message in
      StandardStream.error.write("note: \(message)\n")
    }
    let editor = LineEditor(history: history) { line, cursor in
      completer.completion(line, cursor: cursor)
    }
    let colour = host.encoder.hasColour ? "1;36" : nil
    host.show(Banner(session).output)
    var cell = ""
    while true {
      completer.session = session
      completer.earlier = cell
      let label = cell.isEmpty ? "[\(session.cell)]> " : "   ...> "
      switch editor.readLine(prompt: Prompt(label, color: colour)) {
      case .line(let line):
        cell += cell.isEmpty ? line : "\n" + line
        if wantsAnotherLine(cell) && !line.allSatisfy(\.isWhitespace) { continue }
      case .interrupted:
        cell = ""
        continue
      case .invalid(let reason):
        finish(Failure(.usage, reason))
        cell = ""
        continue
      case .end:
        return 0
      }
      if !cell.allSatisfy(\.isWhitespace) {
        editor.remember(cell)
        let result = host.interruptible { session.run(cell) }
        finish(result)
        StandardStream.output.write("\n")
        if result.output.quits { return 0 }
      }
      cell = ""
    }
  }

  /// Shows what a cell gave beyond what was shown while it ran.
  private func finish(_ result: CellResult) {
    if host.isJSON {
      StandardStream.output.write(result.json.text + "\n")
      return
    }
    var rest = result.output
    rest.blocks = Array(rest.blocks.dropFirst(result.shown))
    host.show(rest)
    if let failure = result.failure { finish(failure) }
  }

  /// Shows a failure: at a prompt in the flow of the text, else on standard error.
  private func finish(_ failure: Failure) {
    if host.isJSON {
      StandardStream.output.write(failure.json.text + "\n")
    } else if host.isInteractive {
      StandardStream.output.write(host.encoder.encode(failure.output))
    } else {
      StandardStream.error.write(host.errorEncoder.encode(failure.output))
    }
  }
}
