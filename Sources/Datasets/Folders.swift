import Foundation

/// Where a person's files are.
package enum Folders {
  /// The folder for what can be had again: `~/.cache/alexnet` (or below `$XDG_CACHE_HOME`), on macOS
  /// `~/Library/Caches/alexnet`.
  package static func cache(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
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
