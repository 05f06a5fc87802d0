import Basics
import Networks
import TensorFiles
import Tensors

/// The tensors of a case, read name by name; a tensor that wasn't read is an error at the end.
struct CaseTensors {
  private let file: SafeTensors
  private var rest: Set<String>

  init(_ file: SafeTensors) {
    self.file = file
    rest = Set(file.names)
  }

  func has(_ name: String) -> Bool { rest.contains(name) }

  /// `input.NAME`, which must be F32.
  mutating func input(
    _ name: String, read: Tensor? = nil, rank: Int? = nil, shape: Shape? = nil
  ) throws(GoldenError) -> Tensor {
    let tensor: Tensor
    if let read {
      tensor = read
    } else {
      try require("input.\(name)", .float32)
      do {
        tensor = try file.tensor("input.\(name)")
      } catch {
        throw GoldenError(error)
      }
    }
    if let rank, tensor.shape.rank != rank {
      throw fail("input.\(name) is \(tensor.shape) where \(rank) axes belong")
    }
    if let shape, tensor.shape != shape {
      throw fail("input.\(name) is \(tensor.shape) where \(shape) belongs")
    }
    return tensor
  }

  /// `input.labels`, which must be I64: `count` classes.
  mutating func labels(
    _ name: String = "labels", count: Int, classes: Int
  ) throws(GoldenError) -> [Int] {
    try require("input.\(name)", .int64)
    let labels: [Int]
    do {
      labels = try file.integers("input.\(name)")
    } catch {
      throw GoldenError(error)
    }
    guard labels.count == count, labels.allSatisfy({ (0..<classes).contains($0) }) else {
      throw fail(
        "input.\(name) must be \(NumberFormat.count(count, "class", "classes")) from 0 to \(classes - 1)"
      )
    }
    return labels
  }

  /// `expected.NAME`, or another tensor by its full name, which must be F64.
  mutating func expected(
    _ name: String, shape: Shape, prefix: String = "expected."
  ) throws(GoldenError) -> [Double] {
    try require(prefix + name, .float64)
    let stored = file.shape(of: prefix + name) ?? []
    guard stored == shape else {
      throw fail("\(printable(prefix + name)) is \(stored) where \(shape) belongs")
    }
    do {
      return try file.doubles(prefix + name)
    } catch {
      throw GoldenError(error)
    }
  }

  /// Reports tensors that weren't read: a misspelled one would not be compared.
  func finish() throws(GoldenError) {
    if let extra = rest.min() { throw fail("the tensor \(printable(extra)) doesn't belong there") }
  }

  private mutating func require(_ name: String, _ type: ElementType) throws(GoldenError) {
    guard let stored = file.elementType(of: name) else { throw fail("it lacks \(name)") }
    guard stored == type else {
      throw fail("\(name) is \(stored.rawValue) where \(type.rawValue) belongs")
    }
    rest.remove(name)
  }

  private func fail(_ reason: String) -> GoldenError { GoldenError(file.file, reason) }
}
