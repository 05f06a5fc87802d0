extension Style {
  /// The parameter of the escape sequence (ECMA-48, SGR) that switches the style on; nil for plain text.
  var escapeCode: String? {
    switch self {
    case .plain: nil
    case .strong: "1"
    case .faint: "2"
    case .name: "36"
    case .good: "32"
    case .bad: "31"
    case .notice: "35"
    }
  }
}

extension Text {
  /// The text with an escape sequence around each run that has a style.
  ///
  /// - Parameter printable: makes a run safe to print.
  package func withEscapeSequences(_ printable: (String) -> String) -> String {
    spans.map { span in
      guard let code = span.style.escapeCode else { return printable(span.string) }
      return "\u{1B}[\(code)m\(printable(span.string))\u{1B}[0m"
    }.joined()
  }
}

extension Unicode.Scalar {
  /// Whether it is a control character (C0, C1 or DEL), which a name or a file could contain.
  package var isControl: Bool { value < 32 || (127..<160).contains(value) }
}

extension String {
  /// The string with U+FFFD in place of control characters.
  package var withoutControls: String {
    String(UnicodeScalarView(unicodeScalars.map { $0.isControl ? "\u{FFFD}" : $0 }))
  }
}
