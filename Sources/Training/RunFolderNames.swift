import TensorFiles

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// What a run does with names in folders.
enum FolderNames {
  /// The names in a folder, in no order.
  static func list(_ folder: String, _ name: String) throws(RunFolderError) -> [String] {
    guard let handle = opendir(folder) else {
      let reason = errno == ENOENT ? "the folder doesn't exist" : String(cString: strerror(errno))
      throw RunFolderError(name, reason)
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      if name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// Makes the folders above a path.
  ///
  /// - Returns: the folder just above.
  static func makeParent(of path: String, _ name: String) throws(RunFolderError) -> String {
    let trimmed = trimmed(path)
    guard let slash = trimmed.lastIndex(of: "/") else { return "." }
    let parent = String(trimmed[..<slash])
    guard !parent.isEmpty else { return "/" }
    var made = parent.hasPrefix("/") ? "/" : ""
    for part in parent.split(separator: "/") {
      made += part
      if mkdir(made, 0o777) != 0 && errno != EEXIST && errno != EISDIR {
        throw RunFolderError(
          name, "\(made) cannot be made: \(String(cString: strerror(errno)))")
      }
      made += "/"
    }
    return parent
  }

  /// Makes an empty folder that is to become the one at `path`.
  static func makeTemporary(
    beside path: String, in parent: String, _ name: String
  ) throws(RunFolderError) -> String {
    let last = trimmed(path).split(separator: "/").last.map(String.init) ?? ""
    guard !last.isEmpty, last != ".", last != ".." else {
      throw RunFolderError(name, "a run needs a folder of its own", hint: "choose one with --out")
    }
    let prefix = ".\(last)."
    // What a run that was killed in this moment left behind.
    for other in (try? list(parent, name)) ?? [] where other.hasPrefix(prefix) {
      let other = parent + "/" + other
      // Without a lock it is only just being made.
      if other.hasSuffix(suffix), access(other + "/" + RunFolderLock.fileName, F_OK) == 0,
        (try? RunFolderLock(folder: other, named: name)) != nil
      {
        remove(other)
      }
    }
    let temporary =
      parent + "/" + prefix + String(UInt64.random(in: .min ... .max), radix: 36)
      + suffix
    guard mkdir(temporary, 0o777) == 0 else {
      throw RunFolderError(name, "it cannot be made: \(String(cString: strerror(errno)))")
    }
    return temporary
  }

  private static let suffix = ".beginning"

  /// Whether a name is that of a file which was being written when its writer ended.
  static func isLeftOver(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

  /// Removes a folder of files.
  static func remove(_ folder: String) {
    for name in (try? list(folder, folder)) ?? [] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  /// Makes what was done in a folder last.
  static func flush(_ folder: String) {
    let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  /// The folder that a path leads to, links followed; the path itself where nothing is there yet.
  static func resolved(_ path: String) -> String {
    guard let real = realpath(path, nil) else { return trimmed(path) }
    defer { free(real) }
    return String(cString: real)
  }

  /// A path without slashes at its end.
  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
