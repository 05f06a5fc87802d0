import TensorFiles

/// The entries of a ZIP archive, from the directory at its end, with the 64-bit extensions, which
/// PyTorch always writes. Nothing is unpacked until an entry is read.
///
/// Source: PKWARE's APPNOTE.TXT, sections 4.3 and 4.5.
struct ZipArchive {
  struct Entry {
    let name: String
    /// The unpacked size, as the archive gives it.
    var count = 0
    fileprivate var packedCount = 0
    fileprivate var header = 0
    fileprivate let method: UInt16
    fileprivate let flags: UInt16
    fileprivate let checksum: UInt32
  }

  let file: String
  private(set) var entries: [Entry] = []
  private let all: ByteRange

  /// The most entries, and the longest directory, that are read.
  private static let mostEntries = 100_000
  private static let longestDirectory = 64 << 20
  /// Deflate packs at most this many bytes into one.
  private static let mostPacking = 1032

  init(_ opened: OpenFile) throws {
    (file, all) = (opened.path, ByteRange(opened))
    let (start, size, count) = try Self.directory(all)
    guard size <= Self.longestDirectory, count <= Self.mostEntries else {
      throw WeightFileError(file, "its archive lists \(count) entries, more than weights need")
    }
    guard start <= all.count, size <= all.count - start else { throw Self.damaged(file) }
    var reader = ByteReader(try all.part(start, size))
    var names: Set<ExactName> = []
    for _ in 0..<count {
      let entry = try Self.entry(&reader)
      guard names.insert(ExactName(entry.name)).inserted else {
        throw WeightFileError(file, "its archive has two entries named \(printable(entry.name))")
      }
      entries.append(entry)
    }
  }

  /// The bytes of an entry, unpacked when they are read.
  func bytes(of entry: Entry) throws -> ByteRange {
    func fail(_ reason: String) -> WeightFileError {
      WeightFileError(file, "entry \(printable(entry.name)) \(reason)")
    }
    guard entry.flags & 1 == 0 else { throw fail("is encrypted") }
    guard all.count >= 30, entry.header <= all.count - 30 else { throw Self.damaged(file) }
    var reader = ByteReader(try all.part(entry.header, 30))
    guard try reader.number(UInt32.self) == 0x0403_4B50 else { throw Self.damaged(file) }
    _ = try reader.skip(22)
    let names = Int(try reader.number(UInt16.self)) + Int(try reader.number(UInt16.self))
    let start = entry.header + 30 + names
    guard start <= all.count, entry.packedCount <= all.count - start else {
      throw Self.damaged(file)
    }
    let packed = try all.part(start, entry.packedCount)
    switch entry.method {
    case 0:
      guard entry.count == entry.packedCount else { throw fail("has two different sizes") }
      return packed
    case 8:
      guard entry.count / Self.mostPacking <= entry.packedCount else {
        throw fail("claims to unpack \(entry.packedCount) bytes to \(entry.count), which can't be")
      }
      return ByteRange(deflated: packed, count: entry.count, checksum: entry.checksum)
    default:
      throw fail("is compressed in a way (\(entry.method)) that only some programs know")
    }
  }

  private static func damaged(_ file: String) -> WeightFileError {
    WeightFileError(
      file, "its archive is damaged or cut short", hint: "download or copy the file again")
  }

  /// Where the directory is, its size, and its number of entries.
  private static func directory(_ all: ByteRange) throws -> (start: Int, size: Int, count: Int) {
    let tail = min(all.count, 1 << 16 + 22)
    let bytes = try all.part(all.count - tail, tail).bytes()
    guard tail >= 22,
      let end = (0...(tail - 22)).last(where: { bytes[$0...].starts(with: [0x50, 0x4B, 5, 6]) })
    else { throw damaged(all.file) }
    if end >= 20, bytes[(end - 20)...].starts(with: [0x50, 0x4B, 6, 7]) {
      var locator = ByteReader(ByteRange(Array(bytes[(end - 12)...]), file: all.file))
      let place = try locator.length()
      guard all.count >= 56, place <= all.count - 56 else { throw damaged(all.file) }
      var record = ByteReader(try all.part(place, 56))
      guard try record.number(UInt32.self) == 0x0606_4B50 else { throw damaged(all.file) }
      _ = try record.skip(28)
      let (count, size) = (try record.length(), try record.length())
      return (try record.length(), size, count)
    }
    var reader = ByteReader(ByteRange(Array(bytes[(end + 10)...]), file: all.file))
    let count = Int(try reader.number(UInt16.self))
    let size = Int(try reader.number(UInt32.self))
    return (Int(try reader.number(UInt32.self)), size, count)
  }

  private static func entry(_ reader: inout ByteReader) throws -> Entry {
    guard try reader.number(UInt32.self) == 0x0201_4B50 else { throw damaged(reader.file) }
    _ = try reader.skip(4)
    let (flags, method) = (try reader.number(UInt16.self), try reader.number(UInt16.self))
    _ = try reader.skip(4)
    let checksum = try reader.number(UInt32.self)
    let (packed, count) = (try reader.number(UInt32.self), try reader.number(UInt32.self))
    let nameLength = Int(try reader.number(UInt16.self))
    let (extra, comment) = (try reader.number(UInt16.self), try reader.number(UInt16.self))
    _ = try reader.skip(8)
    let header = try reader.number(UInt32.self)
    let name = String(decoding: try reader.bytes(nameLength, limit: 1 << 16), as: UTF8.self)
    var more = ByteReader(try reader.skip(Int(extra)))
    _ = try reader.skip(Int(comment))
    var entry = Entry(
      name: name, count: Int(count), packedCount: Int(packed), header: Int(header),
      method: method, flags: flags, checksum: checksum)
    while more.remaining >= 4 {
      let kind = try more.number(UInt16.self)
      var field = ByteReader(try more.skip(Int(try more.number(UInt16.self))))
      guard kind == 1 else { continue }
      if count == .max { entry.count = try field.length() }
      if packed == .max { entry.packedCount = try field.length() }
      if header == .max { entry.header = try field.length() }
    }
    return entry
  }
}
