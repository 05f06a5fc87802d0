import Basics
import CLibrary

/// Writes a file whole or not at all: a reader finds the old bytes or the new ones, even after a
/// full disk, an interruption or a power cut in between.
///
/// The bytes go to a new file in the same folder, which is flushed to the disk and then renamed. If
/// that fails, the new file is removed. A link is followed; a device or pipe (`/dev/stdout`) is
/// written to directly. A leading `~/` of the path is the home folder.
public enum AtomicFile {
  /// Writes these bytes.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  public static func write(_ bytes: [UInt8], to path: String) throws(FileError) {
    try write(to: path) { writer throws(FileError) in try writer.append(bytes) }
  }

  /// Writes this text as UTF-8.
  ///
  /// - Throws: `FileError`, after which the file is as it was.
  public static func write(_ text: String, to path: String) throws(FileError) {
    try write(Array(text.utf8), to: path)
  }

  /// Writes what `body` appends, piece by piece, for files too large to be in memory twice.
  ///
  /// - Throws: `FileError`, from `body` or the disk, after which the file is as it was.
  public static func write(
    to path: String, _ body: (FileWriter) throws(FileError) -> Void
  ) throws(FileError) {
    try requirePath(path, .write)
    let path = HomeFolder.expanding(path)
    var status = stat()
    let exists = stat(path, &status) == 0
    if exists && status.st_mode & S_IFMT != S_IFREG {
      guard status.st_mode & S_IFMT != S_IFDIR else {
        throw FileError(.write, path, reason: "it is a folder")
      }
      return try writeInPlace(path, body)
    }
    let target = exists ? resolvedPath(path) ?? path : path
    let folder = target.lastIndex(of: "/").map { String(target[...$0]) } ?? ""
    let temporary = folder + ".\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw FileError(.write, path, errno: errno) }
    do throws(FileError) {
      defer { close(descriptor) }
      if exists { fchmod(descriptor, status.st_mode & 0o7777) }
      try body(FileWriter(descriptor: descriptor, path: path))
      guard fsync(descriptor) == 0 else { throw FileError(.write, path, errno: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
    guard rename(temporary, target) == 0 else {
      let number = errno
      unlink(temporary)
      throw FileError(.write, path, errno: number)
    }
    flushFolder(folder.isEmpty ? "." : folder)
  }

  private static func writeInPlace(
    _ path: String, _ body: (FileWriter) throws(FileError) -> Void
  ) throws(FileError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileError(.write, path, errno: errno) }
    defer { close(descriptor) }
    try body(FileWriter(descriptor: descriptor, path: path))
  }
}

/// Appends bytes to the file that `AtomicFile` is writing.
public struct FileWriter {
  let descriptor: Int32
  let path: String

  /// Appends these bytes.
  ///
  /// - Throws: `FileError` if they can't be written.
  public func append(_ bytes: [UInt8]) throws(FileError) {
    try bytes.withUnsafeBufferPointer { bytes throws(FileError) in
      try append(UnsafeRawBufferPointer(bytes))
    }
  }

  /// Appends these bytes.
  ///
  /// - Throws: `FileError` if they can't be written.
  public func append(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      // Darwin refuses more than 2 GB in one call.
      let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(1 << 30))
      let written = write(descriptor, piece.baseAddress, piece.count)
      if written > 0 {
        rest = rest.dropFirst(written)
      } else if written < 0 && errno != EINTR {
        throw FileError(.write, path, errno: errno)
      }
    }
  }
}
