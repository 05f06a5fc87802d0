import TensorFiles

/// NumPy's files: one array (`.npy`), an archive of arrays (`.npz`), or a pickled dictionary.
enum NumPyFile {
  static func read(_ opened: OpenFile) throws -> WeightFile {
    let tree = try tree(ByteRange(opened), place: "its array")
    return try WeightFile(
      file: opened.path, format: .numpy, variant: ".npy",
      entries: try tree.entries(of: opened.path))
  }

  static func read(_ archive: ZipArchive) throws -> WeightFile {
    var branches: [(String, TensorTree)] = []
    for entry in archive.entries where entry.name.hasSuffix(".npy") {
      let name = String(entry.name.dropLast(4))
      branches.append((name, try tree(try archive.bytes(of: entry), place: printable(name))))
    }
    return try WeightFile(
      file: archive.file, format: .numpy, variant: ".npz",
      entries: try TensorTree.branches(branches).entries(of: archive.file))
  }

  /// A pickle without NumPy's header.
  static func read(_ pickle: Pickle, file: String) throws -> WeightFile {
    try WeightFile(
      file: file, format: .numpy, variant: "pickle, protocol \(pickle.version)",
      entries: try NumPyPickle(pickle: pickle, file: file).tree().entries(of: file))
  }

  private static func tree(_ bytes: ByteRange, place: String) throws -> TensorTree {
    let file = bytes.file
    let (header, length) = try NumPyHeader.read(
      try bytes.beginning(NumPyHeader.longest), file: file)
    let data = try bytes.part(length, bytes.count - length)
    guard header.type.isObject else {
      guard let type = header.type.element else {
        throw WeightFileError(file, "\(place) holds \(header.type.name), which can't be read")
      }
      return .tensor(
        try StoredArray(
          data, type, header.shape,
          strides: header.isFortran ? NumPyHeader.fortranStrides(header.shape) : nil,
          isBigEndian: header.type.isBigEndian, place: place))
    }
    var unpickler = Unpickler(ByteReader(try data.unpacked()))
    return try NumPyPickle(pickle: try unpickler.next(), file: file).tree()
  }
}

/// A NumPy type as text: `<f4` is a little-endian Float.
struct NumPyType {
  let name: String

  /// Objects follow as a pickle.
  var isObject: Bool { plain.hasPrefix("O") }
  var isBigEndian: Bool { name.hasPrefix(">") }
  /// Nil for types that weights don't have.
  var element: ElementType? { Self.elements[plain] }
  /// Without the byte order.
  private var plain: String { String(name.drop { "<>|=".contains($0) }) }

  private static let elements: [String: ElementType] = [
    "f2": .float16, "f4": .float32, "f8": .float64, "i1": .int8, "i2": .int16, "i4": .int32,
    "i8": .int64, "u1": .uint8, "u2": .uint16, "u4": .uint32, "u8": .uint64, "b1": .bool,
  ]
}

/// The header of a `.npy` file: a Python dictionary with type, order and shape.
///
/// Source: numpy.lib.format.
struct NumPyHeader {
  var type = NumPyType(name: "")
  var isFortran = false
  var shape: [Int] = []

  static let longest = 1 << 16

  /// The header, and its length in bytes.
  static func read(_ bytes: [UInt8], file: String) throws -> (header: NumPyHeader, length: Int) {
    func fail(_ reason: String) -> WeightFileError {
      WeightFileError(file, "its NumPy header \(reason)")
    }
    guard bytes.count >= 12, bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else {
      throw fail("is cut short")
    }
    let start = bytes[6] == 1 ? 10 : 12
    let length = bytes[8..<start].reversed().reduce(0) { $0 << 8 | Int($1) }
    guard (1...3).contains(bytes[6]) else { throw fail("is of version \(bytes[6])") }
    guard length <= longest - start else { throw fail("claims to be \(length) bytes long") }
    guard start + length <= bytes.count else { throw fail("is cut short") }
    let text = String(decoding: bytes[start..<start + length], as: UTF8.self)
    guard let header = NumPyHeader(text) else {
      throw fail("can't be read: \(printable(text, limit: 60))")
    }
    return (header, start + length)
  }

  /// The header in text such as `{'descr': '<f4', 'fortran_order': False, 'shape': (3, 4), }`.
  private init?(_ text: String) {
    guard let descr = text.firstMatch(of: #/'descr': *'([^']{1,8})'/#),
      let order = text.firstMatch(of: #/'fortran_order': *(True|False)/#),
      let sizes = text.firstMatch(of: #/'shape': *\(([0-9L, ]*)\)/#)
    else { return nil }
    type = NumPyType(name: String(descr.1))
    isFortran = order.1 == "True"
    for size in sizes.1.split(whereSeparator: { ", L".contains($0) }) {
      guard let size = Int(size) else { return nil }
      shape.append(size)
    }
  }

  /// The strides of an array whose first axis varies fastest.
  static func fortranStrides(_ shape: [Int]) -> [Int] {
    var count = 1
    return shape.map { size in
      defer { count = count.multipliedReportingOverflow(by: max(1, size)).partialValue }
      return count
    }
  }
}
