import CLibrary

/// The user's home folder.
package enum HomeFolder {
  /// The path with a leading `~` or `~/` replaced by the home folder, as a shell would; the
  /// notebook's prompt has no shell to do it.
  package static func expanding(_ path: String) -> String {
    guard path == "~" || path.hasPrefix("~/"), let home = getenv("HOME"), home.pointee != 0 else {
      return path
    }
    return String(cString: home) + path.dropFirst()
  }
}
