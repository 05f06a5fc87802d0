import Basics

/// A JSON value (RFC 8259), read strictly: duplicate names are errors, as are numbers that neither
/// an Int nor a finite Double can hold.
package indirect enum JSONValue: Hashable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case bool(Bool)
  /// A number written without fraction and exponent.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A string.
  case string(String)
  /// A list of values.
  case array([JSONValue])
  /// Members by name.
  case object([String: JSONValue])

  /// What kind of value it is, with its article, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .bool: "a truth value"
    case .integer: "a whole number"
    case .number: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }
}

/// Where a text stops being JSON, and why.
package struct JSONError: DescribedError, Hashable, Sendable {
  /// The position in bytes.
  package let offset: Int
  /// What is wrong there.
  package let reason: String

  package var kind: ErrorKind { .file }
  package var message: String { "\(reason) at byte \(offset)" }
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
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", clamping: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
