import Basics
import Tensors

/// Members such as `.shape` and `.mean`.
extension Evaluator {
  /// A member of a value. For a layer, members of the layer come first, then those of its output.
  package func member(
    _ name: String, of value: Value, at range: Range<Int>, base: Range<Int>
  ) throws -> Value {
    switch value {
    case .layer(let layer):
      if let found = try placing(range, { try environment.member(name, of: layer) }) {
        return found
      }
      if TensorMember(rawValue: name) != nil {
        return try member(name, of: try resolved(value, at: base), at: range, base: base)
      }
      let known = environment.members(of: layer) + TensorMember.names
      throw unknown(name, of: layer, among: known, at: range)
    case .tensor(let tensor):
      guard let member = TensorMember(rawValue: name) else {
        throw unknown(name, of: value.sort, among: TensorMember.names, at: range)
      }
      return try placing(range) { try member.value(of: tensor, environment.cancellation) }
    case .list(let elements):
      guard let member = ListMember(rawValue: name) else {
        throw unknown(name, of: value.sort, among: ListMember.names, at: range)
      }
      return try placing(range) { try member.value(of: elements) }
    case .number, .boolean, .string, .range, .function:
      throw error(.name, "\(value.sort) has no member \(name.prefix(60))", at: range)
    }
  }

  private func unknown(
    _ name: String, of owner: String, among known: [String], at range: Range<Int>
  ) -> ExpressionError {
    let hint =
      Suggestion.nearest(to: name, among: known).map { "did you mean .\($0)?" }
      ?? "it has " + known.map { "." + $0 }.joined(separator: ", ")
    return error(.name, "\(owner) has no member \(name.prefix(60))", hint: hint, at: range)
  }
}

/// The members of a tensor.
enum TensorMember: String, CaseIterable {
  case shape, count, min, max, mean, sum, deviation, rms, zeros, argmax, flattened, transposed,
    values

  static let names = allCases.map(\.rawValue)

  /// The largest number of elements that `values` lists.
  static let mostValues = 10_000

  func value(of tensor: Tensor, _ cancellation: Cancellation) throws -> Value {
    let statistics = { TensorStatistics(tensor) }
    return switch self {
    case .shape: Value(tensor.shape)
    case .count: Value(tensor.count)
    case .min: Value(statistics().min)
    case .max: Value(statistics().max)
    case .mean: Value(statistics().mean)
    case .sum: Value(statistics().sum)
    case .deviation: Value(statistics().deviation)
    case .rms: Value(statistics().rms)
    case .zeros: Value(statistics().zeros)
    case .argmax: try tensor.placeOfLargest()
    case .flattened: .tensor(tensor.reshaped(to: [tensor.count]))
    case .transposed: .tensor(try tensor.transposed(cancellation))
    case .values: try tensor.list()
    }
  }
}

/// The members of a list.
enum ListMember: String, CaseIterable {
  case count, min, max, mean, sum, product

  static let names = allCases.map(\.rawValue)

  func value(of list: [Value]) throws -> Value {
    if self == .count { return Value(list.count) }
    let numbers = try list.map { element in
      guard case .number(let number) = element else {
        throw Complaint(.value, "\(rawValue) needs numbers, but the list has \(element.sort)")
      }
      return number
    }
    return try self.value(of: numbers)
  }

  /// The statistic of a list of numbers. It counts as a whole number if they all do, except for the
  /// mean.
  func value(of numbers: [Number]) throws -> Value {
    guard let first = numbers.first?.value else {
      throw Complaint(.value, "an empty list has no \(rawValue)")
    }
    let values = numbers.map(\.value)
    let sum = values.reduce(0, +)
    let result: Double =
      switch self {
      case .count: Double(values.count)
      case .min: values.contains(where: \.isNaN) ? .nan : values.reduce(first, Swift.min)
      case .max: values.contains(where: \.isNaN) ? .nan : values.reduce(first, Swift.max)
      case .mean: sum / Double(values.count)
      case .sum: sum
      case .product: values.reduce(1, *)
      }
    return .number(Number(result, isInteger: numbers.allSatisfy(\.isInteger)))
  }
}

extension Tensor {
  /// The index of the largest element, or of the first one among equals: a number if only one axis
  /// has more than one element, otherwise a list of coordinates along all such axes.
  func placeOfLargest() throws -> Value {
    guard let offset = withUnsafeBufferPointer({ $0.indexOfLargest }) else {
      throw Complaint(.value, "\(shape) has no elements, so there is no largest")
    }
    let place = shape.index(at: offset)
    let coordinates = zip(place, shape.dimensions).filter { $0.1 > 1 }.map { Value($0.0) }
    return coordinates.count > 1 ? .list(coordinates) : coordinates.first ?? Value(0)
  }

  /// The transpose of a matrix.
  package func transposed(_ cancellation: Cancellation) throws -> Tensor {
    guard shape.rank == 2 else {
      throw Complaint(
        .shape, "only a tensor with two axes can be transposed, not \(shape)",
        hint: "take a slice, or reshape(x, [rows, columns])")
    }
    var result = Tensor(zeros: [shape[1], shape[0]])
    let (rows, columns) = (shape[0], shape[1])
    try result.withUnsafeMutableBufferPointer { (output) throws in
      try withUnsafeBufferPointer { (input) throws in
        for y in 0..<rows {
          try cancellation.check()
          for x in 0..<columns { output[x * rows + y] = input[y * columns + x] }
        }
      }
    }
    return result
  }

  /// The elements as a list of numbers, row by row.
  package func list() throws -> Value {
    guard count <= TensorMember.mostValues else {
      throw Complaint(
        .limit, "\(shape) has \(NumberFormat.grouped(count)) values, too many to list",
        hint: "take a slice of at most \(NumberFormat.grouped(TensorMember.mostValues))")
    }
    return .list(values.map { Value(Double($0)) })
  }
}
