import CLibrary
import Cells
import Documents
import Notebook

/// Running cells without a prompt: from the command line, from files or from a pipe.
extension TerminalFrontEnd {
  /// Where a cell comes from.
  private enum Origin {
    /// The `-c` option with this number, out of a total.
    case option(Int, of: Int)
    /// A file.
    case file(String)
    /// A cell of a notebook file.
    case notebook(String, cell: Int)
    /// Standard input.
    case pipe
  }

  /// Runs the cells of the command line until one fails.
  mutating func runCells(_ cells: [String]) -> Int32 {
    for (number, cell) in cells.enumerated() {
      let origin = Origin.option(number + 1, of: cells.count)
      if let code = run(from: origin, { $0.run(cell) }) { return code }
    }
    return 0
  }

  /// Runs the cells in files until one fails.
  mutating func runScripts(_ files: [String], seedIsChosen: Bool) -> Int32 {
    for file in files {
      if file == "-" {
        let (code, quits) = readPipe()
        if code != 0 || quits { return code }
        continue
      }
      do {
        if NotebookFile.isNamed(file) {
          if let code = try runNotebook(file, seedIsChosen: seedIsChosen) { return code }
          continue
        }
        let script = try Script(
          file, commands: .notebook, cancellation: host.cancellation)
        notebook.begin(seed: script.seed, seedIsChosen: seedIsChosen)
        for cell in script.instructions {
          notebook.number(as: cell)
          if let code = run(from: .file(file), { $0.run(cell) }) { return code }
        }
      } catch {
        finish(Failure(error))
        return 1
      }
    }
    return 0
  }

  /// Runs the cells of a notebook file.
  ///
  /// - Returns: the exit code if one ends the program; nil if all ran.
  private mutating func runNotebook(_ path: String, seedIsChosen: Bool) throws -> Int32? {
    let file = try NotebookFile(path: path)
    notebook.begin(seed: file.seed ?? Settings.standardSeed, seedIsChosen: seedIsChosen)
    for (number, cell) in file.numberedCode {
      notebook.number(next: number)
      let origin = Origin.notebook(path, cell: number)
      let code = run(from: origin, mayFail: cell.mayFail) { $0.run(cell.source) }
      if let code { return code }
    }
    return nil
  }

  /// Runs cells from a pipe, each as soon as it is complete, until one fails.
  ///
  /// - Parameter whileLesson: whether to stop when the open lesson ends.
  mutating func runPipe(whileLesson: Bool = false) -> Int32 {
    readPipe(whileLesson: whileLesson).code
  }

  private mutating func readPipe(whileLesson: Bool = false) -> (code: Int32, quits: Bool) {
    if let reason = whyInputIsUnreadable {
      finish(Failure(.file, "standard input is \(reason)", hint: "alexnet -c 'CELL' runs a cell"))
      return (1, true)
    }
    let reader = StandardInputReader()
    var cells = notebook.reader
    while Interrupts.stopSignal == nil, !whileLesson || notebook.isInLesson {
      switch reader.next(since: Interrupts.count) {
      case .line(let line):
        if notebook.takesAnswer {
          finish(host.interruptible { notebook.run(line) })
          continue
        }
        guard let cell = cells.add(line, number: reader.lineNumber) else { continue }
        if let code = run(from: .pipe, { $0.run(cell) }) { return (code, true) }
      case .invalid(let reason):
        var failure = Failure(.file, reason)
        failure.line = reader.lineNumber
        finish(located(failure, from: .pipe))
        return (1, true)
      case .interrupted:
        finish(Failure(.cancelled, "stopped"))
        return (1, true)
      case .end:
        let code = cells.rest.flatMap { cell in run(from: .pipe, { $0.run(cell) }) }
        while let result = notebook.endOfInput() { finish(result) }
        return (code ?? 0, code != nil)
      }
    }
    return (0, true)
  }

  /// What standard input is, if no cells can be read from it.
  private var whyInputIsUnreadable: String? {
    // A closed standard input was replaced by a descriptor that can't be read.
    let flags = fcntl(STDIN_FILENO, F_GETFL)
    guard flags >= 0, flags & O_ACCMODE != O_WRONLY else { return "closed" }
    var status = stat()
    let isFolder = fstat(STDIN_FILENO, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    return isFolder ? "a folder" : nil
  }

  /// Runs a cell.
  ///
  /// - Parameter mayFail: whether the cells after it run even if it fails.
  /// - Returns: the exit code if no more cells should run.
  private mutating func run(
    from origin: Origin, mayFail: Bool = false, _ work: (inout Notebook) -> CellResult
  ) -> Int32? {
    guard !host.wasInterrupted else {
      finish(Failure(.cancelled, "stopped"))
      return 1
    }
    var result = host.interruptible { work(&notebook) }
    result.failure = result.failure.map { located($0, from: origin) }
    finish(result)
    let isExpected = mayFail && result.failure != nil && result.failure?.kind != .cancelled
    if result.exitCode != 0, !isExpected { return result.exitCode }
    return result.output.effect?.quits == true ? 0 : nil
  }

  /// The error with its location: for programs as a number, for people as words.
  private func located(_ failure: Failure, from origin: Origin) -> Failure {
    // The location is already known if a script run by this cell failed, and a cancellation needs
    // none.
    guard !failure.isLocated, failure.kind != .cancelled else { return failure }
    var located = failure
    let line = failure.line ?? 1
    let place: String
    switch origin {
    case .option(let number, let count):
      guard count > 1 else { return failure }
      place = "cell \(number)"
    case .notebook(let file, let cell):
      let more = host.isJSON || line == 1 ? "" : ", line \(line)"
      place = "\(file), cell \(cell)\(more)"
    case .file(let file): place = host.isJSON ? file : "\(file), line \(line)"
    case .pipe:
      guard !host.isJSON else { return failure }
      place = "line \(line)"
    }
    located.message = "\(place): \(failure.message)"
    return located
  }
}
