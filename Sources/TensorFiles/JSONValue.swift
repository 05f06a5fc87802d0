import Basics

/// A JSON value (RFC 8259) whose objects keep the order of their members. `JSONParser` is strict: it
/// rejects repeated names, and numbers that fit neither an Int nor a finite Double. NaN and infinities
/// are written as the strings "nan", "inf" and "-inf", since JSON has no numbers for them.
public enum JSONValue: Hashable, Sendable {
  /// `null`
  case null
  /// `true` or `false`
  case boolean(Bool)
  /// A number written without fraction and exponent.
  case integer(Int)
  /// Any other number.
  case number(Double)
  /// A number of single precision, written with just enough digits to identify it; never the result of
  /// parsing.
  case float(Float)
  /// A string.
  case string(String)
  /// A list of values.
  case array([JSONValue])
  /// Names and values, in this order.
  case object([Member])

  /// A name and a value of an object.
  public struct Member: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The value.
    public var value: JSONValue

    /// A member of this name and value.
    public init(name: String, value: JSONValue) { (self.name, self.value) = (name, value) }
  }

  /// What kind of value it is, with its article, for messages.
  package var kind: String {
    switch self {
    case .null: "null"
    case .boolean: "a truth value"
    case .integer: "a whole number"
    case .number, .float: "a number"
    case .string: "a string"
    case .array: "a list"
    case .object: "an object"
    }
  }

  /// The member of an object with this name; nil if there is none, or if the value isn't an object.
  package subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The values of a list; nil for other values.
  package var arrayValue: [JSONValue]? { if case .array(let values) = self { values } else { nil } }

  /// The string; nil for other values.
  package var stringValue: String? { if case .string(let text) = self { text } else { nil } }

  /// The truth value; nil for other values.
  package var boolValue: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// The whole number; nil for other values.
  package var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }

  /// The value of any kind of number.
  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let value): value
    case .float(let value): Double(value)
    case .null, .boolean, .string, .array, .object: nil
    }
  }

  /// A string, or null for nil.
  public static func optional(_ string: String?) -> JSONValue {
    string.map { .string($0) } ?? .null
  }

  /// A list of whole numbers.
  public static func integers(_ values: [Int]) -> JSONValue { .array(values.map { .integer($0) }) }
}

extension [JSONValue.Member] {
  /// The value of the member with this name; nil if there is none. A new member goes to the end.
  public subscript(name: String) -> JSONValue? {
    get { first { $0.name == name }?.value }
    set {
      switch (firstIndex { $0.name == name }, newValue) {
      case (let place?, let value?): self[place].value = value
      case (let place?, nil): remove(at: place)
      case (nil, let value?): append(JSONValue.Member(name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Removes the member with this name and returns its value.
  package mutating func remove(_ name: String) -> JSONValue? {
    defer { self[name] = nil }
    return self[name]
  }

  /// The names, in their order.
  package var names: [String] { map(\.name) }
}

extension JSONValue: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
  ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// Text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// `true` or `false`
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A list.
  public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
  /// Names, each only once, and values, in this order.
  public init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
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
