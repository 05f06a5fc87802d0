import Tensors

/// The header of a safetensors file, checked against the file's length.
///
///     8 bytes     length L of the header, little-endian
///     L bytes     JSON: name → {dtype, shape, data_offsets: [begin, end]}, __metadata__ → strings
///     the rest    the elements, at the offsets that the header gives
///
/// The offsets must tile the rest: no gap, no overlap, nothing left over. Whatever the format's own
/// library accepts is accepted: white space around the object, `__metadata__` that is null, further
/// members of an entry, and element types that only some programs know.
struct SafeTensorsHeader {
  struct Entry: Hashable, Sendable {
    /// The element type as the file names it.
    let dtype: String
    let shape: Shape
    /// Where the elements are, counted from the end of the header.
    let range: Range<Int>
    /// The element type; nil if its elements can't be read.
    var type: ElementType? { ElementType(rawValue: dtype) }
  }

  var metadata: [String: String] = [:]
  var entries: [ExactName: Entry] = [:]
  /// The names in the order of their data.
  var names: [String] = []

  /// The longest header allowed, as in the format's own library.
  static let longest = 100_000_000

  /// The length of the header, from the first 8 bytes of a file of `count` bytes.
  static func length(_ word: UInt64, count: Int, file: String) throws(SafeTensorsError) -> Int {
    guard let length = Int(exactly: word), length <= longest else {
      throw SafeTensorsError(
        file, "header", "its length is given as \(word) bytes, more than the \(longest) allowed")
    }
    guard length <= count - 8 else {
      throw SafeTensorsError(
        file, "header", "its length is given as \(length) bytes, but only \(count - 8) follow")
    }
    return length
  }

  /// The header in `bytes`, before `dataCount` bytes of elements.
  init(_ bytes: [UInt8], dataCount: Int, file: String) throws(SafeTensorsError) {
    func fail(_ reason: String) -> SafeTensorsError { SafeTensorsError(file, "header", reason) }
    let members: [JSONValue.Member]
    do {
      members = try JSONParser.members(bytes)
    } catch {
      throw fail("byte \(8 + error.offset): \(error.reason)")
    }
    for member in members {
      if member.name == "__metadata__" {
        metadata = try Self.metadata(member.value, file: file)
      } else {
        entries[ExactName(member.name)] = try Self.entry(
          member.value, name: member.name, file: file)
      }
    }
    let ordered = entries.sorted { a, b in
      let (first, second) = (a.value.range, b.value.range)
      return (first.lowerBound, first.upperBound, a.key)
        < (second.lowerBound, second.upperBound, b.key)
    }
    names = ordered.map(\.key.text)
    var end = 0
    for (name, entry) in ordered {
      let range = entry.range
      guard range.lowerBound == end else {
        throw SafeTensorsError(
          file, "tensor \(printable(name.text))",
          "its data starts at byte \(range.lowerBound), where the one before it ends at \(end)")
      }
      end = range.upperBound
    }
    guard end == dataCount else {
      throw SafeTensorsError(
        file, nil, "the header describes \(end) bytes of data, but \(dataCount) follow it")
    }
  }

  private static func metadata(
    _ value: JSONValue, file: String
  ) throws(SafeTensorsError) -> [String: String] {
    if value == .null { return [:] }
    guard case .object(let members) = value else {
      throw SafeTensorsError(file, "__metadata__", "it must be an object, not \(value.kind)")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw SafeTensorsError(
          file, "__metadata__",
          "\(printable(member.name)) must be a string, not \(member.value.kind)")
      }
      metadata[member.name] = text
    }
    return metadata
  }

  private static func entry(
    _ value: JSONValue, name: String, file: String
  ) throws(SafeTensorsError) -> Entry {
    func fail(_ reason: String) -> SafeTensorsError {
      SafeTensorsError(file, "tensor \(printable(name))", reason)
    }
    guard case .object(let members) = value else { throw fail("it is \(value.kind)") }
    guard case .string(let word) = members["dtype"] else { throw fail("dtype is missing") }
    guard let sizes = integers(members["shape"]) else {
      throw fail("shape must be a list of whole numbers from 0")
    }
    guard let offsets = integers(members["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw fail("data_offsets must be two whole numbers, begin and end") }
    try requireSize(of: Shape(sizes), dtype: word, span: offsets[1] - offsets[0]) { fail($0) }
    return Entry(dtype: word, shape: Shape(sizes), range: offsets[0]..<offsets[1])
  }

  /// Compares the bytes that a shape takes with those between its offsets. The element size of an
  /// unknown type is unknown too, so then any span is accepted.
  private static func requireSize(
    of shape: Shape, dtype: String, span: Int, _ fail: (String) -> SafeTensorsError
  ) throws(SafeTensorsError) {
    let width = ElementType(rawValue: dtype).map { 8 * $0.size } ?? widths[dtype]
    var count = 1
    for size in shape.dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fail("its shape is larger than any memory") }
      count = product
    }
    let (bits, overflow) = count.multipliedReportingOverflow(by: width ?? 8)
    guard !overflow else { throw fail("its shape is larger than any memory") }
    guard width == nil || bits % 8 == 0 && bits / 8 == span else {
      throw fail(
        "its shape \(shape) of \(printable(dtype)) takes "
          + "\(bits % 8 == 0 ? "" : "part of ")\(bits / 8 + (bits % 8 == 0 ? 0 : 1)) bytes, its offsets span \(span)"
      )
    }
  }

  /// The bits of an element of the types that the format has and this program doesn't read.
  private static let widths = [
    "F4": 4, "F6_E2M3": 6, "F6_E3M2": 6, "F8_E4M3": 8, "F8_E5M2": 8, "F8_E8M0": 8,
    "F8_E4M3FNUZ": 8, "F8_E5M2FNUZ": 8, "C64": 64,
  ]

  private static func integers(_ value: JSONValue?) -> [Int]? {
    guard case .array(let elements) = value else { return nil }
    var integers: [Int] = []
    for element in elements {
      guard case .integer(let integer) = element, integer >= 0 else { return nil }
      integers.append(integer)
    }
    return integers
  }
}
