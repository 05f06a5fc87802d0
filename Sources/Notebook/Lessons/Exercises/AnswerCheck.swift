import Tensors

/// What is to be said of an answer.
enum Verdict {
  /// It is right.
  case right
  /// It is wrong, for this reason where the lesson knows the mistake.
  case wrong(String?)
  /// It is no answer to this question, so it is no miss.
  case unreadable(Failure)

  /// Whether it is right.
  var isRight: Bool { if case .right = self { true } else { false } }
}

extension PosedExercise {
  /// The longest answer that is read, in bytes.
  static let longestAnswer = 10_000

  /// Judges what somebody typed.
  ///
  /// - Parameter session: a session to compute the answer in, which is not changed.
  /// - Throws: `Cancelled`.
  func verdict(on text: String, in session: Session) throws -> Verdict {
    let text = text.trimmingSpaces()
    guard text.utf8.count <= Self.longestAnswer else {
      return .unreadable(
        Failure(
          .usage, "an answer of \(NumberFormat.grouped(text.utf8.count)) bytes is not read",
          hint: "\(NumberFormat.grouped(Self.longestAnswer)) bytes are the most"))
    }
    switch exercise.form {
    case .choice: return choice(text)
    case .value(let reference): return try value(text, reference, in: session)
    case .goal: return .unreadable(Failure(.usage, "this exercise is answered by cells"))
    }
  }

  private func choice(_ text: String) -> Verdict {
    let word = text.lowercased().filter { $0.isLetter || $0.isNumber }
    let index =
      options.indices.first { Self.letter($0) == word }
      ?? options.indices.first { Self.bare(options[$0].text) == Self.bare(text) }
    guard let index else {
      return .unreadable(
        Failure(
          .usage, "\(quoted(text)) is none of the options",
          hint: "a letter from a to \(Self.letter(options.count - 1))"))
    }
    return options[index].isRight ? .right : .wrong(options[index].reason)
  }

  /// A text without its spaces, in small letters.
  private static func bare(_ text: String) -> String {
    text.lowercased().filter { !$0.isWhitespace }
  }

  private func value(
    _ text: String, _ reference: Exercise.Reference, in session: Session
  ) throws -> Verdict {
    guard let expected = self.reference else { return .wrong(nil) }
    if case .string(let word) = expected {
      let given = text.filter { $0 != "\"" }.lowercased()
      return given == word.lowercased() ? .right : diagnosis(of: .string(given))
    }
    if case .boolean(let truth) = expected, let given = Self.truths[text.lowercased()] {
      return given == truth ? .right : diagnosis(of: .boolean(given))
    }
    let given: Value
    do {
      given = try Self.value(of: text, unit: reference.unit, in: session)
    } catch let failure as Failure {
      return .unreadable(failure)
    }
    let readings = Self.readings(of: given, text: text, expected: expected)
    guard !readings.isEmpty else { return .unreadable(Self.misfit(given, expected)) }
    // A reading that the lesson knows as a mistake is meant as it stands.
    for reading in readings {
      if isClose(reading, expected) { return .right }
      if case .wrong(let diagnosis?) = diagnosis(of: reading) { return .wrong(diagnosis) }
    }
    return .wrong(nil)
  }

  private static let truths = ["yes": true, "no": false, "true": true, "false": false]

  /// The value of an answer; a unit behind it is taken off.
  private static func value(of text: String, unit: String?, in session: Session) throws -> Value {
    var text = text
    var scale = 1.0
    if let unit, text.lowercased().hasSuffix(unit.lowercased()), text.count > unit.count {
      text = text.dropLast(unit.count).trimmingSpaces()
    } else if text.hasSuffix("%") {
      text = text.dropLast().trimmingSpaces()
      if unit != "percent" { scale = 0.01 }
    }
    // A list may be written as people write shapes: (3, 11, 6).
    let inner = text.dropFirst().dropLast()
    if text.hasPrefix("("), text.hasSuffix(")"), inner.contains(","),
      !inner.contains(where: { "()".contains($0) })
    {
      text = "[\(inner)]"
    }
    let sign = text.prefix { "-+−".contains($0) }
    let digits = text.dropFirst(sign.count)
    if digits.hasPrefix("0,"), digits.dropFirst(2).allSatisfy(\.isNumber) {
      throw Failure(.usage, "a decimal has a point here", hint: "\(text.replacing(",", with: "."))")
    }
    if digits.hasPrefix("."), digits.dropFirst().first?.isNumber == true {
      text = sign + "0" + digits
    }
    do {
      var environment = SessionEnvironment(session)
      let value = try parseAnswer(text).evaluate(in: &environment).value
      if scale != 1, let number = value.double { return Value(number * scale) }
      if case .tensor(let tensor) = value, tensor.count == 1 {
        return Value(Double(tensor.values[0]))
      }
      return value
    } catch let error as ExpressionError {
      var failure = Failure(error)
      if let first = Instruction(source: text, line: 1).command {
        failure = Failure(
          .usage, "\(quoted(first)) is a command, and here an answer is wanted",
          hint: "play opens the notebook; the lesson waits")
      } else {
        failure.source = text
      }
      throw failure
    }
  }

  /// What an answer may mean beside a value of this sort: `27 x 27` is a shape, and 729; a shape may
  /// have the 1 of its batch. Empty where it means nothing.
  private static func readings(of given: Value, text: String, expected: Value) -> [Value] {
    switch (expected, given) {
    case (.number, .number), (.boolean, .boolean), (.layer, .layer): return [given]
    case (.number, .list):
      guard let sizes = given.integers, text.contains(where: { "x×X".contains($0) }) else {
        return []
      }
      return [Value(sizes.map(Double.init).reduce(1, *))]
    case (.list(let wanted), _), (.tensor, .list(let wanted)):
      guard let given = numbers(given) else { return [] }
      let plain = Value.list(given.map { Value($0) })
      guard given.count == wanted.count + 1, given[0] == 1 else { return [plain] }
      return [plain, .list(given.dropFirst().map { Value($0) })]
    case (.tensor, .tensor): return [given]
    default: return []
    }
  }

  /// The numbers of a list or a small tensor.
  private static func numbers(_ value: Value) -> [Double]? {
    switch value {
    case .list(let elements):
      let numbers = elements.compactMap(\.double)
      return numbers.count == elements.count ? numbers : nil
    case .tensor(let tensor) where tensor.count <= 64: return tensor.values.map(Double.init)
    default: return nil
    }
  }

  private static func misfit(_ given: Value, _ expected: Value) -> Failure {
    return Failure(.usage, "\(expected.sort) is wanted, and this is \(given.sort)")
  }
}

// MARK: - How near

extension PosedExercise {
  /// Whether a value is as good as the reference, within the exercise's tolerance.
  func isClose(_ value: Value, _ target: Value) -> Bool { distance(value, target) <= 1 }

  /// How far a value is from another: 0 is the same, 1 as far as the tolerance goes, infinity not
  /// comparable.
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
      // A NaN is far from everything.
      guard error == error, error.isFinite else { return .infinity }
      if error == 0 { continue }
      let bound = tolerance?.bound(for: target) ?? 0
      // The last digit of what was rounded for reading is given.
      farthest = max(farthest, bound > 0 ? error / bound : .infinity)
    }
    return farthest
  }

  /// The verdict on a wrong value: the nearest of the known mistakes, within the tolerance.
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
