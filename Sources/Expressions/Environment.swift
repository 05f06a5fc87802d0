import Layers
import ReferenceEngine
import Tensors

/// Looks up the names in expressions.
///
/// Methods may throw `Complaint`, to which the evaluator adds the location, or `Cancelled`.
package protocol Environment {
  /// The value of a name, or nil if it is undefined. The name of a layer gives `.layer`.
  func lookup(_ name: String) throws -> Value?

  /// A member of a layer (`output`, `weight`, `gradient`, …), or nil if it has none with this name. A
  /// member that exists but isn't available yet throws a `Complaint` of kind `state`.
  func member(_ member: String, of layer: String) throws -> Value?

  /// The names of a layer's members, for completion and spelling suggestions.
  func members(of layer: String) -> [String]

  /// The result of the cell with this number, as for `out[3]`; nil if there is none.
  func result(ofCell number: Int) throws -> Value?

  /// Defines a name.
  mutating func bind(_ name: String, to value: Value) throws

  /// Every name that `lookup` knows, for completion and spelling suggestions.
  func names() -> [String]

  /// The names of the network's classes, in the order of its outputs; empty if they aren't known.
  var classNames: [String] { get }

  /// Polled during long computations.
  var cancellation: Cancellation { get }

  /// The engine that computes layers in expressions.
  var engine: any Engine { get }
}

extension Environment {
  /// The members of most layers.
  package func members(of layer: String) -> [String] {
    ["output", "input", "weight", "bias", "gradient", "shape", "parameters"]
  }

  /// By default, cells have no results.
  package func result(ofCell number: Int) throws -> Value? { nil }

  /// By default, classes have no names.
  package var classNames: [String] { [] }

  /// By default, nothing can be cancelled.
  package var cancellation: Cancellation { .never }

  /// By default, the reference engine, because expressions show how operations are defined.
  package var engine: any Engine { ReferenceEngine() }
}

/// The result of evaluating an expression.
package struct Evaluated: Equatable, Sendable {
  /// The value of the last line.
  package let value: Value
  /// The name, if the last line was a `let`.
  package let name: String?
  /// Remarks for the reader, for example about a division with a remainder or a result of NaN.
  package let notes: [String]

  package init(value: Value, name: String? = nil, notes: [String] = []) {
    (self.value, self.name, self.notes) = (value, name, notes)
  }
}
