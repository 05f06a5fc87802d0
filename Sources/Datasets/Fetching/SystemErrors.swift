import Foundation
import TensorFiles

extension ImageError {
  /// A file that couldn't be written, with the error number of the failed call; for a full disk
  /// there is a hint.
  init(cannotWrite path: String, errno number: Int32) {
    let error = FileError(.write, path, reason: String(cString: strerror(number)))
    let isFull = [ENOSPC, EFBIG, EDQUOT].contains(number)
    self.init(
      error.description,
      hint: isFull
        ? "make room, or name another folder with --data; the part downloaded so far is kept" : "")
  }
}

/// Operations on folders while fetching data.
enum FileSystem {
  /// Creates the folder and its missing parents.
  static func makeFolder(_ path: String) throws(ImageError) {
    guard mkdir(path, 0o777) != 0 else { return }
    let number = errno
    if isFolder(path) { return }
    guard number == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
      throw number == EEXIST
        ? ImageError("cannot write \(path): it is not a folder")
        : ImageError(cannotWrite: path, errno: number)
    }
    try makeFolder(String(path[..<slash]))
    guard mkdir(path, 0o777) == 0 || isFolder(path) else {
      throw ImageError(cannotWrite: path, errno: errno)
    }
  }

  /// What is at a path.
  static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return lstat(path, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Whether the path is a folder, or a link to one.
  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// Bytes that the user can still write to the folder's disk, if known.
  static func freeSpace(_ folder: String) -> Int? {
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { return nil }
    let (bytes, overflow) = Int(clamping: status.f_bavail)
      .multipliedReportingOverflow(by: Int(clamping: status.f_frsize))
    return overflow ? nil : bytes
  }
}
