import Basics
import CArchive

/// A tar archive, read member by member with libarchive.
struct ArchiveReader: ~Copyable {
  /// A member's header.
  struct Member {
    /// Its kind.
    enum Kind { case file, folder, hardLink, symbolicLink, other }

    let kind: Kind
    /// Its name in the archive.
    let name: String
    /// Its length in bytes; nil if the archive doesn't say.
    let size: Int?
    /// Where its bytes start in the unpacked archive.
    let offset: Int
    /// Whether only parts of it are stored, so that its bytes aren't in one piece.
    let isSparse: Bool
  }

  /// Why it can't be read, in libarchive's words.
  struct Damage: DescribedError {
    let reason: String

    var kind: ErrorKind { .file }
    var message: String { reason }
  }

  private let archive: OpaquePointer

  /// Opens an archive; only tar is accepted, compressed by gzip if `isCompressed`.
  ///
  /// - Throws: `Damage`.
  static func open(_ path: String, isCompressed: Bool = true) throws(Damage) -> ArchiveReader {
    guard let archive = archive_read_new() else { throw Damage(reason: "not enough memory") }
    if isCompressed { archive_read_support_filter_gzip(archive) }
    archive_read_support_format_tar(archive)
    guard archive_read_open_filename(archive, path, 1 << 16) == ARCHIVE_OK else {
      let damage = damage(archive)
      archive_read_free(archive)
      throw damage
    }
    return ArchiveReader(archive: archive)
  }

  private init(archive: OpaquePointer) { self.archive = archive }

  deinit { archive_read_free(archive) }

  /// The next member; nil at the end.
  ///
  /// - Throws: `Damage`.
  func next() throws(Damage) -> Member? {
    var entry: OpaquePointer?
    switch archive_read_next_header(archive, &entry) {
    case ARCHIVE_EOF: return nil
    // A warning means that a name or an attribute is incomplete; names are compared with those
    // expected, and attributes aren't used.
    case ARCHIVE_OK, ARCHIVE_WARN: break
    default: throw Self.damage(archive)
    }
    let name = archive_entry_pathname(entry).map { String(cString: $0) } ?? ""
    let size = archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil
    let kind: Member.Kind
    if archive_entry_hardlink(entry) != nil {
      kind = .hardLink
    } else {
      // The constants of the C header are casts, which Swift doesn't import.
      switch archive_entry_filetype(entry) & 0o170000 {
      case 0o100000: kind = .file
      case 0o040000: kind = .folder
      case 0o120000: kind = .symbolicLink
      default: kind = .other
      }
    }
    return Member(
      kind: kind, name: name, size: size, offset: Int(archive_filter_bytes(archive, 0)),
      isSparse: archive_entry_sparse_count(entry) > 0)
  }

  /// Reads bytes of the current member.
  ///
  /// - Returns: the number of bytes; 0 at the member's end.
  /// - Throws: `Damage`.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(Damage) -> Int {
    let count = archive_read_data(archive, buffer.baseAddress, buffer.count)
    guard count >= 0 else { throw Self.damage(archive) }
    return count
  }

  private static func damage(_ archive: OpaquePointer) -> Damage {
    guard let words = archive_error_string(archive) else { return Damage(reason: "it is damaged") }
    let reason = String(cString: words)
    return Damage(reason: reason.prefix(1).lowercased() + reason.dropFirst())
  }
}
