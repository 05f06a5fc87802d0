import CLibrary

/// By which a later run notices that a file or a folder's list of names has changed: its length and
/// when it was last written.
package struct FileStamp: Hashable, Sendable {
  /// The length in bytes; for a folder, whatever the file system says.
  package let length: Int
  /// When it was last written, in nanoseconds since 1970.
  package let written: Int

  /// A stamp that was stored.
  package init(length: Int, written: Int) { (self.length, self.written) = (length, written) }

  /// The current stamp; nil if the file doesn't exist.
  package init?(of path: String) {
    var status = stat()
    guard stat(HomeFolder.expanding(path), &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    self.init(length: Int(status.st_size), written: time.tv_sec * 1_000_000_000 + time.tv_nsec)
  }
}
