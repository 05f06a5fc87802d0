import ArgumentParser
import Basics
import Cells
import Documents
import Expressions
import TensorFiles

/// Runs the cells of files in the session.
package struct RunCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the cells of files, one per line; stop at the first that fails.",
    discussion: """
      An expression continues over several lines while brackets are open; # starts a comment. A file \
      that save FILE.alexnet wrote sets its seed too. If a cell fails, the cells before it stay in \
      effect, as at the prompt.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("run cells.txt", "the cells of a file, one per line"),
    .slip("run nothing.txt", "a file that doesn't exist", expect: "cannot read nothing.txt"),
  ]

  /// The paths of the files; `-` is standard input.
  @Argument(help: "Files of cells; - reads standard input.", completion: .file())
  package var files: [String]
  @OptionGroup package var options: GlobalOptions

  /// True: a script's cells may change the whole session.
  package static let runsCells = true
  /// How deep scripts may run other scripts.
  static let deepest = 16

  /// A command with its defaults.
  package init() {}

  /// Runs each file in the session.
  package func run(in session: inout Session) throws -> Output {
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
    var objects: [JSONValue] = []
    var activity: (any Activity)?
    for file in files {
      let script = try Script(
        file, commands: session.commands, cancellation: session.host.cancellation)
      session.begin(script, seedIsChosen: options.seed != nil)
      let outer = session.beginNumbers(of: script)
      defer { session.endNumbers(of: script, outer) }
      for (count, instruction) in script.instructions.enumerated() {
        if activity?.hasEnded == false {
          activity?.take(instruction.source)
          session.shown += activity?.shown.blocks ?? []
          objects.append(activity?.json ?? .null)
          continue
        }
        let result =
          session.host.cancellation.isCancelled
          ? CellResult.stopped(session.cell)
          : session.runNested(instruction, isNumbered: script.seed != nil)
        objects.append(result.json)
        if case .open(let opened)? = result.output.effect { activity = opened }
        if let failure = result.failure {
          var output = Output()
          output.failure = Script.located(failure, in: file).after(cells: count)
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
    }
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
