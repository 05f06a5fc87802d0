import Basics
import Cells
import Documents
import Foundation
import TensorFiles

/// The progress of several learners: a row for each, with the lessons as columns.
struct ProgressSummary {
  /// A learner's result in one lesson.
  struct Result: Equatable {
    var isFinished = false
    var isBegun = false
    var answered = 0
    var skipped = 0
    var hints = 0
    var misses = 0
  }

  /// A learner and the results in the order of the lessons.
  struct Learner {
    let name: String
    let file: String
    let results: [Result]

    var finished: Int { results.count(where: \.isFinished) }
    func sum(_ part: KeyPath<Result, Int>) -> Int { results.reduce(0) { $0 + $1[keyPath: part] } }
  }

  /// An exercise that learners had trouble with.
  struct Trouble: Equatable {
    let lesson: String
    let step: String
    var skipped = 0
    var misses = 0
    var hints = 0
  }

  let lessons: [Lesson]
  let learners: [Learner]
  /// The exercises with the most trouble, the worst first.
  let troubles: [Trouble]
  /// The files that couldn't be read, with the reasons.
  let unreadable: [(file: String, failure: Failure)]
  /// Names of lessons in the files that this program doesn't have.
  let unknown: [String]

  /// Reads the progress files; of a folder, those with the ending `.json`.
  init(of names: [String], lessons: [Lesson]) {
    self.lessons = lessons
    var read: [(file: String, progress: LessonProgress)] = []
    var unreadable: [(file: String, failure: Failure)] = []
    for name in names {
      for file in Self.files(name) {
        do {
          read.append((file, try ProgressFormat.read(file)))
        } catch {
          unreadable.append((file, Failure(error)))
        }
      }
    }
    self.unreadable = unreadable
    let titles = Self.titles(read.map(\.file))
    learners = zip(titles, read).map { title, one in
      Learner(
        name: title, file: one.file,
        results: lessons.map { Self.result(one.progress.lessons[$0.name], of: $0) })
    }
    let known = Set(lessons.map(\.name))
    unknown = Set(read.flatMap { $0.progress.lessons.keys }).subtracting(known).sorted()
    troubles = Self.troubles(read.map(\.progress), lessons)
  }

  /// The files of a name: of a folder, the JSON files in it.
  private static func files(_ name: String) -> [String] {
    var isFolder: ObjCBool = false
    let path = HomeFolder.expanding(name)
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue
    else { return [name] }
    let inside = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).sorted()
      .filter { $0.hasSuffix(".json") && !$0.hasPrefix(".") }
    return inside.isEmpty
      ? [name] : inside.map { name.hasSuffix("/") ? name + $0 : "\(name)/\($0)" }
  }

  /// The names of the files without folder and ending; with the folder where two are the same.
  static func titles(_ files: [String]) -> [String] {
    func title(_ file: String, _ parts: Int) -> String {
      let kept = file.split(separator: "/").suffix(parts).joined(separator: "/")
      return kept.hasSuffix(".json") ? String(kept.dropLast(5)) : kept
    }
    let short = files.map { title($0, 1) }
    return zip(files, short).map { file, name in
      short.count { $0 == name } == 1 ? name : title(file, 2)
    }
  }

  private static func result(_ record: LessonRecord?, of lesson: Lesson) -> Result {
    guard let record else { return Result() }
    let counts = record.best ?? record.result(of: lesson)
    return Result(
      isFinished: record.isFinished, isBegun: !record.step.isEmpty || record.isFinished,
      answered: counts.answered, skipped: counts.skipped, hints: counts.hints,
      misses: record.misses.values.reduce(0, +))
  }

  private static func troubles(_ all: [LessonProgress], _ lessons: [Lesson]) -> [Trouble] {
    var found: [Trouble] = []
    for lesson in lessons {
      let records = all.compactMap { $0.lessons[lesson.name] }
      for step in lesson.steps where step.exercise != nil {
        let trouble = Trouble(
          lesson: lesson.number.map { "lesson \($0)" } ?? lesson.name, step: step.name,
          skipped: records.count { $0.skipped.contains(step.name) },
          misses: records.reduce(0) { $0 + ($1.misses[step.name] ?? 0) },
          hints: records.reduce(0) { $0 + ($1.hints[step.name] ?? 0) })
        if trouble.skipped + trouble.misses + trouble.hints > 0 { found.append(trouble) }
      }
    }
    // Stable: equally hard ones in the order of the lessons.
    return found.enumerated().sorted {
      let (a, b) = ($0.element, $1.element)
      return (b.skipped, b.misses, b.hints, $0.offset) < (a.skipped, a.misses, a.hints, $1.offset)
    }.map(\.element)
  }

  // MARK: - Output

  /// Lessons side by side in a table.
  private static let columns = 9
  /// The exercises that are listed.
  private static let mostTroubles = 5

  /// - Parameter csv: the file that the table was written to, if it was.
  func output(csv: String?) -> Output {
    var output = Output(json: json(csv))
    for (file, failure) in unreadable {
      output.line(
        .bad("left out ") + .name(printable(file)) + ": " + Text(failure.message), hang: 2)
    }
    output.exitCode = unreadable.isEmpty ? 0 : 1
    guard !learners.isEmpty else { return output }
    var totals = Table([
      .init("learner"), .init("finished", numeric: true), .init("answered", numeric: true),
      .init("skipped", numeric: true), .init("hints", numeric: true),
      .init("misses", numeric: true),
    ])
    for learner in learners {
      totals.row(
        [.name(learner.name), Text(String(learner.finished))]
          + [\Result.answered, \.skipped, \.hints, \.misses].map { Text(String(learner.sum($0))) })
    }
    output.table(totals)
    let begun = lessons.indices.filter { place in learners.contains { $0.results[place].isBegun } }
    for start in stride(from: 0, to: begun.count, by: Self.columns) {
      output.blank()
      output.table(table(of: begun[start..<min(start + Self.columns, begun.count)]))
    }
    if !begun.isEmpty {
      output.line(
        .faint(
          "✓ finished · 5/8 answered of the exercises · – not begun; lessons that nobody began")
          + .faint(" are left out"), hang: 2)
    }
    if !troubles.isEmpty {
      output.blank()
      var table = Table([
        .init("hardest exercises"), .init("skipped", numeric: true), .init("misses", numeric: true),
        .init("hints", numeric: true),
      ])
      for trouble in troubles.prefix(Self.mostTroubles) {
        table.row([
          .name("\(trouble.lesson), \(trouble.step)"), Text(String(trouble.skipped)),
          Text(String(trouble.misses)), Text(String(trouble.hints)),
        ])
      }
      output.table(table)
    }
    if !unknown.isEmpty {
      output.line(
        .notice("not counted: ") + Text(unknown.map { printable($0) }.joined(separator: ", "))
          + ", which this program doesn't have", hang: 2)
    }
    if let csv { output.line("the table was written to " + .name(csv), hang: 2) }
    return output
  }

  private func table(of places: ArraySlice<Int>) -> Table {
    var table = Table(
      [.init("learner")] + places.map { .init(title(lessons[$0]), numeric: true) })
    for learner in learners {
      table.row(
        [.name(learner.name)]
          + places.map { place in
            let (result, lesson) = (learner.results[place], lessons[place])
            if result.isFinished { return .good("✓") }
            return result.isBegun
              ? Text("\(result.answered)/\(lesson.exercises.count)") : .faint("–")
          })
    }
    return table
  }

  private func title(_ lesson: Lesson) -> String { lesson.number.map(String.init) ?? lesson.name }

  /// A line for each learner: totals, then four columns for each lesson.
  var csv: String {
    let parts = ["finished", "answered", "skipped", "hints", "misses"]
    let head =
      ["learner", "file"] + parts
      + lessons.flatMap { lesson in parts.map { "\(lesson.name) \($0)" } }
    func numbers(_ result: Result) -> [Int] {
      [
        result.isFinished ? 1 : 0, result.answered, result.skipped, result.hints, result.misses,
      ]
    }
    let rows = learners.map { learner in
      let results = learner.results.map(numbers)
      let totals = parts.indices.map { part in results.reduce(0) { $0 + $1[part] } }
      return [learner.name, learner.file] + (totals + results.flatMap(\.self)).map { String($0) }
    }
    return ([head] + rows).map { $0.map(Self.cell).joined(separator: ",") + "\n" }.joined()
  }

  /// A text as a cell: in quotes if it has a comma, a quote or a line break (RFC 4180). A spreadsheet would
  /// compute a cell that begins with a sign of a formula, so those get an apostrophe.
  private static func cell(_ text: String) -> String {
    let safe = text.first.map { "=+-@\t".contains($0) } == true ? "'" + text : text
    return safe.contains { ",\"\r\n".contains($0) || $0.isNewline }
      ? "\"" + safe.replacing("\"", with: "\"\"") + "\"" : safe
  }

  private func json(_ csv: String?) -> JSONValue {
    func members(_ result: Result) -> JSONValue {
      [
        "finished": .boolean(result.isFinished), "answered": .integer(result.answered),
        "skipped": .integer(result.skipped), "hints": .integer(result.hints),
        "misses": .integer(result.misses),
      ]
    }
    return [
      "learners": .array(
        learners.map { learner in
          [
            "learner": .string(learner.name), "file": .string(learner.file),
            "finished": .integer(learner.finished), "answered": .integer(learner.sum(\.answered)),
            "skipped": .integer(learner.sum(\.skipped)), "hints": .integer(learner.sum(\.hints)),
            "misses": .integer(learner.sum(\.misses)),
            "lessons": .object(
              zip(lessons, learner.results).filter(\.1.isBegun).map {
                .init(name: $0.name, value: members($1))
              }),
          ]
        }),
      "unreadable": .array(
        unreadable.map { ["file": .string($0.file), "message": .string($0.failure.message)] }),
      "csv": .optional(csv),
    ]
  }
}
