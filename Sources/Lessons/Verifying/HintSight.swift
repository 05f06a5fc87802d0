import Basics
import Cells
import Expressions

/// Looks for hints that give the answer away before the last.
///
/// A number that is shown only by chance for a few seeds gives nothing away, and a small whole number
/// is in many sentences: it counts where the sentence says that something *is* it.
struct HintSight {
  private let exercise: Exercise
  /// For how many seeds each hint shows the answer.
  private var counts: [Int]

  /// What shows by chance for fewer seeds than this gives nothing away.
  private static let fewest = 5

  init(_ exercise: Exercise) {
    self.exercise = exercise
    counts = [Int](repeating: 0, count: exercise.hints.count)
  }

  /// Looks at the hints of one seed.
  mutating func look(at posed: ExerciseInstance) {
    for (place, hint) in posed.hints.dropLast().enumerated() where Self.shows(hint, posed) {
      counts[place] += 1
    }
  }

  /// What is wrong with the hints.
  var problems: [LessonProblem] {
    exercise.hints.dropLast().enumerated().compactMap { place, hint in
      let isOpen = hint.pieces.contains {
        if case .expression("answer", _) = $0 { true } else { false }
      }
      guard isOpen || counts[place] >= Self.fewest else { return nil }
      return LessonProblem(
        hint.line, "this hint gives the answer of \(quoted(exercise.name)) away",
        hint: "only the last hint may")
    }
  }

  /// Whether a hint shows the right answer.
  static func shows(_ hint: String, _ posed: ExerciseInstance) -> Bool {
    switch posed.exercise.form {
    case .choice(_, _):
      guard let right = posed.options.first(where: \.isRight) else { return false }
      return hint.lowercased().contains(right.text.lowercased())
    case .goal: return posed.solution.contains { hint.contains($0) }
    case .value:
      guard let reference = posed.reference else { return false }
      if let value = reference.double {
        return numbers(in: hint).contains { number in
          let isPlain = abs(value) < 10 && value == value.rounded() && !number.isStated
          return !isPlain && posed.isClose(Value(number.value), reference)
        }
      }
      let wanted = bare(reference.inLesson(isCode: true))
      return wanted.count > 2 && bare(hint).contains(wanted)
    }
  }

  /// Whether the last hint is the whole answer: a cell, or an expression to type.
  ///
  /// - Throws: `Cancelled`.
  static func lastTypesAnswer(of posed: ExerciseInstance, in session: Session) throws -> Bool {
    guard let hint = posed.hints.last else { return false }
    switch posed.exercise.form {
    case .choice: return false
    case .goal: return posed.solution.last.map { hint.contains($0) } ?? false
    case .value:
      var candidates = Markdown(hint).code.map(\.text)
      if hint.hasPrefix("Type ") { candidates.append(String(hint.dropFirst("Type ".count))) }
      return try candidates.contains { try posed.verdict(on: $0, in: session).isRight }
    }
  }

  /// A text with the ways of writing a shape made one.
  private static func bare(_ text: String) -> String {
    String(text.lowercased().filter { !" []".contains($0) }.map { "x×".contains($0) ? "," : $0 })
  }

  /// The numbers of a text, and whether the words before say that something is that number.
  private static func numbers(in text: String) -> [(value: Double, isStated: Bool)] {
    var result: [(Double, Bool)] = []
    var before = ""
    var digits = ""
    func end(before next: Character?) {
      var token = digits
      digits = ""
      // 2p is a product, not a number.
      if let next, next.isLetter, next != "x" {
        before += token
        return
      }
      while let last = token.last, ".,".contains(last) { token.removeLast() }
      guard let value = Double(token.filter { $0 != "," }) else {
        before += token
        return
      }
      let words = before.lowercased().split { $0 == " " }
      let stating = ["=", "is", "are", "answer", "answer:", "exactly"]
      result.append((value, words.last.map { stating.contains(String($0)) } ?? false))
      before += token
    }
    for character in text {
      let isPart =
        character.isASCII && character.isNumber
        || (!digits.isEmpty && ".,".contains(character))
      if isPart {
        digits.append(character)
      } else {
        if !digits.isEmpty { end(before: character) }
        before.append(character)
      }
    }
    if !digits.isEmpty { end(before: nil) }
    return result
  }
}
