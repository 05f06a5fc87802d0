import ArgumentParser
import Basics
import Cells
import Documents
import TensorFiles

/// Lists the session's cells.
package struct HistoryCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "List the session's cells, with their numbers, and mark what failed or is stale.",
    discussion: """
      failed: the cell ended with an error. not run: it was opened from a file, or its text was edited, and \
      it hasn't run since. stale: a cell before it that it may depend on was edited, or gave something else \
      when it ran again, so this cell might give something else too. A cell depends on the names and on \
      the out[N] that it mentions; if it uses the network, it depends on every command that can change \
      the network, the image, the weights, or how far the image has run. rerun runs what is stale; nothing \
      runs by itself. Commands about the session (help, save, history, …) aren't listed.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("history", "nothing has run", expect: "no cell has run yet"),
    Example(
      "history", "what was edited, and what is stale because of it", expect: "stale",
      after: ["let a = 2", "a + 1", "edit 1 let a = 3"]),
  ]

  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The cells as a table.
  package func run(in session: inout Session) throws -> Output {
    let cells = session.record.cells.filter { !$0.isNote }
    var output = Output(
      json: [
        "cells": .array(
          cells.map { cell in
            [
              "number": .integer(cell.number), "source": .string(cell.source),
              "state": .string(cell.state.word ?? "ran"), "failed": .boolean(cell.hasFailed),
            ]
          })
      ])
    guard !cells.isEmpty else {
      output.line("no cell has run yet, for example " + .name("next"))
      return output
    }
    var table = Table([.init("cell", numeric: true), .init("", wrapping: 20...80), .init("")])
    for cell in cells {
      let mark: Text =
        switch cell.state {
        case .ran: cell.hasFailed ? .bad("failed") : ""
        case .waiting, .edited, .stale: .notice(cell.state.word ?? "")
        }
      table.row([Text(String(cell.number)), Text(cell.firstLine), mark])
    }
    output.table(table)
    return output
  }
}

extension RecordedCell {
  /// Whether it failed, or had failed when its file was saved.
  var hasFailed: Bool {
    if case .saved(let outputs, _) = shown {
      return outputs.contains { $0["output_type"] == "error" }
    }
    return failure != nil
  }
}

extension RecordedCell.State {
  /// The state in a word or two; nil if there is nothing to say.
  var word: String? {
    switch self {
    case .ran: nil
    case .waiting: "not run"
    case .edited: "edited, not run"
    case .stale: "stale"
    }
  }
}
