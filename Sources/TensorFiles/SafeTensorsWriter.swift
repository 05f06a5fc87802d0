import Tensors

/// Collects named tensors and writes them as a safetensors file. The same content gives the same
/// bytes: names are sorted, and the header is padded with spaces to a multiple of 8 bytes.
public struct SafeTensorsWriter: Sendable {
  /// Strings to store with the tensors, by name.
  public var metadata: [String: String]
  private var entries: [String: Entry] = [:]

  private enum Elements {
    case floats([Float])
    /// Floats that are rounded to half precision.
    case halves([Float])
    case doubles([Double])
    case integers([Int])
    /// Floats that are computed only when the file is written, perhaps rounded to half precision.
    case later(isHalf: Bool)

    var type: ElementType {
      switch self {
      case .floats, .later(isHalf: false): .float32
      case .halves, .later(isHalf: true): .float16
      case .doubles: .float64
      case .integers: .int64
      }
    }
  }

  private struct Entry {
    let shape: Shape
    let elements: Elements
  }

  /// A file without tensors so far.
  public init(metadata: [String: String] = [:]) { self.metadata = metadata }

  /// Adds a tensor, as F32, or rounded to half precision as F16.
  public mutating func add(_ name: String, _ tensor: Tensor, asHalf: Bool = false) {
    add(
      name, tensor.shape, asHalf ? .halves(tensor.values) : .floats(tensor.values),
      count: tensor.count)
  }

  /// Adds numbers in row-major order, as F64.
  public mutating func add(_ name: String, doubles: [Double], shape: Shape) {
    add(name, shape, .doubles(doubles), count: doubles.count)
  }

  /// Adds whole numbers in row-major order, as I64.
  public mutating func add(_ name: String, integers: [Int], shape: Shape) {
    add(name, shape, .integers(integers), count: integers.count)
  }

  /// Adds a tensor, as F32 or F16, whose values are computed when the file is written: see
  /// `write(to:making:)`.
  public mutating func add(_ name: String, later shape: Shape, asHalf: Bool = false) {
    add(name, shape, .later(isHalf: asHalf), count: shape.count)
  }

  private mutating func add(_ name: String, _ shape: Shape, _ elements: Elements, count: Int) {
    precondition(shape.count == count, "\(shape) holds \(shape.count) values, not \(count).")
    precondition(name != "__metadata__", "A tensor cannot be called __metadata__.")
    precondition(entries[name] == nil, "The tensor \(name) was added already.")
    entries[name] = Entry(shape: shape, elements: elements)
  }

  /// Writes the file whole or not at all.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  public func write(to path: String) throws(FileError) {
    try AtomicFile.write(to: path) { writer throws(FileError) in
      try forEachPiece { piece throws(FileError) in try writer.append(piece) }
    }
  }

  /// Writes the file whole or not at all, with tensors that are computed one at a time, so that
  /// they are never in memory together.
  ///
  /// - Parameter make: computes the tensor of this name.
  /// - Throws: `FileError`, or what `make` throws; the file is then as it was.
  public func write(to path: String, making make: (String) throws -> Tensor) throws {
    var failure: (any Error)?
    do {
      try AtomicFile.write(to: path) { writer throws(FileError) in
        try forEachPiece(
          making: { (name: String) throws(FileError) -> [Float] in
            do {
              return try make(name).values
            } catch {
              failure = error
              throw FileError(.write, path, reason: "its contents cannot be made")
            }
          }, { (piece: UnsafeRawBufferPointer) throws(FileError) in try writer.append(piece) })
      }
    } catch {
      throw failure ?? error
    }
  }

  /// The bytes of the file.
  public func bytes() -> [UInt8] {
    var bytes: [UInt8] = []
    forEachPiece { bytes.append(contentsOf: $0) }
    return bytes
  }

  /// Passes on the file in pieces: the header first, then each tensor's elements.
  package func forEachPiece<E: Error>(_ body: (UnsafeRawBufferPointer) throws(E) -> Void) throws(E)
  {
    try forEachPiece(
      making: { (name: String) throws(E) -> [Float] in
        preconditionFailure("Nothing makes the tensor \(name).")
      }, body)
  }

  /// Passes on the file in pieces, with the values of tensors added as `later` as `later` gives them.
  package func forEachPiece<E: Error>(
    making later: (String) throws(E) -> [Float],
    _ body: (UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    // Sorted by bytes, as other writers of the format do.
    let names = entries.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    let header = header(names)
    try header.withUnsafeBufferPointer { bytes throws(E) in try body(.init(bytes)) }
    for name in names {
      switch entries[name]!.elements {
      case .floats(let values): try Self.write(values, body)
      case .halves(let values): try Self.write(halves: values, body)
      case .later(isHalf: false): try Self.write(try later(name), body)
      case .later(isHalf: true): try Self.write(halves: try later(name), body)
      case .doubles(let values):
        try values.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { bytes throws(E) in
          try body(.init(bytes))
        }
      case .integers(let values):
        try values.map { Int64($0).littleEndian }.withUnsafeBufferPointer { bytes throws(E) in
          try body(.init(bytes))
        }
      }
    }
  }

  private static func write<E: Error>(
    halves values: [Float], _ body: (UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    try values.map { UInt16(halfPrecision: $0).littleEndian }
      .withUnsafeBufferPointer { bytes throws(E) in try body(.init(bytes)) }
  }

  private static func write<E: Error>(
    _ values: [Float], _ body: (UnsafeRawBufferPointer) throws(E) -> Void
  ) throws(E) {
    #if _endian(little)
      try values.withUnsafeBufferPointer { bytes throws(E) in try body(.init(bytes)) }
    #else
      try values.map(\.bitPattern.littleEndian).withUnsafeBufferPointer { bytes throws(E) in
        try body(.init(bytes))
      }
    #endif
  }

  private func header(_ names: [String]) -> [UInt8] {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let strings = metadata.keys.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        .map { JSONValue.Member(name: $0, value: .string(metadata[$0]!)) }
      members.append(JSONValue.Member(name: "__metadata__", value: .object(strings)))
    }
    var offset = 0
    for name in names {
      let entry = entries[name]!
      let type = entry.elements.type
      let end = offset + entry.shape.count * type.size
      let value: JSONValue = [
        "data_offsets": .integers([offset, end]), "dtype": .string(type.rawValue),
        "shape": .integers(entry.shape.dimensions),
      ]
      members.append(JSONValue.Member(name: name, value: value))
      offset = end
    }
    var text = Array(JSONValue.object(members).line(spaces: false).utf8)
    text += [UInt8](repeating: 0x20, count: (8 - text.count % 8) % 8)
    return withUnsafeBytes(of: UInt64(text.count).littleEndian, Array.init) + text
  }
}
