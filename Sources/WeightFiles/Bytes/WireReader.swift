/// Reads the fields of a protocol-buffer message, one after the other. Long fields are passed over
/// and can be read later.
///
/// Source: protobuf.dev, Encoding.
struct WireReader {
  /// The value of a field.
  enum Value {
    case number(UInt64)
    case fixed32(UInt32)
    case fixed64(UInt64)
    case bytes(ByteRange)
  }

  struct Field {
    let number: Int
    let value: Value
  }

  private var reader: ByteReader

  init(_ range: ByteRange) { reader = ByteReader(range) }

  /// The next field; nil at the end of the message.
  mutating func next() throws -> Field? {
    guard reader.remaining > 0 else { return nil }
    let key = try varint()
    guard key >> 3 >= 1, key >> 3 < 1 << 29 else {
      throw reader.fail("a field has no valid number")
    }
    let number = Int(key >> 3)
    switch key & 7 {
    case 0: return Field(number: number, value: .number(try varint()))
    case 1: return Field(number: number, value: .fixed64(try reader.number(UInt64.self)))
    case 2:
      guard let count = Int(exactly: try varint()) else { throw reader.fail("a field is too long") }
      return Field(number: number, value: .bytes(try reader.skip(count)))
    case 5: return Field(number: number, value: .fixed32(try reader.number(UInt32.self)))
    default: throw reader.fail("a field has an unknown form")
    }
  }

  private mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 70, by: 7) {
      let byte = try reader.byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
    }
    throw reader.fail("a number is too long")
  }

  /// The numbers of a packed field.
  fileprivate static func varints(_ range: ByteRange, limit: Int) throws -> [Int] {
    var wire = WireReader(range)
    var values: [Int] = []
    while wire.reader.remaining > 0 {
      guard values.count < limit else { throw wire.reader.fail("a list is too long") }
      values.append(Int(truncatingIfNeeded: try wire.varint()))
    }
    return values
  }
}

/// The fields of a message by number, for messages of modest size.
struct ProtobufMessage {
  let file: String
  private var fields: [Int: [WireReader.Value]] = [:]

  /// The most fields of one message.
  private static let mostFields = 1_000_000

  init(_ range: ByteRange) throws {
    file = range.file
    var reader = WireReader(range)
    var count = 0
    while let field = try reader.next() {
      count += 1
      guard count <= Self.mostFields else {
        throw WeightFileError(file, "a message has too many fields")
      }
      fields[field.number, default: []].append(field.value)
    }
  }

  private func fail(_ number: Int) -> WeightFileError {
    WeightFileError(file, "it is damaged: field \(number) has another type than it should")
  }

  /// The last number of a field.
  func integer(_ number: Int) throws -> Int? {
    guard let value = fields[number]?.last else { return nil }
    guard case .number(let integer) = value else { throw fail(number) }
    return Int(truncatingIfNeeded: integer)
  }

  /// All numbers of a field, packed or not.
  func integers(_ number: Int, limit: Int = 1 << 16) throws -> [Int] {
    var all: [Int] = []
    for value in fields[number] ?? [] {
      switch value {
      case .number(let integer): all.append(Int(truncatingIfNeeded: integer))
      case .bytes(let range): all += try WireReader.varints(range, limit: limit - all.count)
      case .fixed32, .fixed64: throw fail(number)
      }
    }
    return all
  }

  func float(_ number: Int) throws -> Double? {
    guard let value = fields[number]?.last else { return nil }
    guard case .fixed32(let bits) = value else { throw fail(number) }
    return Double(Float(bitPattern: bits))
  }

  func text(_ number: Int) throws -> String? {
    guard case .some(let range) = try ranges(number).last else { return nil }
    guard range.count <= 1 << 16 else { throw WeightFileError(file, "a name is too long") }
    return String(decoding: try range.bytes(), as: UTF8.self)
  }

  func messages(_ number: Int) throws -> [ProtobufMessage] {
    try ranges(number).map(ProtobufMessage.init)
  }

  func message(_ number: Int) throws -> ProtobufMessage? { try messages(number).last }

  func ranges(_ number: Int) throws -> [ByteRange] {
    try (fields[number] ?? []).map {
      guard case .bytes(let range) = $0 else { throw fail(number) }
      return range
    }
  }

  /// The bytes of a list of numbers of fixed size: packed, in pieces, or one by one. Nil without any.
  func elements(_ number: Int) throws -> ByteRange? {
    guard let values = fields[number] else { return nil }
    if values.count == 1, case .bytes(let range) = values[0] { return range }
    var bytes: [UInt8] = []
    for value in values {
      switch value {
      case .bytes(let range): bytes += try range.bytes()
      case .fixed32(let bits): withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
      case .fixed64(let bits): withUnsafeBytes(of: bits.littleEndian) { bytes += $0 }
      case .number: throw fail(number)
      }
    }
    return ByteRange(bytes, file: file)
  }

  func has(_ number: Int) -> Bool { fields[number] != nil }
}
