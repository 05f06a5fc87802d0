import Basics
import CLibrary
import Tensors

/// Operators on numbers, tensors, lists and truth values.
extension Evaluator {
  mutating func prefix(_ symbol: Symbol, _ operand: Value, at range: Range<Int>) throws -> Value {
    let value = try resolved(operand, at: range)
    switch (symbol, value) {
    case (.not, .boolean(let boolean)): return .boolean(!boolean)
    case (.plus, .number), (.plus, .tensor): return value
    case (.minus, .number(let number)):
      return .number(Number(-number.value, isInteger: number.isInteger))
    case (.minus, .tensor(let tensor)):
      return .tensor(try elementwise(tensor, environment.cancellation) { -$0 })
    default:
      let wanted = symbol == .not ? "true or false" : "a number or a tensor"
      throw error(.value, "\(symbol.rawValue) needs \(wanted), not \(value.sort)", at: range)
    }
  }

  /// The value of `left symbol right`. Each element is computed in Double and rounded to Float
  /// once.
  mutating func combine(
    _ left: Value, _ symbol: Symbol, _ right: Value, at range: Range<Int>
  ) throws -> Value {
    let (a, b) = (try resolved(left, at: range), try resolved(right, at: range))
    switch (a, b) {
    case (.number(let x), .number(let y)):
      return symbol.isComparison ? compare(x, symbol, y) : number(x, symbol, y)
    case (.tensor(let x), .tensor(let y)) where symbol == .equal || symbol == .notEqual:
      return .boolean((x == y) == (symbol == .equal))
    case (.tensor, .number), (.number, .tensor), (.tensor, .tensor):
      let shapes = (shape(a), shape(b))
      if let x = shapes.0, let y = shapes.1, x != y {
        throw error(
          .shape, "\(x) and \(y) do not match: \(symbol.rawValue) needs tensors of the same shape",
          at: range)
      }
      let result = try placing(range) {
        try pairwise(a, b, environment.cancellation) { Self.compute($0, symbol, $1) }
      }
      if symbol == .divide || symbol == .remainder { noteZeros(in: b) }
      return .tensor(result)
    default:
      if symbol == .equal || symbol == .notEqual {
        return .boolean((a == b) == (symbol == .equal))
      }
      let culprit = a.isNumeric ? b : a
      throw error(
        .value, "\(symbol.rawValue) needs numbers or tensors, not \(culprit.sort)", at: range)
    }
  }

  private mutating func number(_ x: Number, _ symbol: Symbol, _ y: Number) -> Value {
    let (a, b) = (x.value, y.value)
    let result = Self.compute(a, symbol, b)
    let bothWhole = x.isInteger && y.isInteger
    let text = "\(NumberFormat.format(a)) \(symbol.rawValue) \(NumberFormat.format(b))"
    if (symbol == .divide || symbol == .remainder) && b == 0 {
      notes.add("division by zero: \(text)")
    } else if symbol == .divide, bothWhole, result != result.rounded() {
      let (down, up) = (NumberFormat.format(floor(result)), NumberFormat.format(ceil(result)))
      notes.add(
        "\(text) is not whole: \(NumberFormat.format(result)); rounded down \(down), up \(up)")
    } else if a.isFinite && b.isFinite && !result.isFinite {
      notes.add(result.isNaN ? "\(text) is not a number" : "\(text) is too large for a number")
    }
    return .number(Number(result, isInteger: bothWhole))
  }

  private mutating func compare(_ x: Number, _ symbol: Symbol, _ y: Number) -> Value {
    let (a, b) = (x.value, y.value)
    let text = NumberFormat.format(a)
    if (symbol == .equal || symbol == .notEqual) && a != b && text == NumberFormat.format(b)
      && !a.isNaN
    {
      notes.add("both print as \(text), but they differ by \(NumberFormat.format(abs(a - b)))")
    }
    return .boolean(Self.compute(a, symbol, b) == 1)
  }

  private func shape(_ value: Value) -> Shape? {
    if case .tensor(let tensor) = value { tensor.shape } else { nil }
  }

  private mutating func noteZeros(in divisor: Value) {
    switch divisor {
    case .number(let number) where number.value == 0:
      notes.add("division by zero")
    case .tensor(let tensor):
      let zeros = TensorStatistics(tensor).zeroCount
      let places = zeros == 1 ? "1 element" : "\(NumberFormat.grouped(zeros)) elements"
      if zeros > 0 { notes.add("division by zero in \(places)") }
    default: break
    }
  }

  /// One operation on two numbers, by the rules of IEEE 754. Comparisons give 1 or 0.
  static func compute(_ a: Double, _ symbol: Symbol, _ b: Double) -> Double {
    switch symbol {
    case .plus: a + b
    case .minus: a - b
    case .times: a * b
    case .divide: a / b
    case .remainder: a.truncatingRemainder(dividingBy: b)
    case .power: pow(a, b)
    case .equal: a == b ? 1 : 0
    case .notEqual: a != b ? 1 : 0
    case .less: a < b ? 1 : 0
    case .lessOrEqual: a <= b ? 1 : 0
    case .greater: a > b ? 1 : 0
    case .greaterOrEqual: a >= b ? 1 : 0
    default: preconditionFailure("\(symbol.rawValue) is not an operator on numbers.")
    }
  }
}

extension Value {
  /// Whether the value can be used in arithmetic.
  package var isNumeric: Bool {
    switch self {
    case .number, .tensor, .layer: true
    case .boolean, .string, .list, .range, .function: false
    }
  }
}

/// Applies a function to every element in Double, and rounds each result to Float once.
func elementwise(
  _ tensor: Tensor, _ cancellation: Cancellation, _ body: (Double) -> Double
) throws -> Tensor {
  var result = tensor
  try result.withUnsafeMutableBufferPointer { (values) throws in
    for i in values.indices {
      if i % 8192 == 0 { try cancellation.check() }
      values[i] = Float(body(Double(values[i])))
    }
  }
  return result
}

/// Combines two tensors of the same shape, or a tensor and a number, element by element in Double,
/// and rounds each result to Float once.
func pairwise(
  _ a: Value, _ b: Value, _ cancellation: Cancellation, _ body: (Double, Double) -> Double
) throws -> Tensor {
  switch (a, b) {
  case (.tensor(let x), .number(let y)):
    return try elementwise(x, cancellation) { body($0, y.value) }
  case (.number(let x), .tensor(let y)):
    return try elementwise(y, cancellation) { body(x.value, $0) }
  case (.tensor(let x), .tensor(let y)) where x.shape == y.shape:
    var result = x
    try result.withUnsafeMutableBufferPointer { (values) throws in
      try y.withUnsafeBufferPointer { (others) throws in
        for i in values.indices {
          if i % 8192 == 0 { try cancellation.check() }
          values[i] = Float(body(Double(values[i]), Double(others[i])))
        }
      }
    }
    return result
  default:
    throw Complaint(
      .shape, "\(a.sort) and \(b.sort) do not match",
      hint: "use tensors of the same shape, or a number")
  }
}
