import Basics
import Layers

/// One number or word of a layer that can be read and set by its name. Files, `set`, `insert` and
/// `diff` all use these.
struct LayerField: Sendable {
  /// The name in commands and files: `stride`.
  let name: String
  /// Whether a file must give it.
  let isRequired: Bool
  /// Whether it belongs to the initialization rather than to the layer.
  var isInitialization = false
  /// The value, or nil if it isn't set.
  let read: @Sendable (NamedLayer) -> FieldValue?
  /// Sets the value, or throws an error that says what it takes.
  let write: @Sendable (inout NamedLayer, FieldValue) throws(FieldProblem) -> Void
}

/// Makes the fields of one kind of layer from key paths of its payload. A field is only used on
/// layers of its kind.
struct PayloadFields<Payload: Sendable>: Sendable {
  let extract: @Sendable (Layer) -> Payload?
  let embed: @Sendable (Payload) -> Layer

  func whole(
    _ name: String, _ path: WritableKeyPath<Payload, Int> & Sendable, required: Bool = false
  ) -> LayerField {
    field(name, required, { .whole($0[keyPath: path]) }) { payload, value throws(FieldProblem) in
      payload[keyPath: path] = try value.asWhole()
    }
  }

  /// A number that may be left out; the word `any` removes it.
  func optionalWhole(
    _ name: String, _ path: WritableKeyPath<Payload, Int?> & Sendable
  ) -> LayerField {
    field(name, false, { $0[keyPath: path].map(FieldValue.whole) }) {
      payload, value throws(FieldProblem) in
      if case .word("any") = value {
        payload[keyPath: path] = nil
        return
      }
      guard case .whole(let whole) = value, whole > 0 else {
        throw FieldProblem(expected: "a whole number from 1, or any")
      }
      payload[keyPath: path] = whole
    }
  }

  func real(_ name: String, _ path: WritableKeyPath<Payload, Double> & Sendable) -> LayerField {
    field(name, false, { .real($0[keyPath: path]) }) { payload, value throws(FieldProblem) in
      payload[keyPath: path] = try value.asReal()
    }
  }

  func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: WritableKeyPath<Payload, Word> & Sendable
  ) -> LayerField {
    field(name, false, { .word($0[keyPath: path].rawValue) }) {
      payload, value throws(FieldProblem) in
      payload[keyPath: path] = try value.asWord()
    }
  }

  private func field(
    _ name: String, _ required: Bool, _ read: @escaping @Sendable (Payload) -> FieldValue?,
    _ write: @escaping @Sendable (inout Payload, FieldValue) throws(FieldProblem) -> Void
  ) -> LayerField {
    let (extract, embed) = (extract, embed)
    return LayerField(name: name, isRequired: required) { named in
      extract(named.layer).flatMap(read)
    } write: { named, value throws(FieldProblem) in
      guard var payload = extract(named.layer) else {
        preconditionFailure("The field \(name) belongs to another kind of layer.")
      }
      try write(&payload, value)
      named.layer = embed(payload)
    }
  }
}

extension FieldValue {
  /// The whole number.
  func asWhole() throws(FieldProblem) -> Int {
    guard case .whole(let whole) = self else { throw FieldProblem(expected: "a whole number") }
    return whole
  }

  /// The number.
  func asReal() throws(FieldProblem) -> Double {
    switch self {
    case .whole(let whole): return Double(whole)
    case .real(let real): return real
    case .word: throw FieldProblem(expected: "a number")
    }
  }

  /// The word, which must be one of the type's; `2012` means `source2012`.
  func asWord<Word: RawRepresentable<String> & CaseIterable>() throws(FieldProblem) -> Word {
    if let word = Word(rawValue: description) { return word }
    if let word = Word(rawValue: "source" + description) { return word }
    let known = Word.allCases.map(\.rawValue)
    throw FieldProblem(
      expected: "one of \(known.joined(separator: ", "))",
      suggestion: Suggestion.didYouMean(description, among: known))
  }
}
