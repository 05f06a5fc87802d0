import Basics
import Cells
import Datasets
import Documents
import TensorFiles
import Tensors

/// Text without what differs from run to run.
package enum Timeless {
  /// A text with `(… s)` in place of `(0.16 s)`, `… s` in place of times in columns, and `peak memory …`.
  ///
  /// A time's width determines where lines break and how far apart columns are, so the space before each is
  /// reduced to a single gap.
  package static func text(_ text: String) -> String {
    text.replacing(#/\s+\([0-9.]+\s+(?:ms|s|min)(?:,\s+(?<engine>[a-z0-9-]+))?\)/#) { match in
      "  (… s\(match.output.engine.map { ", \($0)" } ?? ""))"
    }
    .replacing(#/  +[0-9.]+ (?:ms|s|min)(?=  |\n|$)/#) { _ in "  … s" }
    .replacing(#/peak memory [0-9.]+ [KMG]iB/#) { _ in "peak memory …" }
  }

  /// The lines of a text that aren't empty, without times and without spaces at their ends.
  static func lines(_ text: String) -> [String] {
    // The speed of a training run is a time too.
    Self.text(text).replacing(#/[0-9.,]+ (?=img\/s|images\/s)/#) { _ in "… " }
      .split(separator: "\n").map { $0.trimmingTrailingSpaces() }.filter { !$0.isEmpty }
  }
}

/// Runs the cells of a notebook file in a separate session, and compares what they show with what the
/// file has.
struct SessionCheck {
  /// Where a cell's output differs from the file's.
  struct Difference {
    /// The cell's number.
    var cell: Int
    /// What differs: `line 3`.
    var place: String
    var expected: String
    var got: String
  }

  /// The cells that ran.
  private(set) var ran = 0
  /// The cells that the file has no output to compare with.
  private(set) var unknown = 0
  /// The first difference of each cell that has one.
  private(set) var differences: [Difference] = []
  /// The failure that ended the run, with the cell's number.
  private(set) var failure: (cell: Int, failure: Failure)?
  /// The number of cells.
  let count: Int
  /// Why outputs can differ that were right: the file was saved with another engine.
  let note: String?

  /// Runs all cells, or those before the first that fails and didn't when the file was saved.
  ///
  /// - Throws: `Cancelled`.
  init(_ file: NotebookFile, _ settings: Settings, _ host: any Cells.Host) throws {
    let cells = file.numberedCode
    count = cells.count
    note = Self.note(file.engine, settings)
    let checkHost = CheckHost(host, isInteractive: Self.isOfPrompt(cells.map(\.cell)))
    var notebook = Notebook(host: checkHost, settings: settings)
    for (number, cell) in cells {
      host.report(progress: "cell \(number) of \(count)")
      notebook.number(next: number)
      let result = notebook.run(cell.source)
      try host.cancellation.check()
      ran += 1
      if cell.number == nil, cell.outputs.isEmpty {
        unknown += 1
      } else {
        let got = NotebookOutputs.outputs(
          of: result.output.blocks, hasValue: result.output.value != nil, result.failure,
          number: number)
        if let found = Self.difference(from: cell.outputs, to: got, cell: number) {
          differences.append(found)
        }
      }
      let hadFailed = cell.outputs.contains { $0["output_type"] == "error" }
      if let failed = result.failure, !cell.mayFail, !hadFailed {
        failure = (number, failed)
        break
      }
      if result.output.effect?.quits == true { break }
    }
    host.report(progress: nil)
  }

  private static func note(_ saved: String?, _ settings: Settings) -> String? {
    let chosen = settings.isEngineChosen ? settings.engine : nil
    guard saved != chosen else { return nil }
    func words(_ engine: String?) -> String {
      engine.map { "with --engine \($0)" } ?? "without --engine"
    }
    return "the file was saved \(words(saved)), and this check ran \(words(chosen)): "
      + "the last digits can differ"
  }

  /// Whether the outputs are those of a prompt, where some cells also show what ran first and what to try.
  private static func isOfPrompt(_ cells: [NotebookFile.Cell]) -> Bool {
    cells.contains { cell in
      cell.outputs.contains {
        NotebookOutputs.text(of: $0).contains(#/(?m)^(try  |ran .* first$)/#)
      }
    }
  }

  /// The first line, or else image, in which a cell's outputs differ.
  static func difference(
    from expected: [JSONValue], to got: [JSONValue], cell: Int
  ) -> Difference? {
    func lines(_ outputs: [JSONValue]) -> [String] {
      Timeless.lines(outputs.map(NotebookOutputs.text).joined(separator: "\n"))
    }
    let (old, new) = (lines(expected), lines(got))
    for place in 0..<max(old.count, new.count) {
      let (before, now) = (old.element(place), new.element(place))
      guard before != now else { continue }
      return Difference(
        cell: cell, place: "line \(place + 1)", expected: before ?? "(no more lines)",
        got: now ?? "(no more lines)")
    }
    let pairs = zip(
      expected.compactMap(NotebookOutputs.image), got.compactMap(NotebookOutputs.image))
    for (place, (before, now)) in pairs.enumerated() where before != now {
      let isSameSize = before.width == now.width && before.height == now.height
      let count = zip(before.bytes, now.bytes).count { $0 != $1 }
      return Difference(
        cell: cell, place: "image \(place + 1)", expected: "\(before.width)×\(before.height)",
        got: isSameSize
          ? "the same size, with \(NumberFormat.count(count, "other value"))"
          : "\(now.width)×\(now.height)")
    }
    return nil
  }

  /// The report; its exit code is 1 if anything differs or fails.
  func output(name: String) -> Output {
    var output = Output()
    for found in differences {
      output.line(
        .bad("✗ ") + .strong("cell \(found.cell)") + ", \(found.place) differs", hang: 2)
      output.line(.faint("expected  ") + Text(found.expected), indent: 2, hang: 12)
      output.line(.faint("got       ") + Text(found.got), indent: 2, hang: 12)
    }
    if let failure {
      output.line(
        .bad("✗ ") + .strong("cell \(failure.cell)")
          + " failed, so the cells after it didn't run: \(failure.failure.message)", hang: 2)
    }
    let isSame = differences.isEmpty && failure == nil
    var summary =
      isSame
      ? .good("✓ ") + Text("\(name): \(NumberFormat.count(ran, "cell")) ran, with the same output")
      : Text("\(name): \(ran) of \(NumberFormat.count(count, "cell")) ran, ")
        + "\(differences.count == 1 ? "1 has" : "\(differences.count) have") other output"
    if unknown > 0 { summary += .faint("  (\(unknown) had no output to compare with)") }
    output.line(summary, hang: 2)
    if let note { output.line(.notice("note: ") + Text(note), hang: 6) }
    output.exitCode = isSame ? 0 : 1
    output.json = json(name: name, isSame: isSame)
    return output
  }

  private func json(name: String, isSame: Bool) -> JSONValue {
    let list = differences.map { found -> JSONValue in
      [
        "cell": .integer(found.cell), "place": .string(found.place),
        "expected": .string(found.expected), "got": .string(found.got),
      ]
    }
    return [
      "file": .string(name), "same": .boolean(isSame), "cells": .integer(count),
      "ran": .integer(ran), "uncompared": .integer(unknown), "differences": .array(list),
      "failure": .optional(failure?.failure.message), "note": .optional(note),
    ]
  }
}

extension Array {
  fileprivate func element(_ place: Int) -> Element? { place < count ? self[place] : nil }
}

/// A host that shows nothing but progress, and stops when another does.
private final class CheckHost: Cells.Host {
  let cancellation: Cancellation
  let isInteractive: Bool
  private let other: any Cells.Host

  init(_ other: any Cells.Host, isInteractive: Bool) {
    (self.other, cancellation, self.isInteractive) = (other, other.cancellation, isInteractive)
  }

  func show(_ document: Document) {}
  func report(progress: String?) { if progress != nil { other.report(progress: progress) } }
}
