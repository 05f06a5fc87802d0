import Digests
import Foundation
import TensorFiles

extension DatasetIndex {
  /// The first bytes of every index file.
  static let magic = Array("ALXINDEX".utf8)

  /// The version of the format. Files of other versions are built again.
  static let version: UInt32 = 1

  /// What a file that should hold an index holds.
  enum Kept {
    /// The index.
    case index(DatasetIndex)
    /// The file doesn't exist.
    case nothing
    /// An index that can't be used, and why: `damaged`.
    case unusable(String)
    /// Something else.
    case anotherFile
  }

  /// Writes the index, whole or not at all: magic, version, the header's length, the header as JSON,
  /// the arrays of both parts in little-endian order, and the SHA-256 of all that.
  func write(to path: String) throws(FileError) {
    let header = Array(self.header.text.utf8)
    try AtomicFile.write(to: path) { writer throws(FileError) in
      var digest = SHA256()
      func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        digest.update(bytes)
        try writer.append(bytes)
      }
      func append<T: FixedWidthInteger>(_ numbers: [T]) throws(FileError) {
        // On machines of the other order the numbers are turned first.
        let numbers = T(1).littleEndian == 1 ? numbers : numbers.map(\.littleEndian)
        try numbers.withUnsafeBufferPointer { numbers throws(FileError) in
          try append(UnsafeRawBufferPointer(numbers))
        }
      }
      try append(Self.magic)
      try append([Self.version])
      try append([UInt64(header.count)])
      try append(header)
      for part in [train, test] {
        try append(part.labels)
        try append(part.containerOf)
        try append(part.lengths)
        try append(part.offsets)
        try append(part.nameEnds)
        try append(part.names)
      }
      try Array(digest.digits.utf8).withUnsafeBufferPointer { digits throws(FileError) in
        try writer.append(UnsafeRawBufferPointer(digits))
      }
    }
  }

  private var header: JSONValue {
    [
      "name": .string(name), "classes": .array(train.classNames.map { .string($0) }),
      "notes": .array(notes.map { .string($0) }), "started": .integer(started),
      "stamps": .array(
        stamps.map {
          .array([.string($0.path), .integer($0.stamp.length), .integer($0.stamp.written)])
        }),
      "sizes": sizes.map {
        .array([.integer($0.width), .integer($0.height), .boolean($0.isUniform)])
      } ?? .null,
      "parts": .array(
        [train, test].map { part in
          [
            "count": .integer(part.count), "name_bytes": .integer(part.names.count),
            "sharded": .boolean(part.isSharded),
            "containers": .array(part.containers.map { .string($0) }),
          ]
        }),
    ]
  }

  /// Reads an index.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - root: the folder of the images.
  static func kept(in path: String, root: String) throws(FileError) -> Kept {
    guard FileStamp(of: path) != nil else { return .nothing }
    let bytes = try OpenFile.bytes(of: path, limit: 4 << 30)
    guard bytes.starts(with: magic) else { return .anotherFile }
    var reader = IndexReader(bytes: bytes, position: magic.count)
    guard let found = reader.numbers(UInt32.self, 1)?.first else { return .unusable("damaged") }
    guard found == version else { return .unusable("of another version of this program") }
    let digitCount = 64
    guard bytes.count > digitCount else { return .unusable("damaged") }
    var digest = SHA256()
    bytes.withUnsafeBytes {
      digest.update(UnsafeRawBufferPointer(rebasing: $0.dropLast(digitCount)))
    }
    guard digest.digits.utf8.elementsEqual(bytes.suffix(digitCount)),
      let index = DatasetIndex(&reader, root: root, end: bytes.count - digitCount)
    else { return .unusable("damaged") }
    return .index(index)
  }

  private init?(_ reader: inout IndexReader, root: String, end: Int) {
    guard let length = reader.numbers(UInt64.self, 1)?.first.flatMap({ Int(exactly: $0) }),
      let text = reader.numbers(UInt8.self, length),
      case .object(let header)? = try? JSONParser.parse(text),
      case .string(let name)? = header["name"], case .integer(let started)? = header["started"],
      let classNames = header["classes"]?.strings, let notes = header["notes"]?.strings,
      classNames.count <= PictureSet.mostClasses,
      case .array(let stamps)? = header["stamps"], case .array(let members)? = header["parts"]
    else { return nil }
    var parts: [ImageIndex] = []
    for case .object(let member) in members {
      guard case .integer(let count)? = member["count"],
        case .integer(let nameBytes)? = member["name_bytes"],
        case .boolean(let isSharded)? = member["sharded"],
        let containers = member["containers"]?.strings,
        let labels = reader.numbers(UInt16.self, count),
        let containerOf = reader.numbers(UInt32.self, count),
        let lengths = reader.numbers(UInt32.self, count),
        let offsets = reader.numbers(UInt64.self, isSharded ? count : 0),
        let nameEnds = reader.numbers(UInt32.self, count),
        let names = reader.numbers(UInt8.self, nameBytes),
        let part = ImageIndex(
          root: root, classNames: classNames, containers: containers, labels: labels,
          containerOf: containerOf, lengths: lengths, offsets: offsets, nameEnds: nameEnds,
          names: names)
      else { return nil }
      parts.append(part)
    }
    guard parts.count == 2, reader.position == end else { return nil }
    self.init(name: name, train: parts[0], test: parts[1], notes: notes, started: started)
    for stamp in stamps {
      guard case .array(let values) = stamp, values.count == 3,
        case .string(let path) = values[0], case .integer(let length) = values[1],
        case .integer(let written) = values[2]
      else { return nil }
      self.stamps.append((path, FileStamp(length: length, written: written)))
    }
    if case .array(let values)? = header["sizes"] {
      guard values.count == 3, case .integer(let width) = values[0],
        case .integer(let height) = values[1], case .boolean(let isUniform) = values[2],
        (1...Image.maximumPixels).contains(width), (1...Image.maximumPixels).contains(height)
      else { return nil }
      sizes = Sizes(width: width, height: height, isUniform: isUniform)
    }
  }
}

/// Takes numbers from a file's bytes, one array after the other.
private struct IndexReader {
  let bytes: [UInt8]
  var position: Int

  /// The next `count` numbers; nil if there aren't that many.
  mutating func numbers<T: FixedWidthInteger>(_ type: T.Type, _ count: Int) -> [T]? {
    let size = MemoryLayout<T>.size
    guard count >= 0, count <= (bytes.count - position) / size else { return nil }
    let start = position
    position += count * size
    return [T](unsafeUninitializedCapacity: count) { numbers, filled in
      bytes.withUnsafeBytes { bytes in
        UnsafeMutableRawBufferPointer(numbers).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[start..<(start + count * size)]))
      }
      if T(1).littleEndian != 1 {
        for i in 0..<count { numbers[i] = T(littleEndian: numbers[i]) }
      }
      filled = count
    }
  }
}

extension JSONValue {
  /// The strings of an array; nil if it is something else.
  fileprivate var strings: [String]? {
    guard case .array(let values) = self else { return nil }
    var strings: [String] = []
    for value in values {
      guard case .string(let text) = value else { return nil }
      strings.append(text)
    }
    return strings
  }
}
