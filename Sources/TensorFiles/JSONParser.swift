/// Reads JSON (RFC 8259) from bytes; `JSONValue` describes what counts as an error.
package struct JSONParser {
  private let bytes: [UInt8]
  private var position = 0

  /// How deeply lists and objects may be nested; more would exhaust the stack.
  private static let deepest = 64

  /// The value in the bytes, which may have white space around it and nothing else.
  ///
  /// - Throws: `JSONError` with the position of the first wrong byte.
  package static func parse(_ bytes: [UInt8]) throws(JSONError) -> JSONValue {
    var parser = JSONParser(bytes: bytes)
    let value = try parser.value(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.error("something follows the value") }
    return value
  }

  /// The members of the object that the bytes hold, in their order. Names that differ in a Unicode
  /// scalar are different here, which they aren't for `parse(_:)`.
  ///
  /// - Throws: `JSONError`, as for `parse(_:)`, and if the value isn't an object.
  package static func members(_ bytes: [UInt8]) throws(JSONError) -> [JSONValue.Member] {
    var parser = JSONParser(bytes: bytes)
    parser.skipSpace()
    let members = try parser.memberList(depth: 0)
    parser.skipSpace()
    guard parser.position == bytes.count else { throw parser.error("something follows the value") }
    return members.map { $0.member }
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  private var next: UInt8? { position < bytes.count ? bytes[position] : nil }

  private func error(_ reason: String) -> JSONError {
    JSONError(offset: position, reason: next == nil ? "the text ends too early" : reason)
  }

  private mutating func skipSpace() {
    while let byte = next, [0x20, 0x0A, 0x0D, 0x09].contains(byte) { position += 1 }
  }

  private mutating func take(_ byte: Unicode.Scalar) -> Bool {
    guard next == UInt8(ascii: byte) else { return false }
    position += 1
    return true
  }

  private mutating func expect(_ byte: Unicode.Scalar) throws(JSONError) {
    guard take(byte) else { throw error("‘\(byte)’ is expected here") }
  }

  private mutating func value(depth: Int) throws(JSONError) -> JSONValue {
    skipSpace()
    guard depth <= Self.deepest else { throw error("more than \(Self.deepest) levels of nesting") }
    switch next {
    case UInt8(ascii: "{"): return try object(depth: depth)
    case UInt8(ascii: "["): return try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"): return try word("true", .boolean(true))
    case UInt8(ascii: "f"): return try word("false", .boolean(false))
    case UInt8(ascii: "n"): return try word("null", .null)
    default: return try number()
    }
  }

  private mutating func word(_ text: String, _ value: JSONValue) throws(JSONError) -> JSONValue {
    guard bytes[position...].starts(with: text.utf8) else {
      throw error("a value can't start like this")
    }
    position += text.utf8.count
    return value
  }

  private mutating func object(depth: Int) throws(JSONError) -> JSONValue {
    let members = try memberList(depth: depth)
    var names: Set<String> = []
    for (member, offset) in members where !names.insert(member.name).inserted {
      throw JSONError(offset: offset, reason: "the name \(printable(member.name)) comes twice")
    }
    return .object(members.map { $0.member })
  }

  private mutating func memberList(
    depth: Int
  ) throws(JSONError) -> [(member: JSONValue.Member, offset: Int)] {
    try expect("{")
    var members: [(member: JSONValue.Member, offset: Int)] = []
    var names: Set<ExactName> = []
    skipSpace()
    if take("}") { return members }
    repeat {
      skipSpace()
      let start = position
      let name = try string()
      skipSpace()
      try expect(":")
      let value = try value(depth: depth + 1)
      guard names.insert(ExactName(name)).inserted else {
        throw JSONError(offset: start, reason: "the name \(printable(name)) comes twice")
      }
      members.append((JSONValue.Member(name: name, value: value), start))
      skipSpace()
    } while take(",")
    try expect("}")
    return members
  }

  private mutating func array(depth: Int) throws(JSONError) -> JSONValue {
    try expect("[")
    var elements: [JSONValue] = []
    skipSpace()
    if take("]") { return .array(elements) }
    repeat {
      elements.append(try value(depth: depth + 1))
      skipSpace()
    } while take(",")
    try expect("]")
    return .array(elements)
  }

  private mutating func string() throws(JSONError) -> String {
    let start = position
    try expect("\"")
    var text: [UInt8] = []
    while !take("\"") {
      guard let byte = next, byte >= 0x20 else { throw error("a control character in a string") }
      position += 1
      if byte == UInt8(ascii: "\\") {
        text += try Array(String(escape()).utf8)
      } else {
        text.append(byte)
      }
    }
    guard let string = String(validating: text, as: UTF8.self) else {
      throw JSONError(offset: start, reason: "a string that is not UTF-8")
    }
    return string
  }

  private mutating func escape() throws(JSONError) -> Unicode.Scalar {
    let letter = next
    if letter != nil { position += 1 }
    switch letter {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"): break
    default: throw error("an unknown escape in a string")
    }
    let first = try hexadecimal()
    if let scalar = Unicode.Scalar(first) { return scalar }
    // The first half of a surrogate pair: the second must follow.
    guard (0xD800..<0xDC00).contains(first), take("\\"), take("u") else {
      throw error("half of a surrogate pair")
    }
    let second = try hexadecimal()
    guard (0xDC00..<0xE000).contains(second),
      let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
    else { throw error("half of a surrogate pair") }
    return scalar
  }

  private mutating func hexadecimal() throws(JSONError) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
        throw error("‘\\u’ takes four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }

  private mutating func number() throws(JSONError) -> JSONValue {
    let start = position
    _ = take("-")
    if !take("0") { try digits() }
    var whole = true
    if take(".") {
      whole = false
      try digits()
    }
    if take("e") || take("E") {
      whole = false
      if !take("+") { _ = take("-") }
      try digits()
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if whole, let integer = Int(text) { return .integer(integer) }
    guard !whole, let number = Double(text), number.isFinite else {
      throw JSONError(
        offset: start, reason: "the number \(printable(text, limit: 30)) is too large")
    }
    return .number(number)
  }

  private mutating func digits() throws(JSONError) {
    let start = position
    while let byte = next, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
    guard position > start else { throw error("a value can't start like this") }
  }
}
