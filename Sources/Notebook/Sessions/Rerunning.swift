import Basics
import Cells
import Documents
import Lessons
import TensorFiles

extension Session {
  /// Runs the session's cells that haven't run since they were opened or edited.
  ///
  /// - Throws: `Failure` if there is none.
  mutating func runWaiting() throws -> Output {
    let places = record.cells.indices.filter { place in
      let cell = record.cells[place]
      return !cell.isNote && (cell.state == .waiting || cell.state == .edited)
    }
    guard !places.isEmpty else {
      throw Failure(
        .usage, "every cell has run; run FILE runs the cells of a file",
        hint: "rerun N runs a cell again")
    }
    return try rerun(places, again: "run")
  }

  /// Runs recorded cells again, in their order, until one fails that didn't before.
  ///
  /// - Parameter again: the command that goes on after a stop.
  mutating func rerun(_ places: [Int], again: String) throws -> Output {
    guard depth == 0 else {
      throw Failure(.usage, "a script can't run the session's own cells again")
    }
    depth += 1
    let number = cell
    defer {
      depth -= 1
      renumber(number)
    }
    var objects: [JSONValue] = []
    var exercises = CellExercises()
    for (count, place) in places.enumerated() {
      let before = record.cells[place]
      let value = results[before.number]
      let isOfLesson = exercises.takes(before.source, in: self)
      let result = exercises.run(before.source, in: &self) { $0.runRecorded(place) }
      if isOfLesson, result.failure?.kind != .cancelled {
        record.cells[place].take(result, effective: "")
      }
      objects.append(result.json)
      if result.failure?.kind == .cancelled {
        var output = Output()
        var failure = Failure(
          .cancelled, "stopped in cell \(before.number)",
          hint: "\(NumberFormat.count(count, "cell")) ran before it; \(again) goes on with it")
        failure.isLocated = true
        output.failure = failure
        return output
      }
      let isSame = record.cells[place].showsTheSame(as: before) && results[before.number] == value
      if !isSame, before.state != .waiting { record.markStale(after: place, commands) }
      if let failure = result.failure {
        guard before.mayFail else {
          var output = Output()
          output.failure = Script.located(failure, in: "cell \(before.number)")
          return output
        }
        show(failure.output)
      }
      if let effect = result.output.effect {
        var output = Output(json: ["cells": .array(objects)])
        output.effect = effect
        return output
      }
    }
    var output = Output(json: ["cells": .array(objects)])
    let stale = record.cells.filter { $0.state == .stale }.map(\.number)
    if !stale.isEmpty {
      output.line(
        .notice("stale: ") + "\(Self.list(stale)). " + .name("rerun")
          + .faint(" runs what is stale; history shows all cells"), hang: 7)
    }
    return output
  }

  /// Numbers of cells as words: `cells 3, 5, 6`.
  static func list(_ numbers: [Int]) -> String {
    let shown = numbers.prefix(12).map(String.init).joined(separator: ", ")
    let more = numbers.count > 12 ? " and \(numbers.count - 12) more" : ""
    return "cell\(numbers.count == 1 ? "" : "s") \(shown)\(more)"
  }
}

extension RecordedCell {
  /// Whether two runs showed the same, apart from times.
  fileprivate func showsTheSame(as other: RecordedCell) -> Bool {
    func lines(_ cell: RecordedCell) -> [String] {
      Timeless.lines(Document(cell.blocks).plainText)
    }
    return lines(self) == lines(other)
  }
}

extension SessionRecord {
  /// Marks the cells after a changed one that may depend on it as stale, and those that may depend on them.
  mutating func markStale(after place: Int, _ commands: CommandTable) {
    var bound: Set<String> = []
    var uses: [CellUse] = []
    for cell in cells {
      let use = cell.isNote ? CellUse() : CellUse(cell.source, bound: bound, commands)
      bound.formUnion(use.names)
      uses.append(use)
    }
    var changed = uses[place]
    changed.results.insert(cells[place].number)
    for later in cells.indices.dropFirst(place + 1) where !cells[later].isNote {
      guard uses[later].depends(on: changed) else { continue }
      if cells[later].state == .ran { cells[later].state = .stale }
      changed.names.formUnion(uses[later].names)
      changed.results.insert(cells[later].number)
      changed.changesNetwork = changed.changesNetwork || uses[later].changesNetwork
    }
  }
}
