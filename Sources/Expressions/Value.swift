import Basics
import Tensors

/// A number of the expression language: a Double that remembers whether it is a whole number by
/// construction.
///
/// Sums, products and sizes of whole numbers are whole. Elements of tensors and numbers written
/// with a decimal point aren't, even if their value happens to be. Only divisions of whole numbers
/// cause a remark.
package struct Number: Hashable, Sendable {
  package let value: Double
  /// Whether it is whole by construction; always false beyond ±2⁵³.
  package let isInteger: Bool

  /// A number. `isInteger` is ignored if the value isn't whole or is too large to be exact.
  package init(_ value: Double, isInteger: Bool = false) {
    self.value = value
    self.isInteger =
      isInteger && abs(value) <= NumberFormat.largestExact && value == value.rounded()
  }

  /// Compares only the values.
  package static func == (a: Number, b: Number) -> Bool { a.value == b.value }

  package func hash(into hasher: inout Hasher) { hasher.combine(value) }
}

/// A range of indices. A missing end is the end of the axis.
package struct IndexRange: Hashable, Sendable {
  /// The first index; nil for the start of the axis.
  package let lower: Int?
  /// The index after the last; nil for the end of the axis.
  package let upper: Int?

  package init(lower: Int?, upper: Int?) { (self.lower, self.upper) = (lower, upper) }
}

/// The value of an expression.
package enum Value: Equatable, Sendable {
  case number(Number)
  case boolean(Bool)
  case string(String)
  case tensor(Tensor)
  /// A list; a shape is a list of whole numbers.
  case list([Value])
  case range(IndexRange)
  /// A layer of the network, by name; as an operand it means its output.
  case layer(String)
  /// A function, by name.
  case function(String)

  /// A number that doesn't count as whole, even if its value is.
  package init(_ value: Double) { self = .number(Number(value)) }

  /// A whole number.
  package init(_ value: Int) { self = .number(Number(Double(value), isInteger: true)) }

  /// A shape as a list of its sizes.
  package init(_ shape: Shape) { self = .list(shape.dimensions.map { Value($0) }) }

  /// The number; nil for other values.
  package var double: Double? {
    if case .number(let number) = self { number.value } else { nil }
  }

  /// The number as an Int; nil if it isn't whole or doesn't fit.
  package var integer: Int? { double.flatMap(Int.init(exactly:)) }

  /// The numbers in a list of whole numbers; nil for other values.
  package var integers: [Int]? {
    guard case .list(let elements) = self else { return nil }
    let integers = elements.compactMap(\.integer)
    return integers.count == elements.count ? integers : nil
  }
}

extension Value: CustomStringConvertible {
  /// The value as one line of plain text. Larger tensors are shown by shape and statistics, long
  /// lists by their first and last elements.
  package var description: String { text() }

  /// The description, with another minus sign.
  package func text(minus: NumberFormat.Minus = .sign) -> String {
    switch self {
    case .number(let number): NumberFormat.format(number.value, minus: minus)
    case .boolean(let boolean): boolean ? "true" : "false"
    case .string(let text): Self.quoted(text)
    case .tensor(let tensor): Self.text(of: tensor, minus)
    case .list(let elements): Self.bracketed(elements) { $0.text(minus: minus) }
    case .range(let range): Self.text(of: range)
    case .layer(let name): "layer \(name)"
    case .function(let name): Function.named(name).map { "\($0.signature): \($0.summary)" } ?? name
    }
  }

  /// A description of the type for error messages: "a tensor of 3×4".
  package var sort: String {
    switch self {
    case .number: "a number"
    case .boolean: "true or false"
    case .string: "text"
    case .tensor(let tensor): "a tensor of \(tensor.shape)"
    case .list(let elements): "a list of \(elements.count)"
    case .range: "a range"
    case .layer(let name): "the layer \(name)"
    case .function(let name): "the function \(name)"
    }
  }

  private static func text(of tensor: Tensor, _ minus: NumberFormat.Minus) -> String {
    if tensor.count <= 12 {
      let elements = bracketed(tensor.values) { NumberFormat.format(Double($0), minus: minus) }
      return tensor.shape.rank == 1 ? elements : "\(tensor.shape) \(elements)"
    }
    return "\(tensor.shape)  \(TensorStatistics(tensor))"
  }

  private static func bracketed<T>(_ elements: [T], _ text: (T) -> String) -> String {
    if elements.count <= 16 {
      return "[" + elements.map(text).joined(separator: ", ") + "]"
    }
    let ends = (elements.prefix(6).map(text), elements.suffix(3).map(text))
    return "[" + (ends.0 + ["..."] + ends.1).joined(separator: ", ")
      + "] (\(elements.count) elements)"
  }

  private static func text(of range: IndexRange) -> String {
    let lower = range.lower.map(String.init) ?? ""
    guard let upper = range.upper else { return "\(lower)..." }
    // An empty range has no last element.
    return upper > (range.lower ?? 0) ? "\(lower)...\(upper - 1)" : "\(lower)..<\(upper)"
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
