import ArgumentParser
import Basics
import Cells
import Documents

/// Runs cells of the session again.
package struct RerunCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "rerun",
    abstract: "Run cells of the session again: rerun 3, rerun 3...7; alone, all that are stale.",
    discussion: """
      A cell runs in the session as it is now, and its new output replaces the old one: rerunning next \
      runs the layer after the last, as typing it would. If it gives something else than before, the cells \
      after it that may depend on it are marked as stale; they don't run by themselves. rerun alone runs \
      the cells that are stale, and those that haven't run since they were edited or opened. To run \
      everything from a fresh start: save FILE.ipynb, open FILE.ipynb, run.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("rerun 1", "a cell", expect: "[1]> let a = 2", after: ["let a = 2"]),
    Example(
      "rerun", "what is stale, and what was edited", expect: "[2]> a + 1",
      after: ["let a = 2", "a + 1", "edit 1 let a = 3"]),
    Example("rerun 1...2", "several cells", expect: "[2]> 2 + 2", after: ["1 + 1", "2 + 2"]),
    .slip("rerun 7", "a number that no cell has", expect: "no cell 7", after: ["1 + 1"]),
    .slip("rerun 2...1", "a range that goes down", expect: "rerun 1...2", after: ["1 + 1"]),
    .slip("rerun", "nothing is stale", expect: "nothing is stale", after: ["1 + 1"]),
    .slip("rerun next", "a cell's number is needed", expect: "rerun 3", after: ["1 + 1"]),
  ]

  @Argument(help: "The number of a cell, or of the first and the last: 3...7.")
  var cells: String?
  @OptionGroup package var options: GlobalOptions

  /// True: its cells may change the whole session.
  package static let runsCells = true

  /// A command with its defaults.
  package init() {}

  /// The numbers of the cells.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count > 2 ? [] : session.record.cells.filter { !$0.isNote }.map { String($0.number) }
  }

  /// Runs the cells in their order.
  package func run(in session: inout Session) throws -> Output {
    let record = session.record
    guard let cells else {
      let places = record.cells.indices.filter { place in
        !record.cells[place].isNote && record.cells[place].state != .ran
      }
      guard !places.isEmpty else {
        throw Failure(.order, "nothing is stale", hint: "rerun 3 runs cell 3 again")
      }
      return try session.rerun(places, again: "rerun")
    }
    let range = try Self.range(cells)
    let places = record.cells.indices.filter { place in
      !record.cells[place].isNote && range.contains(record.cells[place].number)
    }
    guard !places.isEmpty else {
      let what = range.count == 1 ? "cell \(range.lowerBound)" : "cell from \(cells)"
      throw Failure(.name, "there is no \(what)", hint: "history lists the cells")
    }
    return try session.rerun(places, again: "rerun \(cells)")
  }

  private static func range(_ text: String) throws(Failure) -> ClosedRange<Int> {
    let ends = text.split(separator: "...", omittingEmptySubsequences: false).map { Int($0) }
    switch (ends.count, ends.first ?? nil, ends.last ?? nil) {
    case (1, let number?, _): return number...number
    case (2, let first?, let last?):
      guard first <= last else {
        throw Failure(
          .usage, "\(quoted(text)) goes down", hint: "rerun \(last)...\(first), from first to last")
      }
      return first...last
    default:
      throw Failure(
        .usage, "\(quoted(text)) isn't the number of a cell", hint: "rerun 3, or rerun 3...7")
    }
  }
}
