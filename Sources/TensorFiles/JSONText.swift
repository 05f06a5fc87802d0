import Basics

extension JSONValue {
  /// The value as JSON text on one line, members in their order, whole numbers without a point.
  public var text: String { line() }

  /// The value as JSON text on one line.
  ///
  /// - Parameters:
  ///   - spaces: whether a space follows each comma and colon.
  ///   - digits: how a finite Double is written.
  package func line(
    spaces: Bool = true, digits: (Double) -> String = JSONValue.shortest
  ) -> String {
    var text = ""
    write(to: &text, spaces ? " " : "", digits)
    return text
  }

  /// An object as the text of a file: one line per member, and one per element of a list of objects.
  ///
  /// - Parameter digits: how a finite Double is written; by default as people edit it, `0.00005`.
  package func fileText(
    digits: (Double) -> String = { NumberFormat.shortest($0, minus: .hyphen) }
  ) -> String {
    guard case .object(let members) = self else { return line(digits: digits) + "\n" }
    let lines = members.map { member in
      var value = member.value.line(digits: digits)
      if case .array(let elements) = member.value, elements.contains(where: \.isObject) {
        let rows = elements.map { "    " + $0.line(digits: digits) }
        value = "[\n" + rows.joined(separator: ",\n") + "\n  ]"
      }
      return "  \(member.name.quotedAsJSON): \(value)"
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }

  private var isObject: Bool { if case .object = self { true } else { false } }

  /// The shortest digits that read back as the same number, without a point if it is whole: `0.1`, `2`,
  /// `5e-05`.
  package static func shortest(_ value: Double) -> String { withoutPoint(value.description) }

  private static func withoutPoint(_ digits: String) -> String {
    digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  private func write(to text: inout String, _ space: String, _ digits: (Double) -> String) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += Self.word(value) ?? digits(value)
    case .float(let value):
      text += Self.word(Double(value)) ?? Self.withoutPoint(value.description)
    case .string(let value): text += value.quotedAsJSON
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += "," + space }
        value.write(to: &text, space, digits)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += "," + space }
        text += member.name.quotedAsJSON + ":" + space
        member.value.write(to: &text, space, digits)
      }
      text += "}"
    }
  }

  /// The word for a NaN or infinity, which JSON can't write as a number; nil for a finite number.
  private static func word(_ value: Double) -> String? {
    value.isFinite ? nil : value.isNaN ? "\"nan\"" : value < 0 ? "\"-inf\"" : "\"inf\""
  }
}

extension String {
  /// The text between quotes, as JSON writes it.
  package var quotedAsJSON: String {
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\u{0}"..<" ", "\u{7F}":
        text += "\\u" + String(scalar.value, radix: 16).paddingLeft(to: 4, with: "0")
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
