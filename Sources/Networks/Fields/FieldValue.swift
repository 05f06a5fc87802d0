import Basics

/// The value of one field of a layer, as commands and files write it.
public enum FieldValue: Hashable, Sendable {
  /// A whole number: a kernel, a stride.
  case whole(Int)
  /// Any number: α, a rate.
  case real(Double)
  /// A word: a rounding, a convention.
  case word(String)

  /// The value that the user typed: a number if it reads as one, else a word.
  public init(_ text: String) {
    if let whole = Int(text) {
      self = .whole(whole)
    } else if text.first.map({ $0.isNumber || "+-.".contains($0) }) == true,
      let real = Double(text), real.isFinite
    {
      self = .real(real)
    } else {
      self = .word(text)
    }
  }
}

extension FieldValue: CustomStringConvertible {
  /// The value as it is typed: `11`, `0.0001`, `floor`.
  public var description: String {
    switch self {
    case .whole(let whole): String(whole)
    case .real(let real): NumberFormat.shortest(real, minus: .hyphen)
    case .word(let word): word
    }
  }
}

/// Thrown when a field can't take a value.
struct FieldProblem: DescribedError, Hashable {
  /// What it takes: `a whole number`, `one of floor, ceil`.
  let expected: String
  /// What was probably meant.
  var suggestion: String?

  var kind: ErrorKind { .network }
  var message: String { "it takes \(expected)" }
  var hint: String? { suggestion.map { "did you mean \($0)?" } }
}
