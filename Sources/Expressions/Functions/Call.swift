import Basics
import Layers
import Tensors

/// A function call: its arguments with their locations, and what it needs from the evaluator.
package struct Call {
  /// The value and location of an argument.
  struct Argument {
    let value: Value
    let range: Range<Int>
  }

  let function: Function
  /// The arguments by parameter name.
  let arguments: [String: Argument]
  /// The arguments after the last parameter of a variadic function.
  let rest: [Argument]
  let environment: any Environment
  var notes: Notes

  /// An error in one of the arguments.
  struct Fault: DescribedError {
    let complaint: Complaint
    let parameter: String

    var kind: ErrorKind { complaint.kind }
    var message: String { complaint.message }
    var hint: String? { complaint.hint }
  }

  var cancellation: Cancellation { environment.cancellation }

  func fault(
    _ kind: ExpressionError.Kind, _ parameter: String, _ message: String, hint: String? = nil
  ) -> Fault {
    Fault(complaint: Complaint(kind, message, hint: hint), parameter: parameter)
  }

  /// The value of an argument, or the parameter's default; nil if there is neither.
  func value(_ name: String) -> Value? {
    arguments[name]?.value ?? function.parameters.first { $0.name == name }?.standard
  }

  func tensor(_ name: String) throws -> Tensor {
    guard let value = value(name) else { throw fault(.value, name, "\(name) is missing") }
    switch value {
    case .tensor(let tensor): return tensor
    case .list(let elements):
      let numbers = elements.compactMap(\.double)
      if !numbers.isEmpty, numbers.count == elements.count {
        return Tensor(shape: [numbers.count], values: numbers.map { Float($0) })
      }
    default: break
    }
    throw fault(.value, name, "\(name) must be a tensor, not \(value.sort)")
  }

  func number(_ name: String) throws -> Double {
    guard let value = value(name), let number = value.double else {
      throw fault(.value, name, "\(name) must be a number, not \(value(name)?.sort ?? "missing")")
    }
    return number
  }

  /// An argument that must be a whole number within the range that layers accept.
  func integer(_ name: String, least: Int = 0) throws -> Int {
    let number = try number(name)
    guard let integer = Int(exactly: number) else {
      throw fault(
        .value, name, "\(name) must be a whole number, not \(NumberFormat.format(number))")
    }
    guard integer >= least else {
      throw fault(.value, name, "\(name) must be at least \(least), not \(integer)")
    }
    guard integer <= ShapeError.largest else {
      throw fault(.value, name, "\(name) must be at most \(ShapeError.largest), not \(integer)")
    }
    return integer
  }

  /// An argument that must be one of a set of words.
  func word<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _ type: Choice.Type, aliases: [String: String] = [:]
  ) throws -> Choice where Choice.RawValue == String {
    let words = Choice.allCases.map(\.rawValue)
    guard case .string(let text)? = value(name) else {
      throw fault(
        .value, name,
        "\(name) must be one of "
          + words.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    guard let choice = Choice(rawValue: aliases[text] ?? text) else {
      let near = Suggestion.nearest(to: text, among: words)
      throw fault(
        .value, name, "\(name) can't be \"\(text.prefix(40))\"",
        hint: near.map { "did you mean \"\($0)\"?" }
          ?? "it must be one of " + words.map { "\"\($0)\"" }.joined(separator: ", "))
    }
    return choice
  }

  /// Throws if a tensor of this shape would be too large.
  static func checked(_ shape: Shape) throws -> Shape {
    var count = 1
    for size in shape.dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= mostElements else {
        throw Complaint(
          .limit,
          "a tensor of \(shape) is too large: at most \(NumberFormat.grouped(mostElements)) elements"
        )
      }
      count = product
    }
    return shape
  }

  /// 256 MB of Floats: more than any tensor of the networks here has.
  static let mostElements = 1 << 26
}
