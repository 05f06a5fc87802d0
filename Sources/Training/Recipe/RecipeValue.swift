import Basics
import Networks
import TensorFiles

/// A JSON value with its place in a recipe, read strictly: every member must exist, be known and
/// have the right kind.
struct RecipeValue {
  /// The path in the file: `schedule.patience`.
  let path: String
  let json: JSONValue

  /// The error for a value of the wrong kind.
  func takes(_ expected: String, hint: String? = nil) -> RecipeError {
    RecipeError(path, "takes \(expected), not \(Self.words(json))", hint: hint)
  }

  /// The members, which must be exactly these; optional ones may be missing.
  func members(
    _ names: [String], optional: [String] = []
  ) throws(RecipeError) -> [String: RecipeValue] {
    let members = try object()
    let known = names + optional
    if let unknown = members.keys.filter({ !known.contains($0) }).min() {
      throw RecipeError(
        path,
        path.isEmpty
          ? "unknown field \(printable(unknown))" : "has no field \(printable(unknown))",
        hint: Suggestion.didYouMean(unknown, among: known, else: "the fields are"))
    }
    if let missing = names.first(where: { members[$0] == nil }) {
      throw RecipeError(path.isEmpty ? missing : "\(path).\(missing)", "is missing")
    }
    return members
  }

  /// The value with the member `old`, as older versions called it, renamed to `new`.
  func renamingMember(_ old: String, to new: String) -> RecipeValue {
    guard case .object(var members) = json, members[new] == nil,
      let place = members.firstIndex(where: { $0.name == old })
    else { return self }
    members[place] = JSONValue.Member(name: new, value: members[place].value)
    return RecipeValue(path: path, json: .object(members))
  }

  /// Members of any name.
  func object() throws(RecipeError) -> [String: RecipeValue] {
    guard case .object(let members) = json else {
      if path.isEmpty { throw RecipeError("", "a recipe is an object, not \(json.kind)") }
      throw takes("an object")
    }
    let prefix = path.isEmpty ? "" : path + "."
    return Dictionary(
      uniqueKeysWithValues: members.map {
        ($0.name, RecipeValue(path: prefix + $0.name, json: $0.value))
      })
  }

  func elements() throws(RecipeError) -> [RecipeValue] {
    guard case .array(let elements) = json else { throw takes("a list") }
    return elements.enumerated().map { RecipeValue(path: "\(path)[\($0)]", json: $1) }
  }

  func whole(_ range: ClosedRange<Int>) throws(RecipeError) -> Int {
    guard case .integer(let value) = json, range.contains(value) else {
      throw takes(
        range.upperBound == .max
          ? "a whole number from \(range.lowerBound)"
          : "a whole number from \(range.lowerBound) to \(NumberFormat.grouped(range.upperBound))")
    }
    return value
  }

  /// A number that must pass; `expected` describes it for the error.
  func number(
    _ expected: String = "a number", where passes: (Double) -> Bool = { _ in true }
  ) throws(RecipeError) -> Double {
    guard let value = json.double, value.isFinite, passes(value) else { throw takes(expected) }
    return value
  }

  func truth() throws(RecipeError) -> Bool {
    guard case .boolean(let value) = json else { throw takes("true or false") }
    return value
  }

  func text(limit: Int = 2000) throws(RecipeError) -> String {
    guard case .string(let text) = json, text.utf8.count <= limit else { throw takes("a text") }
    return text
  }

  /// A word, one of the type's.
  func word<Word: RawRepresentable<String> & CaseIterable>() throws(RecipeError) -> Word {
    let known = Word.allCases.map(\.rawValue)
    guard case .string(let text) = json, let word = Word(rawValue: text) else {
      throw notOne(of: known)
    }
    return word
  }

  func notOne(of known: [String]) -> RecipeError {
    var hint: String?
    if case .string(let text) = json {
      hint = Suggestion.didYouMean(text, among: known)
    }
    return takes(
      (known.count > 1 ? "one of " : "") + known.joined(separator: ", "), hint: hint)
  }

  /// The meaning of the value, or nil for null.
  func optional<T>(
    _ read: (RecipeValue) throws(RecipeError) -> T
  ) throws(RecipeError) -> T? {
    if case .null = json { return nil }
    return try read(self)
  }

  private static func words(_ json: JSONValue) -> String {
    switch json {
    case .null: "nothing"
    case .boolean(let value): "\(value)"
    case .integer(let value): "\(value)"
    case .number(let value): NumberFormat.shortest(value, minus: .hyphen)
    case .float(let value): "\(value)"
    case .string(let text): "‘\(printable(text, limit: 40))’"
    case .array, .object: json.kind
    }
  }
}
