import Basics
import Cells

/// What an answer is counted or measured in, and what the words around a number mean.
struct AnswerUnit {
  /// As the exercise writes it: `pixels`, `%`, `MB`.
  let name: String?
  /// The question, whose words may be repeated in an answer: `byte 215`.
  private let question: String

  init(_ name: String?, question: String) {
    (self.name, self.question) = (name, question.lowercased())
  }

  /// Whether the answer is a number of percent, or of percentage points.
  var isPercent: Bool {
    ["percent", "point"].contains(name.map { Self.measure(of: $0) ?? "" } ?? "")
  }

  /// What a question says of the unit: `in pixels`; nil where there is nothing to say.
  var remark: String? {
    guard let name else { return nil }
    let isSaid = question.contains(name.lowercased()) || name == "times"
    if Self.measure(of: name) == "percent" {
      return isSaid || question.contains("percent") ? nil : "in percent"
    }
    return isSaid ? nil : "in \(name)"
  }

  /// A number as a person would give it, with the unit.
  func text(_ number: String) -> String {
    guard let name else { return number }
    return name == "%" ? number + name : "\(number) \(name)"
  }

  /// What to divide a number by that is followed by these words: 100 for percent, mostly 1.
  ///
  /// - Throws: `Failure` if the words contradict the question.
  func divisor(of words: String) throws -> Double {
    let words = words.lowercased().trimmingSpaces()
    if words.isEmpty { return 1 }
    if let measure = Self.measure(of: words) {
      if measure == name.flatMap({ Self.measure(of: $0) }) { return 1 }
      if measure == "percent" { return isPercent ? 1 : 100 }
      if let name, Self.measure(of: name) != nil {
        throw Failure(.usage, "the answer is wanted in \(name)", hint: "type the number alone")
      }
    }
    for word in words.split(separator: " ") where !isKnown(String(word)) {
      throw Failure(
        .usage, "\(quoted(String(word))) isn't part of the question", hint: "type the number alone")
    }
    return 1
  }

  private func isKnown(_ word: String) -> Bool {
    let stem = Self.stem(word)
    if Self.neutral.contains(stem) || Self.stem(name ?? "") == stem { return true }
    if let measure = Self.measure(of: word), let name { return measure == Self.measure(of: name) }
    return stem.count > 2 && question.contains(stem)
  }

  private static let neutral: Set = [
    "number", "about", "exactly", "from", "row", "column", "channel", "first", "last", "in", "all",
    "the", "of", "and", "lowest", "highest",
  ]

  /// A word without the ending of its plural.
  private static func stem(_ word: String) -> String {
    let word = word.lowercased()
    return word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word
  }

  /// One name for each thing that is measured, so that MB and MiB are the same and KB is not.
  private static func measure(of word: String) -> String? {
    switch stem(word.trimmingSpaces()) {
    case "%", "percent", "per cent", "pct": "percent"
    case "point", "percentage point": "point"
    case "px", "pixel": "pixel"
    case "x", "×", "time", "fold", "-fold": "time"
    case "byte": "byte"
    case "bit": "bit"
    case "nat": "nat"
    case "kb", "kib", "kilobyte", "kibibyte": "kilobyte"
    case "mb", "mib", "megabyte", "mebibyte": "megabyte"
    case "gb", "gib", "gigabyte", "gibibyte": "gigabyte"
    default: nil
    }
  }
}
