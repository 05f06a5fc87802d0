import Foundation

/// Where the user's files are.
package enum Folders {
  /// The folder for files that can be fetched or made again: `~/.cache/alexnet` (or below
  /// `$XDG_CACHE_HOME`), on macOS `~/Library/Caches/alexnet`.
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

  /// The learner's progress: `$ALEXNET_PROGRESS`, else `alexnet/progress.json` in the folder for the state
  /// of programs: `$XDG_STATE_HOME`, else `~/.local/state`; on macOS `~/Library/Application Support`.
  ///
  /// - Returns: nil if `ALEXNET_PROGRESS` is empty, or no home is known.
  package static func progress(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let path = environment["ALEXNET_PROGRESS"] { return path.isEmpty ? nil : path }
    return state("/alexnet/progress.json", environment)
  }

  /// The sessions that are kept while they run: `$ALEXNET_SESSIONS`, else `alexnet/sessions` in the folder
  /// for the state of programs, as for the progress.
  ///
  /// - Returns: nil if `ALEXNET_SESSIONS` is empty, or no home is known.
  package static func sessions(
    _ environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String? {
    if let path = environment["ALEXNET_SESSIONS"] { return path.isEmpty ? nil : path }
    return state("/alexnet/sessions", environment)
  }

  /// A path in the folder for the state of programs.
  private static func state(_ name: String, _ environment: [String: String]) -> String? {
    // The XDG specification says to ignore a relative path there.
    if let state = environment["XDG_STATE_HOME"], state.hasPrefix("/") { return state + name }
    guard let home = home(environment), home.hasPrefix("/") else { return nil }
    #if os(macOS)
      return home + "/Library/Application Support" + name
    #else
      return home + "/.local/state" + name
    #endif
  }

  private static func home(_ environment: [String: String]) -> String? {
    environment["HOME"].flatMap { $0.isEmpty ? nil : $0 }
  }
}
