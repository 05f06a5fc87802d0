import TensorFiles

/// The parameters of a case, read name by name; one that wasn't read is an error at the end.
struct CaseParameters {
  private let path: String
  private let place: String
  private var members: [JSONValue.Member]

  /// The members of a JSON object; `place` names it in messages.
  init(_ value: JSONValue, path: String, place: String) throws(GoldenError) {
    guard case .object(let members) = value else {
      throw GoldenError(path, "\(place) must be an object, not \(value.kind)")
    }
    (self.path, self.place, self.members) = (path, place, members)
  }

  /// Parameters from a JSON text.
  init(text: String, path: String) throws(GoldenError) {
    let value: JSONValue
    do {
      value = try JSONParser.parse(Array(text.utf8))
    } catch {
      throw GoldenError(
        path, "its parameters are not JSON at byte \(error.offset): \(error.reason)")
    }
    try self.init(value, path: path, place: "parameters")
  }

  mutating func value(_ name: String) throws(GoldenError) -> JSONValue {
    guard let value = members.remove(name) else {
      throw GoldenError(path, "\(place) lacks \(name)")
    }
    return value
  }

  mutating func integer(_ name: String, default standard: Int? = nil) throws(GoldenError) -> Int {
    if let standard, members[name] == nil { return standard }
    guard case .integer(let integer) = try value(name) else { throw wrong(name, "a whole number") }
    return integer
  }

  mutating func number(_ name: String) throws(GoldenError) -> Double {
    guard let number = try value(name).double else { throw wrong(name, "a number") }
    return number
  }

  mutating func bool(_ name: String) throws(GoldenError) -> Bool {
    guard case .boolean(let bool) = try value(name) else { throw wrong(name, "true or false") }
    return bool
  }

  mutating func string(_ name: String) throws(GoldenError) -> String {
    guard case .string(let string) = try value(name) else { throw wrong(name, "a string") }
    return string
  }

  /// One of a list of words.
  mutating func word<T: RawRepresentable & CaseIterable>(
    _ name: String, default standard: T? = nil
  ) throws(GoldenError) -> T where T.RawValue == String {
    if let standard, members[name] == nil { return standard }
    guard let word = T(rawValue: try string(name)) else {
      throw wrong(name, "one of " + T.allCases.map(\.rawValue).joined(separator: ", "))
    }
    return word
  }

  /// An object of numbers by name; empty if there is none.
  mutating func numbers(_ name: String) throws(GoldenError) -> [String: Double] {
    guard let value = members.remove(name) else { return [:] }
    var inner = try CaseParameters(value, path: path, place: name)
    var numbers: [String: Double] = [:]
    for key in inner.members.names { numbers[key] = try inner.number(key) }
    return numbers
  }

  /// Reports names that weren't read: a misspelled one would be ignored otherwise.
  func finish() throws(GoldenError) {
    if let extra = members.names.min() {
      throw GoldenError(path, "\(printable(extra)) does not belong in \(place)")
    }
  }

  func wrong(_ name: String, _ wanted: String) -> GoldenError {
    GoldenError(path, "\(name) of \(place) must be \(wanted)")
  }
}
