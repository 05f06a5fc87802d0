import ArgumentParser

/// Runs the cells of files.
public struct RunCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the cells of files, one a line; stop at the first that fails.",
    discussion: """
      An expression goes on over several lines while brackets are open; # begins a comment. A file \
      that save FILE.alexnet wrote brings its seed along. Where a cell fails, those before it stay in \
      effect, as at the prompt.
      """)
  /// What people may type.
  public static let examples: [Example] = [
    .unrun("run cells.txt", "the cells of a file, one a line"),
    .slip("run nothing.txt", "a file that is not there", expect: "cannot read nothing.txt"),
  ]

  /// Files of cells; - is standard input.
  @Argument(help: "Files of cells; - reads standard input.", completion: .file())
  public var files: [String]
  @OptionGroup var options: GlobalOptions

  /// Scripts may run scripts, this many deep.
  static let deepest = 16

  /// A command with its defaults.
  public init() {}

  /// Runs each file in the session.
  public func run(in session: inout Session) throws -> Output {
    guard session.depth < Self.deepest else {
      throw Failure(
        .order, "scripts run one another \(Self.deepest) deep",
        hint: "does \(files[0]) run itself?")
    }
    if session.host.isInteractive || session.isOfLesson, files.contains("-") {
      throw Failure(
        .usage, "run - reads cells from a pipe, not at the prompt", hint: "run FILE, or type them")
    }
    session.depth += 1
    defer { session.depth -= 1 }
    var objects: [JSONValue] = []
    for file in files {
      let script = try Script(file, cancellation: session.host.cancellation)
      session.begin(script, seedIsChosen: options.seed != nil)
      let outer = session.beginNumbers(of: script)
      defer { session.endNumbers(of: script, outer) }
      for (count, instruction) in script.instructions.enumerated() {
        let result =
          session.host.cancellation.isCancelled
          ? CellResult.stopped(session.cell)
          : session.runNested(instruction, isNumbered: script.seed != nil)
        objects.append(result.json)
        if let failure = result.failure {
          var output = Output()
          output.failure = Script.located(failure, in: file).after(cells: count)
          return output
        }
        guard result.exitCode == 0, !result.output.quits else {
          var output = Output(json: ["cells": .array(objects)])
          (output.exitCode, output.quits) = (result.exitCode, result.output.quits)
          return output
        }
      }
    }
    return Output(json: ["cells": .array(objects)])
  }
}

extension CellResult {
  /// What comes of a cell that somebody stopped before it began.
  fileprivate static func stopped(_ number: Int) -> CellResult {
    CellResult(number: number, output: Output(), shown: 0, failure: Failure(.cancelled, "stopped"))
  }
}

extension Failure {
  /// The failure of a script's cell, which says that those before it count. A script within a script
  /// has said so for its own.
  fileprivate func after(cells count: Int) -> Failure {
    guard count > 0, hint?.hasSuffix(Self.inEffect) != true else { return self }
    var failure = self
    let before = count == 1 ? "the cell before it stays" : "the \(count) cells before it stay"
    failure.hint = [hint, before + Self.inEffect].compactMap(\.self).joined(separator: "; ")
    return failure
  }

  private static let inEffect = " in effect"
}

extension Session {
  /// Begins to run a script. A saved session has numbers and results of its own.
  ///
  /// - Returns: the results that were there before, and the number of the cell that runs.
  fileprivate mutating func beginNumbers(
    of script: Script
  ) -> (results: [Int: Value], cell: Int) {
    let outer = (results, cell)
    if script.seed != nil { (results, cell) = ([:], 1) }
    return outer
  }

  /// Ends a script. The results of a saved session are there as when it was saved, except where the
  /// session had others.
  fileprivate mutating func endNumbers(
    of script: Script, _ outer: (results: [Int: Value], cell: Int)
  ) {
    guard script.seed != nil else { return }
    results.merge(outer.results) { $1 }
    cell = max(outer.cell, cell - 1)
  }

  /// Runs an instruction inside a running cell, and shows what it gives. Its failure has a line of
  /// the script.
  ///
  /// - Parameter isNumbered: whether it is a cell with a number of its own.
  fileprivate mutating func runNested(_ instruction: Instruction, isNumbered: Bool) -> CellResult {
    if isNumbered { number(as: instruction) }
    let (outer, number) = (shown, cell)
    var result = run(instruction.source)
    shown = outer + result.output.blocks.prefix(result.shown)
    show(Output(Array(result.output.blocks.dropFirst(result.shown))))
    if !isNumbered { cell = number }
    if let failure = result.failure, !failure.isLocated {
      result.failure?.line = instruction.line + (failure.line ?? 1) - 1
    }
    return result
  }
}
