import Basics

/// Something that a learner is asked.
struct Exercise: Sendable {
  /// What sort of question it is, as lessons and handouts call it.
  enum Kind: String, Sendable, CaseIterable {
    /// A number.
    case number
    /// A list of numbers, most often a shape.
    case shape
    /// One of several answers.
    case choice
    /// To make the network do something.
    case goal
    /// To say a number before it is computed.
    case predict
    /// To find a mistake.
    case bug
  }

  /// What makes an answer right.
  enum Form: Sendable {
    /// A value.
    case value(Reference)
    /// One of several texts.
    case choice(right: Option, wrong: [Option])
    /// The session itself.
    case goal(Goal)
  }

  /// The value of a right answer.
  struct Reference: Sendable {
    /// An expression, evaluated in the learner's session.
    var answer: Written
    /// How far from it an answer may be; nil asks for the value itself.
    var tolerance: Tolerance?
    /// What is counted or measured.
    var unit: String?
    /// The element that the question asks for, as an expression: an answer that reads it is refused.
    var asks: Template?
    /// What people answer who made a known mistake.
    var mistakes: [Mistake]
  }

  /// A text to choose.
  struct Option: Sendable {
    /// What it says.
    var text: Template
    /// Why it is right, or wrong.
    var reason: Template
  }

  /// A state to bring the session into.
  struct Goal: Sendable {
    /// True in the session once it is reached, false before.
    var predicate: Written
    /// Cells that reach it.
    var solution: [Template]
    /// States that are not it, with what led there.
    var mistakes: [Mistake]
  }

  /// A known mistake.
  struct Mistake: Sendable {
    /// The value that it leads to; of a goal, a predicate.
    var expression: Written
    /// A sentence that says what went wrong.
    var diagnosis: Template
  }

  /// A name with a value: drawn, or computed from others.
  struct Binding: Sendable {
    /// Where the value comes from.
    enum Origin: Sendable {
      /// A whole number between the values of two expressions.
      case range(String, String)
      /// The value of one of several expressions.
      case oneOf([String])
      /// An expression.
      case computed(String)
    }

    /// The name.
    var name: String
    /// Where its value comes from.
    var origin: Origin
    /// Expressions whose values are never drawn.
    var exceptions: [String] = []
    /// The line of the file.
    var line: Int
  }

  /// Text of the lesson and its line in the file.
  struct Written: Sendable {
    /// The text.
    var text: String
    /// The line.
    var line: Int
  }

  /// Its name, which draws its numbers.
  var name: String
  /// The line of its first line.
  var line: Int
  /// The drawn and computed names, in order.
  var bindings: [Binding] = []
  /// The question.
  var question: Template
  /// Whether it is to be predicted, or a bug to be found.
  var isPrediction = false
  /// Whether a bug is to be found.
  var isBug = false
  /// What makes an answer right.
  var form: Form
  /// Help, from a nudge to the answer.
  var hints: [Template] = []
  /// What follows a right answer.
  var after: Template?
  /// A cell that shows why.
  var see: Template?
}

/// How far from a reference value an answer may be.
enum Tolerance: Hashable, Sendable {
  /// As far as this.
  case absolute(Double)
  /// As far as this share of the reference value.
  case relative(Double)

  /// Reads `0.001` or `0.5%`; nil where it is neither, or not positive.
  init?(_ text: String) {
    let isPercent = text.hasSuffix("%")
    let digits = (isPercent ? String(text.dropLast()) : text).trimmingSpaces()
    guard let value = Double(digits), value > 0, value.isFinite else { return nil }
    self = isPercent ? .relative(value / 100) : .absolute(value)
  }

  /// How far an answer may be from this value.
  func bound(for value: Double) -> Double {
    switch self {
    case .absolute(let bound): bound
    case .relative(let share): share * abs(value)
    }
  }

  /// A bound without an exponent, unless it is tiny.
  private static func positional(_ bound: Double) -> String {
    var (decimals, scaled) = (0, bound)
    while scaled != scaled.rounded(), decimals < 9 {
      (decimals, scaled) = (decimals + 1, scaled * 10)
    }
    return decimals < 9 ? NumberFormat.fixed(bound, decimals) : NumberFormat.format(bound)
  }

  /// As messages write it: `0.001`, `0.5%`.
  var text: String {
    switch self {
    case .absolute(let bound): Self.positional(bound)
    case .relative(let share): NumberFormat.format(share * 100) + "%"
    }
  }
}
