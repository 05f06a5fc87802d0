import Cells
import Expressions
import Tensors

/// The kind of answer that a question expects. It decides how an answer is parsed.
enum AnswerKind: Equatable {
  case number
  /// This many numbers.
  case list(Int)
  /// Yes or no.
  case truth
  /// The name of a layer.
  case layer
  case word

  /// The kind of a reference answer.
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

  /// A noun phrase for messages: "three numbers".
  var description: String {
    switch self {
    case .number: "a number"
    case .list(let count): "\(Self.counted(count)) numbers"
    case .truth: "yes or no"
    case .layer: "the name of a layer"
    case .word: "a word"
    }
  }

  /// A clause for messages: "three numbers are wanted".
  var wanted: String {
    if case .list(let count) = self, count > 1 { return description + " are wanted" }
    return description + " is wanted"
  }

  /// The error for a list with more or fewer numbers than are wanted; nil for any other value.
  func misfit(_ value: Value) -> Failure? {
    guard case .list(let count) = self, let numbers = ExerciseInstance.numbers(value),
      numbers.count != count
    else { return nil }
    let given = numbers.count == 1 ? "this is one" : "these are \(Self.counted(numbers.count))"
    return Failure(.usage, "\(wanted), but \(given)")
  }

  /// An example list that isn't the right answer.
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
  /// The kind of value to answer with; nil if the answer isn't a value.
  var answerKind: AnswerKind? { reference.map { AnswerKind($0) } }

  /// The unit of the answer.
  var unit: AnswerUnit {
    guard case .value(let reference) = exercise.form else {
      return AnswerUnit(nil, question: question)
    }
    return AnswerUnit(reference.unit, question: question)
  }

  /// Whether the question itself shows the form of a list, as in `Answer as [first, last]`; an
  /// index as in `input[0, 2]` doesn't count.
  private var asksForBrackets: Bool { question.contains(" [") }

  /// The expected form and tolerance, for a line below the question; nil if the question already
  /// says them.
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

  /// A right answer in the expected form, with no more digits than the tolerance needs.
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

  /// The right answer with its unit and all digits that are printed.
  var valueText: String { unit.text(reference.map { $0.inLesson(isCode: false) } ?? "") }

  /// A number rounded to the fewest decimals that stay within the tolerance, or within half a
  /// percent.
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
