import ArgumentParser

/// Runs the cells of files.
public struct RunCommand: Command, HasGlobalOptions {
  /// Name and help.
  public static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the cells of files, one a line; stop at the first that fails.",
    discussion:
      "An expression goes on over several lines while brackets are open; # begins a comment.")
  /// What people may type.
  public static let examples: [Example] = [
    .slip("run nothing.txt", "a file that is not there", expect: "cannot read nothing.txt")
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
      for instruction in try Script.instructions(of: file, cancellation: session.host.cancellation)
      {
        try session.host.cancellation.check()
        let result = session.runNested(instruction)
        objects.append(result.json)
        if let failure = result.failure { throw Script.located(failure, in: file) }
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

extension Session {
  /// Runs an instruction inside a running cell, and shows what it gives. Its failure has a line of
  /// the script.
  fileprivate mutating func runNested(_ instruction: Instruction) -> CellResult {
    let (outer, number) = (shown, cell)
    var result = run(instruction.source)
    shown = outer + result.output.blocks.prefix(result.shown)
    show(Output(Array(result.output.blocks.dropFirst(result.shown))))
    cell = number
    if let failure = result.failure, !failure.isLocated {
      result.failure?.line = instruction.line + (failure.line ?? 1) - 1
    }
    return result
  }
}
