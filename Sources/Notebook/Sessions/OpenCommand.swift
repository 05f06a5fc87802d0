import ArgumentParser
import Basics
import Cells
import Documents
import TensorFiles

/// Restores the cells of a saved session, without running them.
package struct OpenCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "open",
    abstract: "Open a saved session, FILE.ipynb or FILE.alexnet: its cells, which haven't run yet.",
    discussion: """
      The session starts anew: with the file's seed, the first network and the test card. From a notebook \
      (FILE.ipynb) the outputs in it are shown too. run then runs the cells, rerun N a single one, \
      edit N NEW changes one, and cells that you type follow the last.

      A session at a prompt is kept while it runs, without its outputs. If the program is killed, the \
      next one says so, and open --last opens the session; open --forget deletes it. In a shell, \
      alexnet open FILE opens the notebook with the file.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    .unrun("open session.ipynb", "a notebook, with the outputs in it"),
    .unrun("open session.alexnet", "the cells of a session"),
    .unrun("open --last", "the session that wasn't saved when the program was killed"),
    .slip("open nothing.ipynb", "a file that doesn't exist", expect: "cannot read nothing.ipynb"),
    .slip("open photo.jpg", "another kind of file", expect: ".ipynb or .alexnet"),
    .slip("open", "without a file", expect: "open which file"),
    .slip(
      "open session.ipynb", "cells that aren't saved", expect: "1 cell that isn't saved",
      after: ["1 + 1"]),
  ]

  @Argument(help: "FILE.ipynb or FILE.alexnet.", completion: .file(extensions: Self.endings))
  var file: String?
  @Flag(help: "Open the last session that wasn't saved when the program was killed.")
  var last = false
  @Flag(help: "Delete the sessions that weren't saved.") var forget = false
  @Flag(help: "Drop the cells of this session that aren't saved.") var discard = false
  @OptionGroup package var options: GlobalOptions

  private static let endings = ["ipynb", "alexnet"]

  /// A command with its defaults.
  package init() {}

  /// Replaces the session by the file's.
  package func run(in session: inout Session) throws -> Output {
    guard [file != nil, last, forget].count(where: { $0 }) <= 1 else {
      throw Failure(.usage, "choose one: a file, --last or --forget")
    }
    if forget { return Autosaves(session).forget() }
    try requirePrompt(session)
    let autosaves = last ? Autosaves(session) : nil
    let found = autosaves?.abandoned().last
    if last, found == nil {
      throw Failure(.order, "there is no session that wasn't saved")
    }
    guard let path = file ?? found?.path else {
      throw Failure(.usage, "open which file?", hint: "open session.ipynb, or open --last")
    }
    guard Self.endings.contains(where: { path.lowercased().hasSuffix("." + $0) }) else {
      throw Failure(
        .usage, "\(quoted(path)): open reads files that end in .ipynb or .alexnet",
        hint: "run FILE runs any file of cells, lesson FILE opens a lesson, image FILE an image")
    }
    var record: SessionRecord
    if NotebookFile.isNamed(path) {
      record = SessionRecord(try NotebookFile(path: path))
    } else {
      record = SessionRecord(
        try Script(path, commands: session.commands, cancellation: session.host.cancellation))
    }
    guard record.cells.contains(where: { !$0.isNote }) else {
      throw Failure(.file, "\(quoted(path)) has no cells")
    }
    if let seed = options.seed { record.seed = seed }
    if last { record.unsaved = record.cells.count }
    session.reopen(record)
    if let found { autosaves?.delete(found) }
    return Self.output(record, name: last ? "the last session" : path)
  }

  private func requirePrompt(_ session: Session) throws(Failure) {
    guard session.countsCells else {
      throw Failure(
        .usage, "open works at the prompt; in Jupyter, open the file there",
        hint: "run FILE runs a file's cells in this session")
    }
    guard session.depth == 0, !session.isOfLesson else {
      throw Failure(.usage, "open works at the prompt, not in a script or a lesson")
    }
    if session.commandLine != nil, options.changesSession {
      throw Failure(
        .usage, "open takes no --network, --image, --seed or --engine at the prompt",
        hint: "alexnet open FILE --engine NAME, in a shell")
    }
    let unsaved = session.record.unsaved
    guard unsaved == 0 || discard else {
      throw Failure(
        .order,
        "this session has \(NumberFormat.count(unsaved, "cell that isn't", "cells that aren't")) "
          + "saved", hint: "save FILE.ipynb first, or add --discard to drop them")
    }
  }

  private static func output(_ record: SessionRecord, name: String) -> Output {
    let cells = record.cells.filter { !$0.isNote }
    var output = Output(
      json: [
        "cells": .integer(cells.count), "seed": .string(String(record.seed)), "ran": .integer(0),
      ])
    for cell in record.cells {
      output.blocks += cell.isNote ? [.preformatted([Text(cell.firstLine, .faint)])] : []
      guard !cell.isNote else { continue }
      output.blocks += Session.echo(cell) + cell.blocks
    }
    output.blank()
    output.line(
      "\(NumberFormat.count(cells.count, "cell")) of " + .name(name)
        + ", seed \(record.seed). Nothing has run yet: " + .name("run") + " runs them.", hang: 4)
    return output
  }
}

extension RecordedCell {
  /// The first line of the text, with `…` if there are more.
  var firstLine: String {
    let rows = source.split(separator: "\n").map(String.init)
    return (rows.first ?? "") + (rows.count > 1 ? " …" : "")
  }
}
