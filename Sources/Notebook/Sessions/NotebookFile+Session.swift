import Basics
import Cells
import TensorFiles

extension NotebookFile {
  /// The cells of a session, numbered from 1 as when all of them run in a new one.
  ///
  /// Cells about the session itself aren't part of the file, so a cell may get another number than it had at
  /// the prompt; then `out[5]` is changed to match. Options with which the program was started become cells.
  ///
  /// - Throws: `Failure` if there is no cell.
  init(_ session: Session) throws(Failure) {
    let record = session.record
    guard record.cells.contains(where: { !$0.isNote }) else { throw .nothingToSave }
    metadata = Self.metadata(record, session.settings)
    let first = record.cells.first { !$0.isNote }?.source.trimmingSpaces()
    var opening = record.opening
    if record.seed != Settings.standardSeed, first != "seed \(record.seed)" {
      opening.insert("seed \(record.seed)", at: 0)
    }
    cells = opening.map { Cell(source: $0) }
    var numbers: [Int: Int] = [:]
    var next = opening.count
    for cell in record.cells where !cell.isNote {
      next += 1
      numbers[cell.number] = next
    }
    for cell in record.cells { cells.append(Self.cell(cell, numbers)) }
    identify()
  }

  private static func cell(_ recorded: RecordedCell, _ numbers: [Int: Int]) -> Cell {
    var cell = Cell(source: recorded.source)
    (cell.identifier, cell.metadata) = (recorded.identifier, recorded.metadata)
    if let note = recorded.note {
      (cell.isCode, cell.whole) = (false, note)
      return cell
    }
    cell.source = renumbered(recorded.source, numbers)
    cell.tagAsFailing(recorded.mayFail)
    // The output of another text would mislead.
    guard recorded.state != .edited else { return cell }
    let number = numbers[recorded.number] ?? recorded.number
    switch recorded.shown {
    case .saved(let outputs, let hasRun):
      cell.outputs = outputs
      cell.number = hasRun ? number : nil
    case .blocks, .forgotten:
      cell.number = number
      cell.outputs = NotebookOutputs.outputs(of: recorded, number: number)
    }
    return cell
  }

  /// A cell's text with `out[5]` as the number in the file.
  static func renumbered(_ source: String, _ numbers: [Int: Int]) -> String {
    guard source.contains("out["), numbers.contains(where: { $0 != $1 }) else { return source }
    return source.replacing(#/(?<before>^|[^A-Za-z0-9_.])out\[ *(?<number>[0-9]+) *\]/#) { match in
      let number = Int(match.output.number).flatMap { numbers[$0] }
      return number.map { "\(match.output.before)out[\($0)]" } ?? String(match.output.0)
    }
  }

  private static func metadata(
    _ record: SessionRecord, _ settings: Settings
  ) -> [JSONValue.Member] {
    var metadata = record.metadata
    if metadata["kernelspec"]?["language"] != .string(language) {
      metadata["kernelspec"] = [
        "display_name": "AlexNet", "language": .string(language), "name": .string(language),
      ]
    }
    metadata["language_info"] = LanguageInfo.json
    let seed = Int(exactly: record.seed).map { JSONValue.integer($0) }
    var own: [JSONValue.Member] = [.init(name: "seed", value: seed ?? .string(String(record.seed)))]
    if settings.isEngineChosen {
      own.append(.init(name: "engine", value: .string(settings.engine)))
    }
    metadata["alexnet"] = .object(own)
    return metadata
  }

  /// Gives each cell a different identifier.
  private mutating func identify() {
    var taken: Set<String> = []
    var next = 1
    for place in cells.indices {
      if let id = cells[place].identifier, Self.isIdentifier(id), taken.insert(id).inserted {
        continue
      }
      while !taken.insert("cell-\(next)").inserted { next += 1 }
      cells[place].identifier = "cell-\(next)"
    }
  }

  private static func isIdentifier(_ text: String) -> Bool {
    text.wholeMatch(of: #/[A-Za-z0-9_-]{1,64}/#) != nil
  }
}

extension NotebookFile.Cell {
  /// Adds or removes the tag that lets a cell fail.
  fileprivate mutating func tagAsFailing(_ fails: Bool) {
    let tag = JSONValue.string(NotebookFile.failingTag)
    var tags = (metadata["tags"]?.arrayValue ?? []).filter { $0 != tag }
    if fails { tags.append(tag) }
    metadata["tags"] = tags.isEmpty ? nil : .array(tags)
  }
}

/// What programs for notebooks need to know about the language of cells.
package enum LanguageInfo {
  /// As the kernel and notebook files say it.
  package static let json: JSONValue = [
    // No editor knows this language; Swift's numbers, strings and comments are the same.
    "codemirror_mode": "swift", "file_extension": ".alexnet", "mimetype": "text/x-alexnet",
    "name": .string(NotebookFile.language), "pygments_lexer": "text",
    "version": .string(Version.number),
  ]
}

extension Failure {
  /// There is no cell to write.
  static let nothingToSave = Failure(
    .order, "no cell has run yet, so there is nothing to save", hint: "for example next")
}

// MARK: - Opening

extension SessionRecord {
  /// The cells of a notebook, none of which has run.
  init(_ file: NotebookFile) {
    self.init(seed: file.seed ?? Settings.standardSeed)
    metadata = file.metadata
    var number = 0
    for cell in file.cells {
      let isNote = !cell.isCode || cell.source.allSatisfy(\.isWhitespace)
      if !isNote { number += 1 }
      var recorded = RecordedCell(number: isNote ? 0 : number, source: cell.source)
      (recorded.identifier, recorded.metadata) = (cell.identifier, cell.metadata)
      recorded.shown = .saved(cell.outputs, hasRun: cell.number != nil || !cell.outputs.isEmpty)
      (recorded.state, recorded.mayFail) = (.waiting, cell.mayFail)
      // An empty cell of code says nothing, so it goes.
      if cell.isCode, isNote { continue }
      recorded.note = cell.whole
      cells.append(recorded)
    }
  }

  /// The cells of a saved session, none of which has run.
  init(_ script: Script) {
    self.init(seed: script.seed ?? Settings.standardSeed)
    var number = 0
    for instruction in script.instructions {
      number = instruction.number ?? number + 1
      var recorded = RecordedCell(number: number, source: instruction.source)
      (recorded.shown, recorded.state) = (.saved([], hasRun: false), .waiting)
      cells.append(recorded)
    }
  }
}
