import Basics
import Cells
import Documents
import Networks
import TensorFiles

/// The lessons with the learner's progress.
struct ProgressReport {
  private let lessons: [Lesson]
  private let store: ProgressStore

  init(_ lessons: [Lesson], _ store: ProgressStore) {
    (self.lessons, self.store) = (lessons, store)
  }

  /// The list of lessons, for choosing one.
  var list: Output {
    var output = Output(json: json)
    addNote(to: &output)
    var table = Table([
      Table.Column("", numeric: true), Table.Column("lesson"),
      Table.Column("minutes", numeric: true, drop: 1), Table.Column("progress"),
    ])
    for lesson in lessons {
      table.row([
        Text(lesson.number.map { String($0) } ?? ""), .name(lesson.title),
        Text(String(lesson.minutes)), status(of: lesson),
      ])
    }
    output.table(table)
    let minutes = lessons.map(\.minutes).reduce(0, +)
    var sum = NumberFormat.count(lessons.count, "lesson")
    if minutes >= 60 { sum += ", \(NumberFormat.fixed(Double(minutes) / 60, 1)) hours" }
    output.line(
      .faint(sum + ". ") + .name("lesson next")
        + (nextLesson.map { " opens " + .name($0.title) + "." } ?? ": all are done."))
    return output
  }

  /// The progress in steps and exercises.
  var output: Output {
    var output = Output(json: json)
    addNote(to: &output)
    var table = Table([
      Table.Column("", numeric: true), Table.Column("lesson"), Table.Column("progress"),
      Table.Column("answered", numeric: true), Table.Column("skipped", numeric: true),
      Table.Column("hints", numeric: true),
    ])
    for lesson in lessons {
      let result = result(of: lesson)
      table.row([
        Text(lesson.number.map { String($0) } ?? ""), .name(lesson.title), status(of: lesson),
        Text("\(result?.answered ?? 0)/\(lesson.exercises.count)"),
        Text(result.map { String($0.skipped) } ?? ""),
        Text(result.map { String($0.hints) } ?? ""),
      ])
    }
    if !lessons.isEmpty { output.table(table) }
    let done = lessons.filter { store.progress.lessons[$0.name]?.isFinished == true }.count
    output.line(
      Text("\(done) of \(lessons.count) lessons done")
        + .faint(store.progress.seed.map { ", your numbers have the seed \($0)" } ?? ""))
    if let path = store.path { output.line(.faint("kept in \(path)"), hang: 4) }
    return output
  }

  private func addNote(to output: inout Output) {
    if let note = store.note { output.line(.notice("note: ") + Text(note), hang: 6) }
  }

  private func status(of lesson: Lesson) -> Text {
    guard let record = store.progress.lessons[lesson.name], !record.step.isEmpty else { return "–" }
    let place = "step \(min(record.index, lesson.steps.count - 1) + 1) of \(lesson.steps.count)"
    guard record.isFinished else { return Text(place) }
    return .good("✓ done") + (record.isRetaken ? Text(" · again at " + place) : "")
  }

  /// The result of a lesson: the best one if it is finished, otherwise the current one.
  private func result(of lesson: Lesson) -> LessonResult? {
    guard let record = store.progress.lessons[lesson.name] else { return nil }
    return record.best ?? record.result(of: lesson)
  }

  private var nextLesson: Lesson? {
    lessons.first { store.progress.lessons[$0.name]?.isFinished != true }
  }

  private var json: JSONValue {
    [
      "lessons": .array(lessons.map(json)), "file": .optional(store.path),
      "seed": store.progress.seed.map { .integer(Int(clamping: $0)) } ?? .null,
      "ask": .boolean(store.progress.asks), "note": .optional(store.note),
    ]
  }

  private func json(_ lesson: Lesson) -> JSONValue {
    let record = store.progress.lessons[lesson.name]
    return [
      "number": lesson.number.map { .integer($0) } ?? .null, "name": .string(lesson.name),
      "title": .string(lesson.title), "minutes": .integer(lesson.minutes),
      "steps": .integer(lesson.steps.count), "exercises": .integer(lesson.exercises.count),
      "step": .optional(record.flatMap { $0.step.isEmpty ? nil : $0.step }),
      "done": .array((record?.done ?? []).map { .string($0) }),
      "skipped": .array((record?.skipped ?? []).map { .string($0) }),
      "hints": .integer(record?.hints.values.reduce(0, +) ?? 0),
      "finished": .boolean(record?.isFinished ?? false),
      "best": result(of: lesson).map {
        [
          "answered": .integer($0.answered), "skipped": .integer($0.skipped),
          "hints": .integer($0.hints),
        ]
      } ?? .null,
    ]
  }
}
