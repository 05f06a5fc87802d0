import Basics
import Cells
import Expressions

/// Finds hints before the last one that give the answer away.
///
/// A match by chance for only a few seeds doesn't count. Small whole numbers appear in many
/// sentences, so one counts only if the sentence says that something *is* that number.
struct HintSight {
  private let exercise: Exercise
  /// For each hint, the number of seeds for which it shows the answer.
  private var counts: [Int]

  /// Fewer matching seeds than this are attributed to chance.
  private static let fewest = 5

  init(_ exercise: Exercise) {
    self.exercise = exercise
    counts = [Int](repeating: 0, count: exercise.hints.count)
  }

  /// Checks the hints of one seed.
  mutating func look(at posed: ExerciseInstance) {
    for (place, hint) in posed.hints.dropLast().enumerated() where Self.shows(hint, posed) {
      counts[place] += 1
    }
  }

  /// The hints that give the answer away.
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

  /// Whether a hint contains the right answer.
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

  /// Whether the last hint is the complete answer: a cell, or an expression to type.
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

  /// A text in which all notations of a shape look the same.
  private static func bare(_ text: String) -> String {
    String(text.lowercased().filter { !" []".contains($0) }.map { "x×".contains($0) ? "," : $0 })
  }

  /// The numbers in a text, and whether the preceding words say that something is that number.
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
