import TensorFiles

/// Reading requests, in which anything may be missing or of another type.
extension JSONValue {
  /// The member of an object by this name; nil if there is none, or if the value isn't an object.
  subscript(name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  /// The string; nil for other values.
  var stringValue: String? { if case .string(let text) = self { text } else { nil } }

  /// The truth value; nil for other values.
  var boolValue: Bool? { if case .boolean(let value) = self { value } else { nil } }

  /// The whole number; nil for other values.
  var integerValue: Int? { if case .integer(let value) = self { value } else { nil } }
}
