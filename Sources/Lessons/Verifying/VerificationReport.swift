import Basics
import Cells
import Documents
import Networks
import TensorFiles

/// The output of `lesson verify`.
struct VerificationReport {
  private let reports: [LessonVerifier.Report]

  init(_ reports: [LessonVerifier.Report]) { self.reports = reports }

  /// One lesson's lines of text.
  static func lines(of report: LessonVerifier.Report) -> Output {
    var output = Output()
    add(report, to: &output)
    return output
  }

  /// The summary after all lessons, and the JSON objects; the exit code is 1 if there are problems.
  var output: Output {
    var output = Output()
    let problems = reports.map(\.problems.count).reduce(0, +)
    if reports.count > 1 {
      let broken = reports.filter { !$0.problems.isEmpty }.count
      output.line(
        problems == 0
          ? .good("✓ ") + "\(NumberFormat.count(reports.count, "lesson")) verified"
          : .bad("✗ ")
            + "\(NumberFormat.count(problems, "problem")) in \(broken) of \(reports.count) lessons")
    }
    output.json = [
      "lessons": .array(reports.map(Self.json)), "problems": .integer(problems),
    ]
    output.exitCode = problems == 0 ? 0 : 1
    return output
  }

  private static func add(_ report: LessonVerifier.Report, to output: inout Output) {
    let seconds =
      Double(report.duration.components.seconds)
      + Double(report.duration.components.attoseconds) * 1e-18
    let mark: Text = report.problems.isEmpty ? .good("✓ ") : .bad("✗ ")
    let steps = report.lesson?.steps.count ?? 0
    let count = report.kinds.values.reduce(0, +)
    let kinds = Exercise.Kind.allCases.filter { report.kinds[$0] != nil }.map {
      "\(report.kinds[$0]!) \($0.rawValue)"
    }
    var counts = "\(NumberFormat.count(steps, "step")), \(NumberFormat.count(report.cells, "cell"))"
    counts += ", \(NumberFormat.count(count, "exercise")) × \(LessonVerifier.seeds.count) seeds"
    if !kinds.isEmpty { counts += " (" + kinds.joined(separator: ", ") + ")" }
    let line: Text = mark + .name(report.file) + Text("   " + counts)
    output.line(line + .faint("   " + DurationFormat.format(seconds)), hang: 4)
    for (problem, mark) in report.problems.map({ ($0, "") })
      + report.warnings.map({ ($0, "warning: ") })
    {
      output.line(
        .name("\(report.file), line \(problem.line)") + ": " + .notice(mark)
          + Text(problem.message), indent: 2, hang: 6)
      if let hint = problem.hint { output.line(.faint("hint: ") + Text(hint), indent: 6, hang: 12) }
    }
  }

  private static func json(_ problem: LessonProblem) -> JSONValue {
    [
      "line": .integer(problem.line), "message": .string(problem.message),
      "hint": .optional(problem.hint),
    ]
  }

  private static func json(_ report: LessonVerifier.Report) -> JSONValue {
    [
      "file": .string(report.file), "steps": .integer(report.lesson?.steps.count ?? 0),
      "cells": .integer(report.cells),
      "exercises": .integer(report.kinds.values.reduce(0, +)),
      "kinds": .object(
        Exercise.Kind.allCases.filter { report.kinds[$0] != nil }.map {
          .init(name: $0.rawValue, value: .integer(report.kinds[$0]!))
        }),
      "problems": .array(report.problems.map(json)),
      "warnings": .array(report.warnings.map(json)),
    ]
  }
}
