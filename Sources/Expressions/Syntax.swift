import Basics

/// A part of an expression, with its location.
///
/// Runs of operators of equal precedence (`a + b − c`) and of suffixes (`a.b[c](d)`) are lists, so
/// the depth of the tree is bounded by the nesting in the source, not by its length.
package struct Node: Sendable {
  indirect enum Kind: Sendable {
    case number(Number)
    case text(String)
    case name(String)
    case list([Node])
    /// A first operand and one or more operators of the same precedence, from left to right.
    case chain(Node, [Link])
    case prefix(Symbol, Node)
    /// `lower...upper`; in a subscript either end may be missing.
    case range(lower: Node?, upper: Node?, isClosed: Bool)
    case suffixed(Node, [Suffix])
  }

  /// An operator and its right operand.
  struct Link: Sendable {
    let symbol: Symbol
    let range: Range<Int>
    let operand: Node
  }

  /// A suffix after a value.
  enum Suffix: Sendable {
    case member(String, Range<Int>)
    case subscripts([Node], Range<Int>)
    case call([Argument], Range<Int>)
  }

  /// One argument of a call.
  struct Argument: Sendable {
    let label: String?
    let labelRange: Range<Int>
    let value: Node
  }

  let kind: Kind
  /// Offsets in Unicode scalars.
  let range: Range<Int>
}

/// One line: an expression, or a `let` that names its value.
struct Statement: Sendable {
  let name: String?
  let nameRange: Range<Int>
  let value: Node
}
