import Basics
import TensorFiles

/// A range of bytes in a file, in memory, or in a deflated entry of an archive, read when needed.
struct ByteRange: Sendable {
  private enum Storage: Sendable {
    case file(OpenFile)
    case memory([UInt8])
    case deflated(OpenFile, packed: Range<Int>, checksum: UInt32)
  }

  /// The file's name in messages.
  let file: String
  /// The number of bytes.
  let count: Int
  private let storage: Storage
  private let start: Int

  private init(_ file: String, _ storage: Storage, start: Int, count: Int) {
    (self.file, self.storage, self.start, self.count) = (file, storage, start, count)
  }

  /// A whole file.
  init(_ opened: OpenFile) {
    self.init(opened.path, .file(opened), start: 0, count: opened.count)
  }

  /// Bytes in memory; `file` is their name in messages.
  init(_ bytes: [UInt8], file: String) {
    self.init(file, .memory(bytes), start: 0, count: bytes.count)
  }

  /// A deflated entry that says it unpacks to `count` bytes.
  init(deflated packed: ByteRange, count: Int, checksum: UInt32) {
    guard case .file(let opened) = packed.storage else {
      preconditionFailure("Archives are read from files.")
    }
    self.init(
      packed.file,
      .deflated(opened, packed: packed.start..<packed.start + packed.count, checksum: checksum),
      start: 0, count: count)
  }

  /// Whether the bytes have to be unpacked as a whole before any can be read.
  var isDeflated: Bool { if case .deflated = storage { true } else { false } }

  /// The bytes from `offset` on.
  ///
  /// - Throws: `WeightFileError` if the range has fewer.
  func part(_ offset: Int, _ count: Int) throws -> ByteRange {
    guard offset >= 0, count >= 0, offset <= self.count, count <= self.count - offset else {
      throw WeightFileError(
        file,
        "it is cut short: \(count) bytes are needed where \(max(0, self.count - offset)) remain"
      )
    }
    return ByteRange(file, storage, start: start + offset, count: count)
  }

  /// The same bytes, unpacked into memory if they are deflated.
  func unpacked() throws -> ByteRange {
    guard case .deflated(let opened, let packed, let checksum) = storage else { return self }
    let bytes = try unpack(opened, packed, limit: start + count)
    guard bytes.count == start + count else {
      throw WeightFileError(file, "an entry unpacks to fewer bytes than the archive says")
    }
    guard CRC32.of(bytes) == checksum else {
      throw WeightFileError(
        file, "an entry is damaged: its checksum differs from the archive's",
        hint: "download or copy the file again")
    }
    return ByteRange(file, .memory(bytes), start: start, count: count)
  }

  /// The first bytes, at most `limit`.
  func beginning(_ limit: Int) throws -> [UInt8] {
    let wanted = min(count, limit)
    guard case .deflated(let opened, let packed, _) = storage else {
      return try part(0, wanted).bytes()
    }
    return Array(try unpack(opened, packed, limit: start + wanted).dropFirst(start))
  }

  private func unpack(_ opened: OpenFile, _ packed: Range<Int>, limit: Int) throws -> [UInt8] {
    try requireMemory(limit + min(packed.count, limit))
    // Deflate stores incompressible bytes with 5 more per 65,535, so a beginning needs no more.
    let needed = min(packed.count, limit + limit / 1000 + 1024)
    let source = ByteRange(file, .file(opened), start: packed.lowerBound, count: needed)
    return try Inflater.inflate(try source.bytes(), limit: limit, file: file)
  }

  /// Reads all bytes into memory.
  func bytes() throws -> [UInt8] {
    if case .memory(let bytes) = storage, start == 0, count == bytes.count { return bytes }
    try requireMemory(count)
    var bytes = [UInt8](repeating: 0, count: count)
    try bytes.withUnsafeMutableBytes { try read(into: $0, at: 0) }
    return bytes
  }

  /// Fills the buffer with the bytes from `offset` on, which must be within the range.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    precondition(offset >= 0 && buffer.count <= count - offset, "The bytes lie within the range.")
    switch storage {
    case .file(let opened):
      do {
        try opened.read(into: buffer, at: start + offset)
      } catch {
        throw WeightFileError(file, error.reason)
      }
    case .memory(let bytes):
      bytes.withUnsafeBytes {
        buffer.copyMemory(from: .init(rebasing: $0[(start + offset)...].prefix(buffer.count)))
      }
    case .deflated: try unpacked().read(into: buffer, at: offset)
    }
  }

  private func requireMemory(_ count: Int) throws {
    let needed = ByteCount(count)
    guard needed > .worthChecking else { return }
    do {
      try Memory.require(needed, for: "reading it", hint: "")
    } catch {
      throw WeightFileError(file, error.message)
    }
  }
}
