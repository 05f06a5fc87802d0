import Basics
import Tensors

/// A file of named tensors in the safetensors format, opened for reading. The header is read and
/// checked at once; elements are read from the disk when a tensor is requested.
///
/// Source: the format's description, github.com/huggingface/safetensors.
public struct SafeTensors: Sendable {
  /// The file, as the caller named it.
  public let file: String
  /// The strings stored with the tensors, by name.
  public var metadata: [String: String] { header.metadata }
  /// The tensors' names, in the order of their data.
  public var names: [String] { header.names }

  private let header: SafeTensorsHeader
  private let source: Source
  /// Where the elements start: after the header.
  private let start: Int

  private enum Source: Sendable {
    case file(OpenFile)
    case bytes([UInt8])

    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws(FileError) {
      switch self {
      case .file(let file): try file.read(into: buffer, at: offset)
      case .bytes(let bytes):
        bytes.withUnsafeBytes {
          buffer.copyMemory(from: .init(rebasing: $0[offset...].prefix(buffer.count)))
        }
      }
    }
  }

  /// Opens the file at `path`.
  ///
  /// - Throws: `SafeTensorsError` if it can't be read or isn't valid.
  public init(path: String) throws(SafeTensorsError) {
    let file: OpenFile
    do {
      file = try OpenFile(path)
    } catch {
      throw SafeTensorsError(error, in: path)
    }
    try self.init(.file(file), count: file.count, file: path)
  }

  /// Reads a file that is already in memory; `file` is its name in messages.
  ///
  /// - Throws: `SafeTensorsError` if it isn't valid.
  public init(bytes: [UInt8], file: String) throws(SafeTensorsError) {
    try self.init(.bytes(bytes), count: bytes.count, file: file)
  }

  private init(_ source: Source, count: Int, file: String) throws(SafeTensorsError) {
    self.file = file
    self.source = source
    do throws(SafeTensorsError) {
      (header, start) = try Self.header(source, count: count, file: file)
    } catch {
      // For a file of another kind, naming the kind helps more than a byte position.
      let bytes = try Self.bytes(source, 0..<min(count, FileKind.prefixLength), file)
      guard let other = FileKind.mismatch(bytes, wanted: .safetensors) else { throw error }
      throw SafeTensorsError(file, nil, other.reason, hint: other.hint)
    }
  }

  private static func header(
    _ source: Source, count: Int, file: String
  ) throws(SafeTensorsError) -> (SafeTensorsHeader, start: Int) {
    guard count >= 8 else {
      throw SafeTensorsError(
        file, nil, "\(count) bytes are too few for a safetensors file, which takes 8 and a header")
    }
    let word = try bytes(source, 0..<8, file).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let length = try SafeTensorsHeader.length(word, count: count, file: file)
    let bytes = try bytes(source, 8..<(8 + length), file)
    return (
      try SafeTensorsHeader(bytes, dataCount: count - 8 - length, file: file), 8 + length
    )
  }

  private static func bytes(
    _ source: Source, _ range: Range<Int>, _ file: String
  ) throws(SafeTensorsError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: range.count)
    try read(source, file) { () throws(FileError) in
      try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
        try source.read(into: UnsafeMutableRawBufferPointer(bytes), at: range.lowerBound)
      }
    }
    return bytes
  }

  /// The shape of a tensor, or nil if the file has no tensor of that name.
  public func shape(of name: String) -> Shape? { header.entries[ExactName(name)]?.shape }

  /// How a tensor's elements are stored; nil if the file has no tensor of that name, or its
  /// elements are of a type that can't be read.
  public func elementType(of name: String) -> ElementType? {
    header.entries[ExactName(name)]?.type
  }

  /// A tensor of floating-point numbers, as Floats; Doubles are rounded to the nearest.
  ///
  /// - Throws: `SafeTensorsError` if the tensor is missing, holds whole numbers or elements of a
  ///   type that can't be read, or the file can no longer be read.
  public func tensor(_ name: String) throws(SafeTensorsError) -> Tensor {
    let (entry, type) = try floatingPoint(name)
    let values = try elements(of: entry, type) { Float(type.double(at: $0)) }
    return Tensor(shape: entry.shape, values: values)
  }

  /// The elements of a tensor of floating-point numbers, in row-major order, exactly as stored.
  ///
  /// - Throws: `SafeTensorsError`, as for `tensor(_:)`.
  public func doubles(_ name: String) throws(SafeTensorsError) -> [Double] {
    let (entry, type) = try floatingPoint(name)
    return try elements(of: entry, type) { type.double(at: $0) }
  }

  /// The elements of a tensor of whole numbers, in row-major order.
  ///
  /// - Throws: `SafeTensorsError` if the tensor is missing, or holds floating-point numbers or a
  ///   number above `Int.max`.
  public func integers(_ name: String) throws(SafeTensorsError) -> [Int] {
    let (entry, type) = try entry(name)
    guard !type.isFloatingPoint else {
      throw fail(name, "it holds \(type.rawValue), not whole numbers")
    }
    let values = try elements(of: entry, type) { type.integer(at: $0) }
    let integers = values.compactMap(\.self)
    guard integers.count == values.count else {
      throw fail(name, "a number is larger than \(Int.max)")
    }
    return integers
  }

  private func fail(_ name: String, _ reason: String) -> SafeTensorsError {
    SafeTensorsError(file, "tensor \(printable(name))", reason)
  }

  private typealias Found = (entry: SafeTensorsHeader.Entry, type: ElementType)

  private func entry(_ name: String) throws(SafeTensorsError) -> Found {
    guard let entry = header.entries[ExactName(name)] else {
      throw fail(name, "the file has no tensor of that name")
    }
    guard let type = entry.type else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw fail(
        name,
        "it holds \(printable(entry.dtype, limit: 40)), which can't be read; "
          + "\(known) can")
    }
    return (entry, type)
  }

  private func floatingPoint(_ name: String) throws(SafeTensorsError) -> Found {
    let found = try entry(name)
    guard found.type.isFloatingPoint else {
      throw fail(
        name, "it holds \(found.type.rawValue), not floating-point numbers")
    }
    return found
  }

  /// Reads the elements a piece at a time, to avoid a second copy in memory.
  private func elements<T>(
    of entry: SafeTensorsHeader.Entry, _ type: ElementType, _ decode: (UnsafeRawPointer) -> T
  ) throws(SafeTensorsError) -> [T] {
    let (count, size) = (entry.shape.count, type.size)
    let needed = ByteCount(count * MemoryLayout<T>.stride)
    if needed > .worthChecking {
      do {
        try Memory.require(needed, for: "a tensor of \(entry.shape)", hint: "")
      } catch {
        throw SafeTensorsError(file, nil, error.message)
      }
    }
    var values: [T] = []
    values.reserveCapacity(count)
    var piece = [UInt8](repeating: 0, count: min(count, 1 << 17) * size)
    while values.count < count {
      let elements = min(count - values.count, 1 << 17)
      let offset = start + entry.range.lowerBound + values.count * size
      try Self.read(source, file) { () throws(FileError) in
        try piece.withUnsafeMutableBufferPointer { piece throws(FileError) in
          let buffer = UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: piece.prefix(elements * size)))
          try source.read(into: buffer, at: offset)
          for i in 0..<elements { values.append(decode(buffer.baseAddress! + i * size)) }
        }
      }
    }
    return values
  }

  private static func read(
    _ source: Source, _ file: String, _ body: () throws(FileError) -> Void
  ) throws(SafeTensorsError) {
    do {
      try body()
    } catch {
      throw SafeTensorsError(error, in: file)
    }
  }
}
