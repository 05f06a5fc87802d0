import Basics
import Cells
import Documents
import Foundation
import Goldens
import Layers
import Networks
import TensorFiles

/// Golden results as a table, followed by the failures: one line per case and every failure in full,
/// or one line per operation, the first failures and the names of the others.
struct GoldenReport {
  /// The report; its exit code is 1 if a case failed.
  let output: Output

  /// Lays out the results.
  ///
  /// - Parameters:
  ///   - engine: the name of the engine, or the folder of the other program's outputs.
  ///   - precision: the engine's, if it is one.
  ///   - leftOut: how many cases weren't run, since the engine doesn't train in its precision.
  ///   - showsAll: whether each case has a line and each failure is shown.
  init(
    _ results: [GoldenResult], engine: String, precision: Precision = .float, leftOut: Int = 0,
    showsAll: Bool
  ) {
    var output = Output()
    var table = Table([
      .init(showsAll ? "case" : "operation"), .init("cases", numeric: true, drop: 3),
      .init("tensors", numeric: true, drop: 2), .init("error", numeric: true),
      .init("bound", numeric: true), .init("of bound", numeric: true, drop: 4),
      .init("ULP", numeric: true, drop: 1), .init(""),
    ])
    let groups =
      showsAll
      ? results.map { ("\($0.operation) \($0.name)", [$0]) }
      : Dictionary(grouping: results) { $0.operation.isEmpty ? $0.path : $0.operation }
        .sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    for (name, members) in groups {
      let comparisons = members.flatMap(\.comparisons)
      let worst = members.compactMap(\.worst).compactMap(\.worst).max { $0.ratio < $1.ratio }
      let failed = members.count { !$0.passed }
      table.row([
        .name(name), Text("\(members.count)"), Text("\(comparisons.count)"),
        Text(worst.map { NumberFormat.short($0.error) } ?? "–"),
        Text(worst.map { NumberFormat.short($0.bound) } ?? "–"),
        Text(worst.map { NumberFormat.percent($0.ratio) } ?? "–"),
        Text(worst?.ulps.map { "\($0)" } ?? "–"),
        failed == 0 ? .good("✓") : .bad("✗ \(failed) failed"),
      ])
    }
    output.table(table)
    let failed = results.filter { !$0.passed }
    let shown = showsAll ? failed[...] : failed.prefix(3)
    for result in shown {
      output.blank()
      for line in result.failures where showsAll || !line.hasPrefix("  ") {
        output.line(line.hasPrefix("  ") ? Text(line) : .bad(line), hang: 4)
      }
    }
    if shown.count < failed.count {
      output.blank()
      let others = failed.dropFirst(shown.count).map(\.name).joined(separator: ", ")
      output.line(.bad("also failed: ") + Text(others), hang: 4)
    }
    output.blank()
    let tensors = results.reduce(0) { $0 + $1.comparisons.count }
    output.line(
      failed.isEmpty
        ? .good(
          "✓ \(NumberFormat.count(results.count, "case")), \(NumberFormat.count(tensors, "tensor")): \(engine)\(precision == .float ? "" : " with \(precision.rawValue)") agrees with every golden value within its bound"
        )
        : .bad("✗ \(failed.count) of \(results.count) cases failed: \(engine)"), hang: 2)
    if failed.isEmpty {
      output.line(.faint("shown: the number closest to its bound"), indent: 2)
    }
    if let line = Self.rounding(results, precision) { output.line(line, indent: 2, hang: 4) }
    if leftOut > 0 {
      let cases = NumberFormat.count(leftOut, "case of training is", "cases of training are")
      output.line(.faint("\(cases) left out, and so are gradients"), indent: 2)
    }
    output.exitCode = failed.isEmpty ? 0 : 1
    output.json = [
      "engine": .string(engine), "precision": .string(precision.rawValue),
      "left_out": .integer(leftOut), "passed": .integer(results.count - failed.count),
      "failed": .integer(failed.count), "cases": .array(results.map(Self.json)),
    ]
    self.output = output
  }

  /// The largest error that rounded operands caused, as a share of its bound. (The sums of the rounded
  /// operands are compared too, within much smaller bounds.)
  private static func rounding(_ results: [GoldenResult], _ precision: Precision) -> Text? {
    let rounded = results.flatMap { result in
      result.comparisons.filter { !$0.isOfRoundedOperands }.compactMap { comparison in
        comparison.worst.map { (result.name, comparison.tensor, $0.ratio) }
      }
    }
    guard precision != .float, let worst = rounded.max(by: { $0.2 < $1.2 }) else { return nil }
    return .faint(
      "the largest error from rounding: \(NumberFormat.percent(worst.2)) of its bound, "
        + "\(worst.1) of \(worst.0)")
  }

  private static func json(_ result: GoldenResult) -> JSONValue {
    [
      "case": .string(result.name), "operation": .string(result.operation),
      "path": .string(result.path), "passed": .boolean(result.passed),
      "failures": .array(result.failures.map { .string($0) }),
      "tensors": .array(
        result.comparisons.map {
          [
            "tensor": .string($0.tensor), "count": .integer($0.count),
            "failures": .integer($0.failures),
            "error": $0.worst.map { .number($0.error) } ?? .null,
            "bound": $0.worst.map { .number($0.bound) } ?? .null,
            "ulps": $0.worst?.ulps.map { .integer($0) } ?? .null,
          ]
        }),
    ]
  }
}
