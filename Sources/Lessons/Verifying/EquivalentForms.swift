import Basics

/// The different ways people write the same answer; each must be accepted.
enum EquivalentForms {
  /// The right answer in every form that fits the exercise's kind, with a name for each form.
  static func forms(of posed: ExerciseInstance) -> [(form: String, text: String)] {
    if case .choice = posed.exercise.form { return choice(posed) }
    guard let reference = posed.reference, let kind = posed.answerKind else { return [] }
    switch kind {
    case .number:
      guard let value = reference.double else { return [] }
      return number(value, posed)
    case .list:
      guard let numbers = ExerciseInstance.numbers(reference), numbers.count > 1 else { return [] }
      return list(numbers)
    case .truth:
      let word = posed.answerText
      return [
        ("as a word", word), ("in capitals", word.uppercased()), ("with a point", word + "."),
        ("as the notebook prints it", reference.description),
      ]
    case .layer, .word:
      let word = posed.answerText
      return [
        ("as a word", word), ("in capitals", word.uppercased()), ("with a point", word + "."),
        ("in quotation marks", "\"\(word)\""), ("between spaces", "\u{A0}\(word) "),
      ]
    }
  }

  private static func choice(_ posed: ExerciseInstance) -> [(form: String, text: String)] {
    let letter = posed.answerText
    guard let option = posed.options.first(where: \.isRight) else { return [] }
    return [
      ("as a letter", letter), ("as a capital", letter.uppercased()),
      ("with a parenthesis", letter + ")"), ("in parentheses", "(\(letter))"),
      ("with a point", letter + "."), ("in words", option.text),
    ]
  }

  private static let spaces = [" ", "\t", "\u{A0}", "\u{2009}", "\u{202F}", "\u{3000}", "\u{FEFF}"]

  private static func number(
    _ value: Double, _ posed: ExerciseInstance
  ) -> [(form: String, text: String)] {
    let text = digits(value)
    let isPositional = !text.contains("e")
    var forms = [
      ("as a number", text), ("after =", "= \(text)"), ("right after =", "=\(text)"),
      ("at the end of an equation", "1 * \(text) = \(text)"), ("in parentheses", "(\(text))"),
      ("as an expression", "\(text) + 0"), ("after ≈", "≈ \(text)"),
      ("with a typographic minus", NumberFormat.format(value, significant: 12)),
    ]
    for space in spaces { forms.append(("between spaces", space + text + space)) }
    if let whole = Int(exactly: value), isPositional {
      forms += [("with a trailing point", text + "."), ("with a decimal 0", text + ".0")]
      for separator in [","] + spaces.dropLast() where abs(whole) >= 1000 && separator != "\t" {
        let groups = NumberFormat.grouped(whole).replacing(",", with: separator)
        forms.append(("in groups of three", groups))
      }
    } else if isPositional, abs(value) < 1 {
      forms.append(
        ("without the 0 before its point", text.replacing("0.", with: ".", maxReplacements: 1)))
    }
    return forms + units(text, value, posed)
  }

  private static func units(
    _ text: String, _ value: Double, _ posed: ExerciseInstance
  ) -> [(form: String, text: String)] {
    guard let unit = posed.unit.name else {
      let percent = digits(value * 100)
      guard !percent.contains("e") else { return [] }
      return [("as a percentage", percent + "%"), ("in percent", percent + " percent")]
    }
    if ["%", "percent"].contains(unit) {
      return [
        ("with %", text + "%"), ("with a space and %", text + " %"),
        ("with percent", text + " percent"), ("with per cent", text + " per cent"),
      ]
    }
    var forms = [
      ("with its unit", "\(text) \(unit)"), ("in capitals", "\(text) \(unit.uppercased())"),
    ]
    if !text.contains("e") { forms.append(("close to its unit", text + unit)) }
    if unit.hasSuffix("s") {
      forms.append(("with a unit in the singular", "\(text) \(unit.dropLast())"))
    }
    if unit == "pixels" { forms.append(("with px", text + "px")) }
    return forms
  }

  private static func list(_ numbers: [Double]) -> [(form: String, text: String)] {
    let texts = numbers.map(digits)
    let separators = [", ", ",", "; ", " , ", " ", "  ", "\u{A0}", ",\u{202F}"]
    var forms = separators.map {
      ("separated by ‘\($0)’", texts.joined(separator: $0))
    }
    let plain = texts.joined(separator: ", ")
    forms += [
      ("in brackets", "[\(plain)]"), ("in parentheses", "(\(plain))"),
      ("in close brackets", "[\(texts.joined(separator: ","))]"), ("after =", "= \(plain)"),
      ("with a point", plain + "."),
      ("as expressions", texts.map { "\($0) * 1" }.joined(separator: ", ")),
      ("with and", texts.dropLast().joined(separator: ", ") + " and " + texts[texts.count - 1]),
    ]
    if numbers.allSatisfy({ $0 >= 0 }), texts.count == 2 {
      let dashes = [" to ", "...", "…", " … ", "–", " – ", "-", ".."]
      forms += dashes.map { ("as a range", texts.joined(separator: $0)) }
    }
    if numbers.allSatisfy({ $0 >= 0 && $0 == $0.rounded() }) {
      forms += ["x", "×", " x "].map { ("as a shape", texts.joined(separator: $0)) }
    }
    return forms
  }

  /// A number with enough digits for every tolerance.
  private static func digits(_ value: Double) -> String {
    NumberFormat.format(value, significant: 12, minus: .hyphen)
  }
}
