import Tensors

/// What the header of a safetensors file says, checked against the file's length.
///
///     8 bytes     length L of the header, little-endian
///     L bytes     JSON: name → {dtype, shape, data_offsets: [begin, end]}, __metadata__ → strings
///     the rest    the elements, at the offsets that the header gives
///
/// The offsets must tile the rest: no gap, no overlap, nothing left over.
struct SafeTensorsHeader {
  struct Entry: Hashable, Sendable {
    let type: ElementType
    let shape: Shape
    /// Where the elements lie, counted from the end of the header.
    let range: Range<Int>
  }

  var metadata: [String: String] = [:]
  var entries: [String: Entry] = [:]
  /// The names in the order of their data.
  var names: [String] = []

  /// The longest header that is read: that of the format's own library.
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
    guard bytes.first == UInt8(ascii: "{") else { throw fail("it does not start with ‘{’") }
    let json: JSONValue
    do {
      json = try JSONParser.parse(bytes)
    } catch {
      throw fail("byte \(8 + error.offset): \(error.reason)")
    }
    guard case .object(let members) = json else { throw fail("it is \(json.kind)") }
    for (name, value) in members {
      if name == "__metadata__" {
        metadata = try Self.metadata(value, file: file)
      } else {
        entries[name] = try Self.entry(value, name: name, file: file)
      }
    }
    names = entries.keys.sorted { a, b in
      let (first, second) = (entries[a]!.range, entries[b]!.range)
      return (first.lowerBound, first.upperBound, a) < (second.lowerBound, second.upperBound, b)
    }
    var end = 0
    for name in names {
      let range = entries[name]!.range
      guard range.lowerBound == end else {
        throw SafeTensorsError(
          file, "tensor \(printable(name))",
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
    guard case .object(let members) = value else {
      throw SafeTensorsError(file, "__metadata__", "it is \(value.kind) where an object belongs")
    }
    var metadata: [String: String] = [:]
    for (name, value) in members {
      guard case .string(let text) = value else {
        throw SafeTensorsError(
          file, "__metadata__", "\(printable(name)) is \(value.kind) where a string belongs")
      }
      metadata[name] = text
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
    if let extra = members.keys.sorted().first(
      where: { !["dtype", "shape", "data_offsets"].contains($0) })
    {
      throw fail("\(printable(extra)) does not belong there")
    }
    guard case .string(let word) = members["dtype"] else { throw fail("dtype is missing") }
    guard let type = ElementType(rawValue: word) else {
      let known = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
      throw fail("the dtype \(printable(word)) is unknown (known are \(known))")
    }
    guard let sizes = integers(members["shape"]) else {
      throw fail("shape must be a list of whole numbers from 0")
    }
    guard let offsets = integers(members["data_offsets"]), offsets.count == 2,
      offsets[0] <= offsets[1]
    else { throw fail("data_offsets must be two whole numbers, begin and end") }
    var bytes = type.size
    for size in sizes {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { throw fail("its shape is larger than any memory") }
      bytes = product
    }
    let span = offsets[1] - offsets[0]
    guard bytes == span else {
      throw fail(
        "its shape \(Shape(sizes)) of \(word) takes \(bytes) bytes, its offsets span \(span)")
    }
    return Entry(type: type, shape: Shape(sizes), range: offsets[0]..<offsets[1])
  }

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
