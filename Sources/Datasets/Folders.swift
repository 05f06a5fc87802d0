/// Where a person's files are.
enum Folders {
  /// The folder for what can be had again: `~/.cache/alexnet` (or below `$XDG_CACHE_HOME`), on macOS
  /// `~/Library/Caches/alexnet`.
  static func cache(_ environment: [String: String]) -> String? {
    #if os(macOS)
      return home(environment).map { $0 + "/Library/Caches/alexnet" }
    #else
      if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") {
        return folder + "/alexnet"
      }
      return home(environment).map { $0 + "/.cache/alexnet" }
    #endif
  }

  private static func home(_ environment: [String: String]) -> String? {
    environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
