import CLibrary

/// The cells that were run, in this session and earlier ones.
///
/// Problems with the file are never fatal: unreadable entries are left out, and if the file can't
/// be written, the session warns once and continues.
package final class History {
  /// The number of entries kept.
  package static let defaultLimit = 10_000

  /// The entries, newest last.
  package private(set) var entries: [String] = []

  private var file: HistoryFile?
  private let limit: Int
  private let warn: (String) -> Void

  /// Restores a history.
  ///
  /// - Parameters:
  ///   - path: the file; nil keeps the history only in memory.
  ///   - limit: the number of entries to keep.
  ///   - warn: receives the warning if the history can't be saved.
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
  /// - Returns: whether it was added. Blank entries and repetitions of the last one aren't.
  @discardableResult
  package func append(_ entry: String) -> Bool {
    guard entry != entries.last, HistoryFile.isEntry(entry) else { return false }
    entries.append(entry)
    if entries.count > limit { entries.removeFirst(entries.count - limit) }
    attempt { try file?.append(entry) }
    return true
  }

  /// `$ALEXNET_HISTORY`, otherwise `alexnet/history` in `$XDG_STATE_HOME`, otherwise in
  /// `~/.local/state`.
  ///
  /// - Returns: nil if `ALEXNET_HISTORY` is empty, or no home folder is known.
  package static func defaultPath() -> String? {
    if let path = variable("ALEXNET_HISTORY") { return path.isEmpty ? nil : path }
    // The XDG specification says to ignore a relative path.
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
        warn("the history is not saved: \(path): \(reason)")
      }
      file = nil
    }
  }
}
