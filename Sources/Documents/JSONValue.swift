import Basics

/// A JSON value whose objects keep the order of their members. NaN and infinities are written as the
/// strings "nan", "inf" and "-inf", since JSON has no numbers for them.
package enum JSONValue: Hashable, Sendable {
  /// null.
  case null
  /// true or false.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number.
  case number(Double)
  /// A number of single precision, written with the digits that tell it from its neighbours.
  case float(Float)
  /// Text.
  case string(String)
  /// A list.
  case array([JSONValue])
  /// Names and values, in this order.
  case object([Member])

  /// A name and a value of an object.
  package struct Member: Hashable, Sendable {
    /// The name.
    package var name: String
    /// The value.
    package var value: JSONValue

    /// A member.
    package init(name: String, value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  /// The value as JSON text on one line.
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .boolean(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value): text += Self.number(value.description, isFinite: value.isFinite)
    case .float(let value): text += Self.number(value.description, isFinite: value.isFinite)
    case .string(let value): Self.write(value, to: &text)
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      for (index, member) in members.enumerated() {
        if index > 0 { text += ", " }
        Self.write(member.name, to: &text)
        text += ": "
        member.value.write(to: &text)
      }
      text += "}"
    }
  }

  private static func number(_ digits: String, isFinite: Bool) -> String {
    guard isFinite else { return "\"\(digits.hasPrefix("-nan") ? "nan" : digits)\"" }
    return digits.hasSuffix(".0") ? String(digits.dropLast(2)) : digits
  }

  private static func write(_ string: String, to text: inout String) {
    text += "\""
    for scalar in string.unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case "\u{0}"..<" ":
        let hex = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", clamping: 4 - hex.count) + hex
      default: text.unicodeScalars.append(scalar)
      }
    }
    text += "\""
  }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Text.
  package init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  package init(integerLiteral value: Int) { self = .integer(value) }
  /// true or false.
  package init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A list.
  package init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Names and values, in this order.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }

  /// A list of whole numbers.
  package static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }

  /// Text, or null where there is none.
  package static func optional(_ string: String?) -> JSONValue {
    string.map { .string($0) } ?? .null
  }
}
