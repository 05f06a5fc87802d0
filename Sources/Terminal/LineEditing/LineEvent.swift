/// What reading a line brought.
package enum LineEvent: Equatable, Sendable {
  /// A line without its end. Lines of a cell that was recalled whole are separated by `\n`.
  case line(String)
  /// A line that cannot be used, and the reason for the person who sent it, to be put after the
  /// line's number where it has one.
  case invalid(reason: String)
  /// Ctrl-C.
  case interrupted
  /// The end of the input, or Ctrl-D on an empty line.
  case end
}

/// What stands before the cursor.
package struct Prompt: Equatable, Sendable {
  /// The text, such as `[1]> `. It should end in a space or a sign that needs no colour.
  package var text: String
  /// The parameters of an SGR sequence, such as `1;32`, or nil for no colour.
  package var color: String?

  /// Creates a prompt.
  package init(_ text: String, color: String? = nil) {
    self.text = text
    self.color = color
  }

  /// The prompt in ASCII where the locale can show nothing else: libedit crashes otherwise.
  func plain(utf8: Bool) -> String {
    guard !utf8 else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
  }

  /// The prompt as libedit takes it: its escape sequences each in one run between two bytes of
  /// value 1, none of them at the end.
  func marked(utf8: Bool) -> String {
    let text = plain(utf8: utf8)
    guard let color, text.count > 1, let last = text.last else { return text }
    return "\u{1}\u{1B}[\(color)m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1}\(last)"
  }
}
