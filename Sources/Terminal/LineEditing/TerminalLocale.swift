import CLibrary
import CLineEditor

/// The encoding in which the terminal and the program speak.
package enum TerminalLocale {
  /// Whether text goes out, and comes in, as UTF-8; otherwise it has to be ASCII.
  ///
  /// The first use sets the process's locale: the environment's where that is UTF-8, else one that
  /// is, where the system has one. Only the encoding is taken; numbers keep their dots.
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
  /// How many lines fit.
  package var rows: Int
  /// How many columns fit.
  package var columns: Int

  /// The size of the terminal that shows standard output or standard error; else what `COLUMNS` and
  /// `LINES` say, else 80 by 24.
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

/// How many columns a text takes on the terminal; control characters none.
package func displayWidth(_ text: some StringProtocol) -> Int {
  guard TerminalLocale.isUTF8 else { return text.unicodeScalars.count }
  return text.unicodeScalars.reduce(0) { $0 + Int(scalar_width($1.value)) }
}
