import CLibrary
import CLineEditor

/// The character encoding of the terminal.
package enum TerminalLocale {
  /// Whether input and output are UTF-8; otherwise they must be ASCII.
  ///
  /// The first use sets the process's locale: the environment's if it is UTF-8, otherwise another
  /// UTF-8 locale if the system has one. Only the encoding is set; numbers keep their decimal
  /// point.
  package static let isUTF8: Bool = {
    for name in ["", "C.UTF-8", "en_US.UTF-8"] {
      guard setlocale(LC_CTYPE, name) != nil else { continue }
      if let codeset = nl_langinfo(nl_item(CODESET)), isNameOfUTF8(String(cString: codeset)) {
        return true
      }
    }
    setlocale(LC_CTYPE, "C")
    return false
  }()

  private static func isNameOfUTF8(_ codeset: String) -> Bool {
    ["utf-8", "utf8"].contains(codeset.lowercased())
  }
}

/// The size of a terminal, in characters.
package struct TerminalSize: Equatable, Sendable {
  /// The number of lines.
  package var rows: Int
  /// The number of columns.
  package var columns: Int

  /// The size of the terminal on standard output or standard error; otherwise from `COLUMNS` and
  /// `LINES`; otherwise 80 by 24.
  package static func current() -> TerminalSize {
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      var rows: Int32 = 0
      var columns: Int32 = 0
      if terminal_size(descriptor, &rows, &columns) {
        return TerminalSize(rows: rows > 0 ? Int(rows) : 24, columns: Int(columns))
      }
    }
    return TerminalSize(rows: variable("LINES") ?? 24, columns: variable("COLUMNS") ?? 80)
  }

  private static func variable(_ name: String) -> Int? {
    guard let text = getenv(name), let value = Int(String(cString: text)) else { return nil }
    return (1...10_000).contains(value) ? value : nil
  }
}
