import Basics
import CLibrary
import TensorFiles

extension RunFolder {
  /// The name, or the first of `name-2`, `name-3`, … that doesn't exist yet.
  package static func freeName(_ name: String) -> String {
    var number = 1
    func path() -> String { number == 1 ? name : "\(name)-\(number)" }
    while access(path(), F_OK) == 0 { number += 1 }
    return path()
  }
}

/// A run's operations on names in folders.
enum FolderNames {
  /// The names in a folder, in no particular order.
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

  /// Creates the parent folders of a path.
  ///
  /// - Returns: the parent folder.
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
          name, "\(made) can't be created: \(String(cString: strerror(errno)))")
      }
      made += "/"
    }
    return parent
  }

  /// Creates an empty folder that will become the one at `path`.
  static func makeTemporary(
    beside path: String, in parent: String, _ name: String
  ) throws(RunFolderError) -> String {
    let last = trimmed(path).split(separator: "/").last.map(String.init) ?? ""
    guard !last.isEmpty, last != ".", last != ".." else {
      throw RunFolderError(name, "a run needs its own folder", hint: "choose one with --out")
    }
    let prefix = ".\(last)."
    // Leftovers of a run that was killed at this point.
    for other in (try? list(parent, name)) ?? [] where other.hasPrefix(prefix) {
      let other = parent + "/" + other
      // Without a lock, it is just being created.
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
      throw RunFolderError(name, "it can't be created: \(String(cString: strerror(errno)))")
    }
    return temporary
  }

  private static let suffix = ".beginning"

  /// Whether a name is that of a file whose writer was killed while writing it.
  static func isLeftOver(_ name: String) -> Bool { name.hasPrefix(".") && name.hasSuffix(".tmp") }

  /// Removes a folder of files.
  static func remove(_ folder: String) {
    for name in (try? list(folder, folder)) ?? [] { unlink(folder + "/" + name) }
    rmdir(folder)
  }

  /// The path with links followed; the path itself if it doesn't exist.
  static func resolved(_ path: String) -> String { resolvedPath(path) ?? trimmed(path) }

  /// A path without slashes at its end.
  private static func trimmed(_ path: String) -> String {
    var path = path
    while path.count > 1, path.hasSuffix("/") { path.removeLast() }
    return path
  }
}
