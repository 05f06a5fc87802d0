import Basics

/// The result of one case.
package struct GoldenResult: Hashable, Sendable {
  /// How far the verifier got.
  package enum Outcome: Hashable, Sendable {
    /// Everything was compared, whether it passed or not.
    case compared([GoldenComparison])
    /// The engine can't compute the operation, for this reason.
    case declined(String)
    /// The file isn't a case, or its outputs can't be read, for this reason.
    case unreadable(String)
    /// It has no outputs: the file with this name doesn't exist.
    case missing(String)
  }

  /// The case's file, below the suite's root.
  package let path: String
  /// The name of the case, or of the file if it can't be read.
  package let name: String
  /// The operation; empty if the file can't be read.
  package let operation: String
  /// The command that writes the case again; nil if the file can't be read.
  package let regenerate: String?
  /// How far the verifier got.
  package let outcome: Outcome

  /// The tensors that were compared.
  package var comparisons: [GoldenComparison] {
    if case .compared(let comparisons) = outcome { return comparisons }
    return []
  }

  /// Whether everything was compared and is within its bounds.
  package var passed: Bool {
    if case .compared(let comparisons) = outcome { return comparisons.allSatisfy(\.passed) }
    return false
  }

  /// The comparison with the largest ratio of error and bound.
  package var worst: GoldenComparison? {
    comparisons.max { a, b in (a.worst?.ratio ?? 0) < (b.worst?.ratio ?? 0) }
  }

  /// What is wrong, one line each; empty if the case passed.
  package var failures: [String] {
    switch outcome {
    case .declined(let reason), .unreadable(let reason): return ["\(path): \(reason)"]
    case .missing(let file): return ["\(path): \(file) is missing"]
    case .compared(let comparisons):
      return comparisons.filter { !$0.passed }.flatMap { failure(of: $0) }
    }
  }

  private func failure(of comparison: GoldenComparison) -> [String] {
    let place = "\(operation)/\(name): \(comparison.tensor)"
    guard let first = comparison.first else { return ["\(place): \(comparison.problem ?? "")"] }
    let many =
      comparison.failures == 1
      ? "1 of \(comparison.count) elements is out of bounds"
      : "\(comparison.failures) of \(comparison.count) elements are out of bounds, the first"
    let apart = first.ulps.map { ", \($0) ULP" } ?? ""
    return [
      "\(place)\(first.label == nil ? "" : " ")\(first.place): expected \(first.expected), "
        + "got \(first.got); error \(NumberFormat.short(first.error)), bound \(NumberFormat.short(first.bound))\(apart). "
        + (comparison.failures == 1 ? many + "." : many + " shown."),
      "  the bound: \(first.reason)",
      "  to write the case again: \(regenerate ?? "")",
    ]
  }
}
