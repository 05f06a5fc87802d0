import Basics
import Cells
import Expressions
import Tensors

/// The result of checking an answer.
enum Verdict {
  case right
  /// Wrong; with an explanation if the lesson knows this mistake.
  case wrong(String?)
  /// Nearly right, or right in another notation, as the text explains. Doesn't count as a miss.
  case close(String)
  /// Reads the element that the question asks for instead of working it out. Doesn't count as a
  /// miss.
  case readOff(String)
  /// Not a valid answer to this question. Doesn't count as a miss.
  case unreadable(Failure)

  var isRight: Bool { if case .right = self { true } else { false } }
}

extension ExerciseInstance {
  /// Longer answers are rejected, in bytes.
  static let longestAnswer = 10_000

  /// Checks what the learner typed.
  ///
  /// - Parameter session: the session to compute the answer in; it isn't changed.
  /// - Throws: `Cancelled`.
  func verdict(on text: String, in session: Session) throws -> Verdict {
    guard text.utf8.count <= Self.longestAnswer else {
      return .unreadable(
        Failure(
          .usage, "an answer of \(NumberFormat.grouped(text.utf8.count)) bytes is too long",
          hint: "\(NumberFormat.grouped(Self.longestAnswer)) bytes is the limit"))
    }
    switch exercise.form {
    case .choice: return choice(text)
    case .value: return try value(text, in: session)
    case .goal: return .unreadable(Failure(.usage, "answer this exercise with cells, not a value"))
    }
  }

  private func choice(_ text: String) -> Verdict {
    let tidy = AnswerNotation.tidy(text)
    var word = tidy.lowercased().filter { $0.isLetter || $0.isNumber }
    for prefix in ["option", "answer"] where word.hasPrefix(prefix) && word.count == 7 {
      word = String(word.dropFirst(prefix.count))
    }
    let index =
      options.indices.first { Self.letter($0) == word }
      ?? options.indices.first {
        [Self.bare(text), Self.bare(tidy)].contains(Self.bare(options[$0].text))
      }
    guard let index else {
      return .unreadable(
        Failure(
          .usage, "\(quoted(text)) isn't one of the options",
          hint: "a letter from a to \(Self.letter(options.count - 1))"))
    }
    return options[index].isRight ? .right : .wrong(options[index].reason)
  }

  /// A text in lower case, without spaces and without a period at its end.
  private static func bare(_ text: String) -> String {
    let bare = text.lowercased().filter { !$0.isWhitespace }
    return bare.hasSuffix(".") ? String(bare.dropLast()) : bare
  }

  private func value(_ text: String, in session: Session) throws -> Verdict {
    guard let expected = reference, let kind = answerKind else { return .wrong(nil) }
    var reader = AnswerReader(kind: kind, unit: unit, log: ReadingLog(session))
    let readings: [AnswerReader.Reading]
    do {
      readings = try reader.readings(of: text)
    } catch let failure as Failure {
      return readOff(reader.log) ?? .unreadable(failure)
    }
    if let verdict = readOff(reader.log) { return verdict }
    // A reading that the lesson lists as a mistake is taken literally.
    for reading in readings where reading.notation == nil {
      if isClose(reading.value, expected) { return .right }
      if isRounded(reading, from: expected) { break }
      if case .wrong(let diagnosis?) = diagnosis(of: reading.value) { return .wrong(diagnosis) }
    }
    for reading in readings where isClose(reading.value, expected) {
      if let notation = reading.notation { return .close(notation) }
    }
    if let failure = kind.misfit(readings[0].value) { return .unreadable(failure) }
    if isNear(readings[0], expected), case .value(let reference) = exercise.form,
      let tolerance = reference.tolerance
    {
      return .close("Close: to within \(tolerance.text), please.")
    }
    return .wrong(nil)
  }

  /// The verdict on an answer that reads the element the question asks for; nil if it doesn't.
  private func readOff(_ log: ReadingLog) -> Verdict? {
    guard let asked, log.givesAway(asked.reads) else { return nil }
    return .readOff(
      "That reads \(asked.text), which is what the question asks for. Work it out from what comes "
        + "before.")
  }

  /// Whether an answer is the right one with too few digits. That isn't diagnosed as another mistake,
  /// even if a known mistake has the same value.
  private func isRounded(_ reading: AnswerReader.Reading, from expected: Value) -> Bool {
    guard case .value(let reference) = exercise.form, reference.tolerance != nil,
      let decimals = reading.decimals, decimals < 15, let given = reading.value.double, given != 0,
      let target = expected.double, abs(given - target) <= 0.05 * abs(target)
    else { return false }
    var power = 1.0
    for _ in 0..<decimals { power *= 10 }
    return abs((target * power).rounded() - given * power) < 1e-6
  }

  /// Whether an answer would be right within a wider tolerance.
  private func isNear(_ reading: AnswerReader.Reading, _ expected: Value) -> Bool {
    if isRounded(reading, from: expected) { return true }
    guard let given = reading.value.double, let target = expected.double else { return false }
    return distance(reading.value, expected) <= 5 && abs(given - target) <= 0.05 * abs(target)
  }

  /// The numbers in a list or a small tensor.
  static func numbers(_ value: Value) -> [Double]? {
    switch value {
    case .list(let elements):
      let numbers = elements.compactMap(\.double)
      return numbers.count == elements.count ? numbers : nil
    case .tensor(let tensor) where tensor.count <= 64: return tensor.values.map(Double.init)
    default: return nil
    }
  }
}

// MARK: - Tolerance

extension ExerciseInstance {
  /// Whether a value is within the exercise's tolerance of the reference value.
  func isClose(_ value: Value, _ target: Value) -> Bool { distance(value, target) <= 1 }

  /// How far an answer to a question without a tolerance may be from a whole number: a result
  /// computed from Float layer values is rarely exact.
  private static let rounding = 1e-5

  /// The distance between two values: 0 if equal, 1 at the edge of the tolerance, infinity if they
  /// can't be compared.
  func distance(_ value: Value, _ target: Value) -> Double {
    var tolerance: Tolerance?
    if case .value(let reference) = exercise.form { tolerance = reference.tolerance }
    switch (value, target) {
    case (.boolean, .boolean), (.string, .string), (.layer, .layer):
      return value == target ? 0 : .infinity
    default: break
    }
    guard let given = value.double.map({ [$0] }) ?? Self.numbers(value),
      let wanted = target.double.map({ [$0] }) ?? Self.numbers(target), given.count == wanted.count
    else { return .infinity }
    var farthest = 0.0
    for (number, target) in zip(given, wanted) {
      let error = abs(number - target)
      // NaN is never close.
      guard error == error, error.isFinite else { return .infinity }
      if error == 0 { continue }
      let bound = tolerance?.bound(for: target) ?? Self.rounding
      farthest = max(farthest, error / bound)
    }
    return farthest
  }

  /// The verdict on a wrong value: the nearest known mistake within the tolerance.
  private func diagnosis(of value: Value) -> Verdict {
    var best: (distance: Double, text: String?) = (1, nil)
    for mistake in mistakes {
      let distance = distance(value, mistake.value)
      if distance <= 1, best.text == nil || distance < best.distance {
        best = (distance, mistake.diagnosis)
      }
    }
    return .wrong(best.text)
  }
}
