import Layers
import ReferenceEngine
import Tensors

/// What the names in an expression stand for.
///
/// Methods may throw `Complaint`, which the evaluator gives a place, or `Cancelled`.
package protocol Environment {
  /// The value of a name, or nil where it stands for nothing. A layer's name gives `.layer`.
  func lookup(_ name: String) throws -> Value?

  /// A member of a layer (`output`, `weight`, `gradient`, …), or nil where it has none of that name. A
  /// member that exists but cannot be had yet is a `Complaint` of kind `state`.
  func member(_ member: String, of layer: String) throws -> Value?

  /// The names of a layer's members, for completion and did-you-mean.
  func members(of layer: String) -> [String]

  /// The result of a cell, by its number, or nil where there is none: `out[3]`.
  func result(ofCell number: Int) throws -> Value?

  /// Gives a value a name.
  mutating func bind(_ name: String, to value: Value) throws

  /// Every name that `lookup` knows, for completion and did-you-mean.
  func names() -> [String]

  /// Polled by everything that takes long.
  var cancellation: Cancellation { get }

  /// What computes layers in expressions.
  var engine: any Engine { get }
}

extension Environment {
  /// The members that most layers have.
  package func members(of layer: String) -> [String] {
    ["output", "input", "weight", "bias", "gradient", "shape", "parameters"]
  }

  /// No cell has a result.
  package func result(ofCell number: Int) throws -> Value? { nil }

  /// Nothing cancels.
  package var cancellation: Cancellation { .never }

  /// The reference engine: expressions show how operations are defined.
  package var engine: any Engine { ReferenceEngine() }
}

/// What an expression came to.
package struct Evaluated: Equatable, Sendable {
  /// The value of the last line.
  package let value: Value
  /// The name that the last line gave it, where it was a `let`.
  package let name: String?
  /// Remarks for a reader: a division that is not whole, a value that is not a number.
  package let notes: [String]

  /// The value, the name it was given and the remarks made on the way.
  package init(value: Value, name: String? = nil, notes: [String] = []) {
    (self.value, self.name, self.notes) = (value, name, notes)
  }
}
