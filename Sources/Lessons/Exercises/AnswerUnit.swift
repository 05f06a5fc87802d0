import Basics
import Cells

/// The unit of an answer, and the words that may surround the number.
struct AnswerUnit {
  /// The unit as the exercise writes it: `pixels`, `%`, `MB`.
  let name: String?
  /// The question; an answer may repeat its words: `byte 215`.
  private let question: String

  init(_ name: String?, question: String) {
    (self.name, self.question) = (name, question.lowercased())
  }

  /// Whether the answer is a percentage or a number of percentage points.
  var isPercent: Bool {
    ["percent", "point"].contains(name.map { Self.measure(of: $0) ?? "" } ?? "")
  }

  /// The unit for a line below the question: `in pixels`; nil if the question already says it.
  var remark: String? {
    guard let name else { return nil }
    let isSaid = question.contains(name.lowercased()) || name == "times"
    if Self.measure(of: name) == "percent" {
      return isSaid || question.contains("percent") ? nil : "in percent"
    }
    return isSaid ? nil : "in \(name)"
  }

  /// A number with its unit, as a person would write it.
  func text(_ number: String) -> String {
    guard let name else { return number }
    return name == "%" ? number + name : "\(number) \(name)"
  }

  /// The factor that the words after a number divide it by: 100 for percent, otherwise usually 1.
  ///
  /// - Throws: `Failure` if the words contradict the question.
  func divisor(of words: String) throws -> Double {
    let words = words.lowercased().trimmingSpaces()
    if words.isEmpty { return 1 }
    if let measure = Self.measure(of: words) {
      if measure == name.flatMap({ Self.measure(of: $0) }) { return 1 }
      if measure == "percent" { return isPercent ? 1 : 100 }
      if let name, Self.measure(of: name) != nil {
        throw Failure(.usage, "give the answer in \(name)", hint: "type the number alone")
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

  /// A word without its plural ending.
  private static func stem(_ word: String) -> String {
    let word = word.lowercased()
    return word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word
  }

  /// The same name for all spellings of a unit: MB and MiB give the same, KB doesn't.
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
