import Basics

/// An exercise of a lesson, before its numbers are drawn.
struct Exercise: Sendable {
  /// The kind of exercise, as lessons and handouts name it.
  enum Kind: String, Sendable, CaseIterable {
    case number
    /// A list of numbers, usually a shape.
    case shape
    /// Multiple choice.
    case choice
    /// Bring the network into a certain state.
    case goal
    /// Predict a number before it is computed.
    case predict
    /// Find a planted mistake.
    case bug
  }

  /// How an answer is checked.
  enum Form: Sendable {
    /// Compared with a value.
    case value(Reference)
    case choice(right: Option, wrong: [Option])
    /// The session itself is the answer.
    case goal(Goal)
  }

  /// The value of the right answer.
  struct Reference: Sendable {
    /// An expression, evaluated in the learner's session.
    var answer: Written
    /// How far an answer may be from the value; nil means it must be equal.
    var tolerance: Tolerance?
    /// The unit of the answer.
    var unit: String?
    /// The element that the question asks for, as an expression: an answer that only reads it is
    /// rejected.
    var asks: Template?
    /// The wrong answers that known mistakes lead to.
    var mistakes: [Mistake]
  }

  /// One option of a multiple-choice question.
  struct Option: Sendable {
    var text: Template
    /// Why it is right or wrong.
    var reason: Template
  }

  /// A state that the session must reach.
  struct Goal: Sendable {
    /// True once the goal is reached, false before.
    var predicate: Written
    /// Cells that reach the goal.
    var solution: [Template]
    /// Wrong states, with what led to them.
    var mistakes: [Mistake]
    /// What learners may type, right or wrong: cells with `;` between them. A page, which runs nothing, knows
    /// these.
    var attempts: [Template] = []
  }

  /// A known mistake.
  struct Mistake: Sendable {
    /// The value that the mistake leads to; for a goal, a predicate.
    var expression: Written
    /// A sentence that explains what went wrong.
    var diagnosis: Template
  }

  /// A name and its value, which is drawn at random or computed from other names.
  struct Binding: Sendable {
    /// How the value is determined.
    enum Origin: Sendable {
      /// Any whole number from one expression's value to the other's, both included.
      case range(String, String)
      /// The value of one of several expressions.
      case oneOf([String])
      /// The value of an expression.
      case computed(String)
    }

    var name: String
    var origin: Origin
    /// Expressions whose values are never drawn.
    var exceptions: [String] = []
    /// The line in the file.
    var line: Int
  }

  /// Text of the lesson and its line in the file.
  struct Written: Sendable {
    var text: String
    var line: Int
  }

  /// The exercise's name; it also seeds the random numbers.
  var name: String
  /// The line of the file that the exercise begins on.
  var line: Int
  /// The text of its cell.
  var source: String
  /// The drawn and computed names, in order.
  var bindings: [Binding] = []
  var question: Template
  /// Whether the learner predicts the answer before it is computed.
  var isPrediction = false
  /// Whether the learner has to find a bug.
  var isBug = false
  var form: Form
  /// From a nudge to the full answer.
  var hints: [Template] = []
  /// Shown after a right answer.
  var after: Template?
  /// A cell offered after the exercise that shows why.
  var see: Template?
}

/// How far an answer may be from the reference value.
enum Tolerance: Hashable, Sendable {
  case absolute(Double)
  /// A fraction of the reference value.
  case relative(Double)

  /// Parses `0.001` or `0.5%`; nil for anything else, and for numbers that aren't positive.
  init?(_ text: String) {
    let isPercent = text.hasSuffix("%")
    let digits = (isPercent ? String(text.dropLast()) : text).trimmingSpaces()
    guard let value = Double(digits), value > 0, value.isFinite else { return nil }
    self = isPercent ? .relative(value / 100) : .absolute(value)
  }

  /// The largest accepted difference from this value.
  func bound(for value: Double) -> Double {
    switch self {
    case .absolute(let bound): bound
    case .relative(let share): share * abs(value)
    }
  }

  /// The form used in messages: `0.001`, `0.5%`.
  var text: String {
    switch self {
    case .absolute(let bound): NumberFormat.shortest(bound)
    case .relative(let share): NumberFormat.format(share * 100) + "%"
    }
  }
}
