import CLibrary

/// A regular file opened for reading at any position; closed when the last reference goes.
///
/// Reads by position rather than through a memory map: a file that is cut short while it is read
/// gives an error instead of a signal.
package final class OpenFile: Sendable {
  /// The path that it was opened by.
  package let path: String
  /// Its length in bytes when it was opened.
  package let count: Int
  private let descriptor: Int32

  /// Opens the file at `path`; a leading `~/` is the home folder.
  ///
  /// - Throws: `FileError` if the file doesn't exist, or is a folder, device or pipe.
  package init(_ path: String) throws(FileError) {
    try requirePath(path, .read)
    // Without O_NONBLOCK, opening a pipe would wait for another process to write to it.
    let descriptor = open(HomeFolder.expanding(path), O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw FileError(.read, path, errno: errno) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      let folder = status.st_mode & S_IFMT == S_IFDIR
      throw FileError(.read, path, reason: folder ? "it is a folder" : "it is not a regular file")
    }
    self.path = path
    self.descriptor = descriptor
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills the buffer with the bytes from `offset` on.
  ///
  /// - Throws: `FileError`, also if the file has become shorter.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: Int
  ) throws(FileError) {
    var filled = 0
    while filled < buffer.count {
      let wanted = min(buffer.count - filled, 1 << 30)
      let got = pread(
        descriptor, buffer.baseAddress! + filled, wanted, off_t(offset + filled))
      if got > 0 {
        filled += got
      } else if got == 0 {
        throw FileError(.read, path, reason: "it became shorter while it was read")
      } else if errno != EINTR {
        throw FileError(.read, path, errno: errno)
      }
    }
  }

  /// All bytes of the file.
  ///
  /// - Throws: `FileError`, also if there are more than `limit`.
  package static func bytes(of path: String, limit: Int) throws(FileError) -> [UInt8] {
    let file = try OpenFile(path)
    guard file.count <= limit else {
      throw FileError(
        .read, path, reason: "its \(file.count) bytes are more than the \(limit) allowed")
    }
    var bytes = [UInt8](repeating: 0, count: file.count)
    try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
      try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: 0)
    }
    return bytes
  }
}
