import CLibrary

/// The cells that were run, in this session and in earlier ones.
///
/// Nothing about its file is ever fatal: what cannot be read is left out, and when it cannot be
/// written the session says so once and goes on.
package final class History {
  /// How many entries are kept.
  package static let defaultLimit = 10_000

  /// The entries, the newest last.
  package private(set) var entries: [String] = []

  private var file: HistoryFile?
  private let limit: Int
  private let warn: (String) -> Void

  /// Restores a history.
  ///
  /// - Parameters:
  ///   - path: The file; nil keeps the history in memory alone.
  ///   - limit: How many entries are kept.
  ///   - warn: Takes the warning that the history is not kept.
  package init(
    path: String? = History.defaultPath(), limit: Int = History.defaultLimit,
    warn: @escaping (String) -> Void
  ) {
    self.limit = limit
    self.warn = warn
    guard let path else { return }
    let file = HistoryFile(path: path)
    self.file = file
    attempt {
      entries = try file.read()
      if entries.count > limit {
        try file.trim(to: limit)
        entries.removeFirst(entries.count - limit)
      }
    }
  }

  /// Adds an entry, in memory and in the file.
  ///
  /// - Returns: Whether it was added: blank ones and repetitions of the last one are not.
  @discardableResult
  package func append(_ entry: String) -> Bool {
    guard entry != entries.last, HistoryFile.isEntry(entry) else { return false }
    entries.append(entry)
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
    attempt { try file?.append(entry) }
    return true
  }

  /// `$ALEXNET_HISTORY`, else `alexnet/history` in `$XDG_STATE_HOME`, else in `~/.local/state`.
  ///
  /// - Returns: nil where `ALEXNET_HISTORY` is empty, or no home is known.
  package static func defaultPath() -> String? {
    if let path = variable("ALEXNET_HISTORY") { return path.isEmpty ? nil : path }
    // A relative path is to be ignored there, says the XDG specification.
    if let state = variable("XDG_STATE_HOME"), state.hasPrefix("/") {
      return state + "/alexnet/history"
    }
    guard let home = variable("HOME"), home.hasPrefix("/") else { return nil }
    return home + "/.local/state/alexnet/history"
  }

  private static func variable(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  private func attempt(_ action: () throws -> Void) {
    do {
      try action()
    } catch {
      if let path = file?.path {
        let reason = (error as? HistoryFile.Failure)?.reason ?? "\(error)"
        warn("the history is not kept: \(path): \(reason)")
      }
      file = nil
    }
  }
}
