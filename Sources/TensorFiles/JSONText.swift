extension JSONValue {
  /// The value as JSON text on one line, with members sorted by name: the same value gives the same
  /// text. NaN and infinities become the strings "nan", "inf" and "-inf".
  package var text: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Text or null.
  package static func optional(_ string: String?) -> JSONValue {
    string.map { .string($0) } ?? .null
  }

  private func write(to text: inout String) {
    switch self {
    case .null: text += "null"
    case .bool(let value): text += value ? "true" : "false"
    case .integer(let value): text += String(value)
    case .number(let value):
      text += value.isFinite ? value.description : value.isNaN ? "\"nan\"" : "\"\(value)\""
    case .string(let value): text += value.quotedAsJSON
    case .array(let values):
      text += "["
      for (index, value) in values.enumerated() {
        if index > 0 { text += ", " }
        value.write(to: &text)
      }
      text += "]"
    case .object(let members):
      text += "{"
      let names = members.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
      for (index, name) in names.enumerated() {
        if index > 0 { text += ", " }
        text += name.quotedAsJSON + ": "
        members[name]!.write(to: &text)
      }
      text += "}"
    }
  }
}

extension JSONValue: ExpressibleByDictionaryLiteral {
  /// Pairs of a name and a value; each name may come once.
  package init(dictionaryLiteral elements: (String, JSONValue)...) {
    self = .object(Dictionary(uniqueKeysWithValues: elements))
  }
}
