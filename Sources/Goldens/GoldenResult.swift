/// What came of one case.
public struct GoldenResult: Hashable, Sendable {
  /// How far the verifier got.
  public enum Outcome: Hashable, Sendable {
    /// Everything was compared, whether it passed or not.
    case compared([GoldenComparison])
    /// The engine cannot compute the operation, and says why.
    case declined(String)
    /// The file is no case, or its outputs cannot be read, for this reason.
    case unreadable(String)
    /// Nobody computed outputs for it: the file by this name does not exist.
    case missing(String)
  }

  /// The case's file, below the suite's root.
  public let path: String
  /// The name of the case; that of the file where it cannot be read.
  public let name: String
  /// The operation; empty where the file cannot be read.
  public let operation: String
  /// The command that writes the case again; nil where the file cannot be read.
  public let regenerate: String?
  /// How far the verifier got.
  public let outcome: Outcome

  /// The tensors that were compared.
  public var comparisons: [GoldenComparison] {
    if case .compared(let comparisons) = outcome { return comparisons }
    return []
  }

  /// Whether everything was compared and lies within its bounds.
  public var passed: Bool {
    if case .compared(let comparisons) = outcome { return comparisons.allSatisfy(\.passed) }
    return false
  }

  /// The comparison that came nearest to its bound, or went farthest beyond it.
  public var worst: GoldenComparison? {
    comparisons.max { a, b in (a.worst?.ratio ?? 0) < (b.worst?.ratio ?? 0) }
  }

  /// What is wrong, one line each; empty where the case passed.
  public var failures: [String] {
    switch outcome {
    case .declined(let reason), .unreadable(let reason): return ["\(path): \(reason)"]
    case .missing(let file): return ["\(path): there is no \(file)"]
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
        + "got \(first.got); error \(short(first.error)), bound \(short(first.bound))\(apart). "
        + (comparison.failures == 1 ? many + "." : many + " shown."),
      "  the bound: \(first.reason)",
      "  to write the case again: \(regenerate ?? "")",
    ]
  }
}
