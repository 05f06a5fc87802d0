import Expressions
import Tensors

/// What sort of answer a question wants: that decides how an answer is read.
enum AnswerKind: Equatable {
  /// A number.
  case number
  /// A list of this many numbers.
  case list(Int)
  /// Yes or no.
  case truth
  /// The name of a layer.
  case layer
  /// A word.
  case word

  /// The kind of answer that a right answer is.
  init(_ reference: Value) {
    switch reference {
    case .list(let elements): self = .list(elements.count)
    case .tensor(let tensor): self = .list(tensor.count)
    case .boolean: self = .truth
    case .layer: self = .layer
    case .string: self = .word
    case .number, .range, .function: self = .number
    }
  }

  /// As a message says what is wanted.
  var description: String {
    switch self {
    case .number: "a number"
    case .list(let count): "\(Self.counted(count)) numbers"
    case .truth: "yes or no"
    case .layer: "the name of a layer"
    case .word: "a word"
    }
  }

  /// That it is wanted.
  var wanted: String {
    if case .list(let count) = self, count > 1 { return description + " are wanted" }
    return description + " is wanted"
  }

  /// An example of a list, which is not the right answer.
  static func example(_ count: Int, unlike reference: Value? = nil) -> String {
    let numbers = (0..<max(1, count)).map { 3 + 4 * $0 }
    let isRight = reference?.integers == numbers
    return numbers.map { String(isRight ? $0 + 1 : $0) }.joined(separator: ", ")
  }

  private static func counted(_ count: Int) -> String {
    let words = ["no", "one", "two", "three", "four", "five", "six"]
    return count < words.count ? words[count] : String(count)
  }
}

extension ExerciseInstance {
  /// The kind of answer that is wanted, where it is a value.
  var answerKind: AnswerKind? { reference.map { AnswerKind($0) } }

  /// What an answer is counted in.
  var unit: AnswerUnit {
    guard case .value(let reference) = exercise.form else {
      return AnswerUnit(nil, question: question)
    }
    return AnswerUnit(reference.unit, question: question)
  }

  /// Whether the question shows the form of a list: `Answer as [first, last]`, unlike `input[0, 2]`.
  private var asksForBrackets: Bool { question.contains(" [") }

  /// Which form and tolerance is meant, for a line below the question; what the question says itself
  /// is left out.
  var formRemark: String? {
    guard case .value(let reference) = exercise.form, let kind = answerKind else { return nil }
    var remarks: [String] = []
    switch kind {
    case .list(let count) where !asksForBrackets:
      remarks.append(
        "\(kind.description), such as \(AnswerKind.example(count, unlike: self.reference))")
    case .number where reference.tolerance == nil:
      remarks.append("a whole number")
    case .list, .number, .word: break
    case .truth, .layer: remarks.append(kind.description)
    }
    if let unit = unit.remark { remarks.append(unit) }
    if let tolerance = reference.tolerance { remarks.append("to within \(tolerance.text)") }
    return remarks.isEmpty ? nil : remarks.joined(separator: ", ")
  }

  /// A right answer in the form that is asked for: no more digits than the tolerance makes sense of.
  var answerText: String {
    switch exercise.form {
    case .choice: return options.firstIndex(where: \.isRight).map { Self.letter($0) } ?? ""
    case .goal: return solution.joined(separator: "\n")
    case .value(let reference):
      guard let value = self.reference else { return "" }
      switch value {
      case .boolean(let truth): return truth ? "yes" : "no"
      case .list, .tensor:
        let text = valueText
        return asksForBrackets ? text : text.filter { !"[]".contains($0) }
      case .number(let number):
        guard let tolerance = reference.tolerance else { return valueText }
        return unit.text(Value(Self.rounded(number.value, tolerance)).inLesson(isCode: false))
      case .string, .layer, .range, .function: return valueText
      }
    }
  }

  /// The right answer with all the digits that are shown, and its unit.
  var valueText: String { unit.text(reference.map { $0.inLesson(isCode: false) } ?? "") }

  /// A number with the fewest decimals that are right within the tolerance, or within half a percent.
  private static func rounded(_ value: Double, _ tolerance: Tolerance) -> Double {
    var bound = tolerance.bound(for: value)
    if case .relative = tolerance { bound = min(bound, 0.005 * abs(value)) }
    var power = 1.0
    while power <= 1e12 {
      let rounded = (value * power).rounded() / power
      if abs(rounded - value) <= bound, rounded != 0 || value == 0 { return rounded }
      power *= 10
    }
    return value
  }
}
