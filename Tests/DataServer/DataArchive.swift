import CArchive

/// Archives for tests: tar files built by hand, so that they can contain anything, compressed by
/// libarchive's gzip.
public enum DataArchive {
  /// A member of a tar archive.
  public struct Member: Sendable {
    /// The path in the archive.
    public var name: String
    /// The contents.
    public var bytes: [UInt8] = []
    /// The type flag of the tar format: 0 is a file, 5 a folder, 2 a symbolic link, …
    public var kind: Character = "0"
    /// The target of a link.
    public var link = ""
    /// The length in the header, if it differs from the actual one.
    public var size: Int?

    /// Creates a member.
    public init(
      _ name: String, _ bytes: [UInt8] = [], kind: Character = "0", link: String = "",
      size: Int? = nil
    ) {
      (self.name, self.bytes, self.kind) = (name, bytes, kind)
      (self.link, self.size) = (link, size)
    }
  }

  /// The folder in the official archive.
  public static let folder = "cifar-10-batches-bin"

  /// The names of the six batches.
  public static let batches = (1...5).map { "data_batch_\($0).bin" } + ["test_batch.bin"]

  /// Records with classes in turn and pixels that hardly compress.
  public static func batch(_ records: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 2 &+ 1
    var bytes: [UInt8] = []
    bytes.reserveCapacity(records * 3073)
    for record in 0..<records {
      bytes.append(UInt8(record % 10))
      for _ in 0..<3072 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(UInt8(truncatingIfNeeded: state >> 56))
      }
    }
    return bytes
  }

  /// The members of a complete archive: the folder, its batches, and the two text files next to
  /// them.
  public static func members(records: Int, seed: UInt64 = 1) -> [Member] {
    [Member(folder + "/", kind: "5")]
      + batches.enumerated().map { number, name in
        Member("\(folder)/\(name)", batch(records, seed: seed + UInt64(number)))
      } + [
        Member("\(folder)/batches.meta.txt", Array("airplane\n".utf8)),
        Member("\(folder)/readme.html", Array("<html></html>".utf8)),
      ]
  }

  /// A complete archive, compressed.
  public static func whole(records: Int, seed: UInt64 = 1) -> [UInt8] {
    gzip(tar(members(records: records, seed: seed)))
  }

  /// A complete archive of the official size, with grey images: 184 MB that compress well.
  public static func official() -> [UInt8] {
    let records = 10_000
    var batch = [UInt8](repeating: 128, count: records * 3073)
    for record in 0..<records { batch[record * 3073] = UInt8(record % 10) }
    let padding = [UInt8](repeating: 0, count: (512 - batch.count % 512) % 512)
    let files = batches.lazy.map { name in
      header(Member("\(folder)/\(name)", size: batch.count)) + batch + padding
    }
    let end = [UInt8](repeating: 0, count: 1024)
    return gzip(AnySequence([AnySequence(files), AnySequence([end])].joined()), capacity: 1 << 21)
  }

  /// The members as a tar archive (POSIX ustar), ending with two empty blocks.
  public static func tar(_ members: [Member]) -> [UInt8] {
    var bytes: [UInt8] = []
    for member in members {
      bytes += header(member) + member.bytes
      bytes += [UInt8](repeating: 0, count: (512 - member.bytes.count % 512) % 512)
    }
    return bytes + [UInt8](repeating: 0, count: 1024)
  }

  /// A member that sets these attributes of the next one (POSIX pax): `path=…`, `size=…`.
  public static func attributes(_ pairs: [String]) -> Member {
    let lines = pairs.map { pair in
      // Each line begins with its own length.
      var length = pair.utf8.count + 3
      while "\(length) \(pair)\n".utf8.count != length { length += 1 }
      return "\(length) \(pair)\n"
    }
    return Member("PaxHeaders/x", Array(lines.joined().utf8), kind: "x")
  }

  private static func header(_ member: Member) -> [UInt8] {
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int, _ limit: Int) {
      for (i, byte) in text.utf8.prefix(limit).enumerated() { block[offset + i] = byte }
    }
    func octal(_ number: Int, _ digits: Int) -> String {
      let text = String(number, radix: 8)
      return String(repeating: "0", count: digits - text.count) + text
    }
    put(member.name, at: 0, 100)
    put(octal(0o644, 7), at: 100, 8)
    put(octal(0, 7), at: 108, 8)
    put(octal(0, 7), at: 116, 8)
    put(octal(member.size ?? member.bytes.count, 11), at: 124, 12)
    put(octal(0, 11), at: 136, 12)
    put("        ", at: 148, 8)
    put(String(member.kind), at: 156, 1)
    put(member.link, at: 157, 100)
    put("ustar", at: 257, 6)
    put("00", at: 263, 2)
    put(octal(block.reduce(0) { $0 + Int($1) }, 6), at: 148, 6)
    block[154] = 0
    return block
  }

  /// The compressed bytes.
  public static func gzip(_ bytes: [UInt8]) -> [UInt8] { gzip([bytes], capacity: bytes.count) }

  /// The concatenated pieces, compressed: for contents that would be large in one piece.
  public static func gzip(_ pieces: some Sequence<[UInt8]>, capacity: Int) -> [UInt8] {
    // Incompressible data becomes slightly larger.
    var packed = [UInt8](repeating: 0, count: capacity + capacity / 100 + 4096)
    var used = 0
    let archive = archive_write_new()
    defer { archive_write_free(archive) }
    archive_write_set_format_raw(archive)
    archive_write_add_filter_gzip(archive)
    packed.withUnsafeMutableBytes { packed in
      archive_write_open_memory(archive, packed.baseAddress, packed.count, &used)
      let entry = archive_entry_new()
      archive_entry_set_filetype(entry, 0o100000)
      archive_write_header(archive, entry)
      for piece in pieces { archive_write_data(archive, piece, piece.count) }
      archive_entry_free(entry)
      archive_write_close(archive)
    }
    return Array(packed[..<used])
  }
}
