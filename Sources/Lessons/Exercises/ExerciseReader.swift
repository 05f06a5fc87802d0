import Basics
import Expressions

/// Parses the cell of an exercise.
struct ExerciseReader {
  /// A key and its text.
  private struct Field {
    var key: String
    var value: String
    var line: Int
  }

  private var fields: [Field] = []
  /// Everything that is wrong with the exercise.
  private(set) var problems: [LessonProblem] = []
  private let name: String
  private let line: Int
  private let source: String

  private static let keys = [
    "draw", "let", "question", "kind", "answer", "asks", "tolerance", "unit", "mistake", "option",
    "right", "goal", "solution", "try", "hint", "after", "see",
  ]

  /// Parses a cell whose first line begins with `exercise`.
  ///
  /// - Returns: the exercise, or nil if too much of it is missing, and everything that is wrong.
  static func read(_ cell: LessonCell) -> (exercise: Exercise?, problems: [LessonProblem]) {
    var reader = ExerciseReader(cell)
    let exercise = reader.exercise()
    return (exercise, reader.problems)
  }

  private init(_ cell: LessonCell) {
    line = cell.line
    source = cell.source.trimmingSpaces()
    let lines = Basics.lines(of: cell.source)
    name = lines[0].trimmingSpaces().dropFirst("exercise".count).trimmingSpaces()
    if name.isEmpty || slug(name) != name {
      note(line, "an exercise's name is in lower case with hyphens", "exercise shared-windows")
    }
    for (offset, text) in lines.enumerated().dropFirst() where !text.trimmingSpaces().isEmpty {
      let line = cell.line + offset
      if text.hasPrefix("  "), !fields.isEmpty {
        fields[fields.count - 1].value += " " + text.trimmingSpaces()
        continue
      }
      read(String(text), line)
    }
  }

  private mutating func note(_ line: Int, _ message: String, _ hint: String? = nil) {
    problems.append(LessonProblem(line, message, hint: hint))
  }

  private mutating func read(_ text: String, _ line: Int) {
    // `draw NAME: …` and `let NAME = …` begin with a word, the others with a key and a colon.
    let word = String(text.prefix { $0.isLetter })
    let rest = text.dropFirst(word.count)
    if word == "draw" || word == "let" {
      return fields.append(Field(key: word, value: rest.trimmingSpaces(), line: line))
    }
    guard rest.first == ":", Self.keys.contains(word) else {
      let near = Suggestion.nearest(to: word, among: Self.keys)
      return note(
        line, "\(quoted(text)) isn't a line of an exercise",
        near.map { "did you mean \($0):?" } ?? "the keys are " + Self.keys.joined(separator: ", "))
    }
    let value = rest.dropFirst().trimmingSpaces()
    if value.isEmpty { note(line, "\(word): has no text") }
    fields.append(Field(key: word, value: value, line: line))
  }

  private mutating func exercise() -> Exercise? {
    let bindings = fields.filter { $0.key == "draw" || $0.key == "let" }.compactMap { binding($0) }
    let question = one("question").flatMap { template($0) }
    if question == nil { note(line, "the exercise \(quoted(name)) has no question:") }
    guard let form = form(), let question else { return nil }
    var exercise = Exercise(
      name: name, line: line, source: source, question: question, form: form)
    exercise.bindings = bindings
    exercise.hints = fields.filter { $0.key == "hint" }.compactMap { template($0) }
    if exercise.hints.count < 2 {
      note(
        line, "the exercise \(quoted(name)) has \(exercise.hints.count) hints",
        "give at least two; the last may give the answer")
    }
    exercise.after = one("after").flatMap { template($0) }
    exercise.see = one("see").flatMap { template($0, isCode: true) }
    if let kind = one("kind") {
      switch kind.value {
      case "predict": exercise.isPrediction = true
      case "bug": exercise.isBug = true
      default: note(kind.line, "unknown kind \(quoted(kind.value))", "predict, or bug")
      }
    }
    if exercise.isPrediction, exercise.see == nil {
      note(line, "a prediction needs a cell that shows the result", "see: CELL")
    }
    return exercise
  }

  private mutating func one(_ key: String) -> Field? {
    let found = fields.filter { $0.key == key }
    if found.count > 1 { note(found[1].line, "\(key): is given twice") }
    return found.first
  }

  private mutating func template(_ field: Field, isCode: Bool = false) -> Template? {
    do throws(LessonProblem) {
      return try Template(field.value, line: field.line, isCode: isCode)
    } catch {
      problems.append(error)
      return nil
    }
  }

  private mutating func binding(_ field: Field) -> Exercise.Binding? {
    let mark: Character = field.key == "let" ? "=" : ":"
    guard let place = field.value.firstIndex(of: mark) else {
      note(
        field.line, "\(quoted(field.value)) doesn't define a name",
        field.key == "let" ? "let x = 2 * y" : "draw y: 0...54, or draw y: 2, 4, 8")
      return nil
    }
    let name = field.value[..<place].trimmingSpaces()
    var value = field.value[field.value.index(after: place)...].trimmingSpaces()
    guard field.key == "draw" else {
      return Exercise.Binding(name: name, origin: .computed(value), line: field.line)
    }
    var exceptions: [String] = []
    if let word = value.firstRange(of: " except ") {
      exceptions = split(value[word.upperBound...].trimmingSpaces())
      value = value[..<word.lowerBound].trimmingSpaces()
    }
    if let dots = value.firstRange(of: "..."), !value.contains(",") {
      let ends = (
        value[..<dots.lowerBound].trimmingSpaces(), value[dots.upperBound...].trimmingSpaces()
      )
      return Exercise.Binding(
        name: name, origin: .range(ends.0, ends.1), exceptions: exceptions, line: field.line)
    }
    return Exercise.Binding(
      name: name, origin: .oneOf(split(value)), exceptions: exceptions, line: field.line)
  }

  /// Splits a text at the commas that aren't in brackets.
  private func split(_ text: String) -> [String] {
    var parts = [""]
    var depth = 0
    for character in text {
      if "([".contains(character) { depth += 1 }
      if ")]".contains(character) { depth -= 1 }
      if character == "," && depth == 0 {
        parts.append("")
      } else {
        parts[parts.count - 1].append(character)
      }
    }
    return parts.map { $0.trimmingSpaces() }
  }
}

// MARK: - Forms of answers

extension ExerciseReader {
  private mutating func form() -> Exercise.Form? {
    let (answer, goal, right) = (one("answer"), one("goal"), one("right"))
    let forms = [answer, goal, right].compactMap { $0 }
    guard forms.count == 1 else {
      if let second = forms.dropFirst().first {
        note(second.line, "\(forms[0].key): and \(second.key): exclude each other")
      } else {
        note(
          line, "the exercise \(quoted(name)) has no answer",
          "answer: EXPRESSION, or right: and option:, or goal: and solution:")
      }
      return nil
    }
    refuseStrangers(to: forms[0].key)
    if let answer { return value(answer) }
    if let goal { return self.goal(goal) }
    return choice(right!)
  }

  /// Notes the keys that have no meaning in an exercise of this form.
  private mutating func refuseStrangers(to form: String) {
    let own = [
      "answer": ["asks", "tolerance", "unit", "mistake"], "goal": ["solution", "mistake", "try"],
      "right": ["option"],
    ]
    let strange = Set(own.values.joined()).subtracting(own[form]!)
    for field in fields where strange.contains(field.key) {
      note(field.line, "\(field.key): has no meaning with \(form):")
    }
  }

  private mutating func value(_ answer: Field) -> Exercise.Form? {
    var reference = Exercise.Reference(
      answer: .init(text: answer.value, line: answer.line), unit: one("unit")?.value,
      asks: one("asks").flatMap { template($0, isCode: true) }, mistakes: mistakes())
    if let tolerance = one("tolerance") {
      reference.tolerance = Tolerance(tolerance.value)
      if reference.tolerance == nil {
        note(tolerance.line, "\(quoted(tolerance.value)) isn't a tolerance", "0.001, or 0.5%")
      }
    }
    if !fields.contains(where: { $0.key == "mistake" }) {
      note(
        line, "the exercise \(quoted(name)) lists no mistakes",
        "mistake: EXPRESSION => what it was")
    }
    return .value(reference)
  }

  private mutating func goal(_ goal: Field) -> Exercise.Form? {
    let solution = fields.filter { $0.key == "solution" }.compactMap {
      template($0, isCode: true)
    }
    if solution.isEmpty {
      note(goal.line, "nothing says how the goal is reached", "solution: CELL")
    }
    return .goal(
      .init(
        predicate: .init(text: goal.value, line: goal.line), solution: solution,
        mistakes: mistakes(),
        attempts: fields.filter { $0.key == "try" }.compactMap { template($0, isCode: true) }))
  }

  private mutating func choice(_ right: Field) -> Exercise.Form? {
    let wrong = fields.filter { $0.key == "option" }
    if wrong.isEmpty {
      note(right.line, "a choice also needs wrong options", "option: TEXT => why not")
    }
    if wrong.count > 8 { note(wrong[8].line, "more than eight wrong options are too many") }
    let options = wrong.compactMap { option($0) }
    return option(right).map { .choice(right: $0, wrong: options) }
  }

  private mutating func mistakes() -> [Exercise.Mistake] {
    fields.filter { $0.key == "mistake" }.compactMap { field in
      guard let (value, sentence) = explained(field), let diagnosis = template(sentence)
      else { return nil }
      return Exercise.Mistake(
        expression: .init(text: value.value, line: value.line), diagnosis: diagnosis)
    }
  }

  private mutating func option(_ field: Field) -> Exercise.Option? {
    guard let (value, sentence) = explained(field), let text = template(value),
      let reason = template(sentence)
    else { return nil }
    return Exercise.Option(text: text, reason: reason)
  }

  /// Splits a field of the form `value => sentence`.
  private mutating func explained(_ field: Field) -> (Field, Field)? {
    let arrow = field.value.firstRange(of: "=>")
    let sentence = arrow.map { field.value[$0.upperBound...].trimmingSpaces() } ?? ""
    guard let arrow, !sentence.isEmpty else {
      note(
        field.line, "nothing explains \(field.key): \(field.value)",
        "\(field.key): … => a sentence that explains it")
      return nil
    }
    var (value, text) = (field, field)
    (value.value, text.value) = (field.value[..<arrow.lowerBound].trimmingSpaces(), sentence)
    return (value, text)
  }
}
