import Basics
import CLibrary
import Tensors

extension Function {
  /// Functions of one number, applied element by element to tensors.
  package static let numbers: [Function] = [
    elementwise("abs", "the magnitude", "abs(-3)") { abs($0) },
    elementwise("sqrt", "the square root", "sqrt(2)") { $0.squareRoot() },
    elementwise("exp", "e to the power of x", "exp(1)") { exp($0) },
    elementwise("log", "the natural logarithm", "log(10)") { log($0) },
    elementwise("tanh", "the hyperbolic tangent", "tanh(0.5)") { tanh($0) },
    elementwise("floor", "the whole number below, or x", "floor(54.25)", isWhole: true) {
      floor($0)
    },
    elementwise("ceil", "the whole number above, or x", "ceil(54.25)", isWhole: true) { ceil($0) },
    elementwise(
      "round", "the nearest whole number, halves away from 0", "round(2.5)", isWhole: true
    ) {
      $0.rounded()
    },
    Function(
      "pow", [.plain("x"), .plain("exponent")], "x to a power, as x ** exponent",
      example: "pow(2, 10)"
    ) { call in
      if case .number(let x)? = call.value("x"), case .number(let y)? = call.value("exponent") {
        return .number(Number(pow(x.value, y.value), isInteger: x.isInteger && y.isInteger))
      }
      return .tensor(
        try pairwise(
          try call.numeric("x"), try call.numeric("exponent"), call.cancellation
        ) { pow($0, $1) })
    },
  ]

  private static func elementwise(
    _ name: String, _ summary: String, _ example: String, isWhole: Bool = false,
    _ body: @escaping @Sendable (Double) -> Double
  ) -> Function {
    Function(name, [.plain("x")], summary, example: example) { call in
      switch try call.numeric("x") {
      case .tensor(let tensor):
        return .tensor(try Expressions.elementwise(tensor, call.cancellation, body))
      case .number(let x):
        let result = body(x.value)
        if x.value.isFinite && !result.isFinite {
          call.notes.add(
            "\(name)(\(NumberFormat.format(x.value))) is "
              + (result.isNaN ? "not a number" : result < 0 ? "minus infinity" : "infinite"))
        }
        return .number(Number(result, isInteger: isWhole || (name == "abs" && x.isInteger)))
      case let other:
        throw call.fault(.value, "x", "x must be a number or a tensor, not \(other.sort)")
      }
    }
  }

  /// Functions that reduce many numbers to one.
  package static let reductions: [Function] = [
    reduction("min", .min, "the smallest of a tensor, a list or some numbers", "min(3, 1, 2)"),
    reduction("max", .max, "the largest of a tensor, a list or some numbers", "max(3, 1, 2)"),
    reduction("sum", .sum, "the sum of a tensor, a list or some numbers", "sum([96, 256, 384])"),
    reduction("mean", .mean, "the mean of a tensor, a list or some numbers", "mean([1, 2, 6])"),
    Function(
      "argmax", [.plain("x")], "the index of the largest element, counted from 0",
      example: "argmax([3, 9, 4])"
    ) { call in try call.tensor("x").placeOfLargest() },
    topK,
  ]

  private static func reduction(
    _ name: String, _ member: ListMember, _ summary: String, _ example: String
  ) -> Function {
    Function(name, [.plain("x")], isVariadic: true, summary, example: example) { call in
      let values = [call.value("x")!] + call.rest.map(\.value)
      if values.count == 1 {
        switch values[0] {
        case .tensor(let tensor):
          return try TensorMember(rawValue: member.rawValue)!.value(of: tensor, call.cancellation)
        case .list(let elements):
          return try member.value(of: elements)
        default: break
        }
      }
      // With a tensor and a number, max(x, 0) is computed element by element.
      if values.count == 2, member == .min || member == .max, values.contains(where: \.isTensor) {
        let pick: (Double, Double) -> Double = { a, b in
          a.isNaN || b.isNaN ? .nan : member == .min ? Swift.min(a, b) : Swift.max(a, b)
        }
        return .tensor(try pairwise(values[0], values[1], call.cancellation, pick))
      }
      return try member.value(of: values)
    }
  }
}

extension Value {
  var isTensor: Bool {
    if case .tensor = self { true } else { false }
  }
}

extension Call {
  /// An argument that must be a number or a tensor.
  package func numeric(_ name: String) throws -> Value {
    guard let value = value(name), value.isNumeric else {
      throw fault(
        .value, name, "\(name) must be a number or a tensor, not \(value(name)?.sort ?? "missing")")
    }
    return value
  }
}
