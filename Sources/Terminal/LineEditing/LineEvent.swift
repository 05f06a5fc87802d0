/// The result of reading a line.
package enum LineEvent: Equatable, Sendable {
  /// A line without its line end. The lines of a cell recalled from the history are separated by
  /// `\n`.
  case line(String)
  /// An unusable line, with the reason as a message for the user, to be shown after the line number
  /// if there is one.
  case invalid(reason: String)
  /// Ctrl-C.
  case interrupted
  /// The end of the input, or Ctrl-D on an empty line.
  case end
}

/// The text before the cursor.
package struct Prompt: Equatable, Sendable {
  /// The text, such as `[1]> `. It should end with a space or another character that needs no
  /// colour.
  package var text: String
  /// The parameters of an SGR sequence, such as `1;32`, or nil for no colour.
  package var color: String?

  package init(_ text: String, color: String? = nil) {
    self.text = text
    self.color = color
  }

  /// The prompt, in ASCII if the locale isn't UTF-8, because libedit would crash otherwise.
  func plain(utf8: Bool) -> String {
    guard !utf8 else { return text }
    return String(String.UnicodeScalarView(text.unicodeScalars.map { $0.isASCII ? $0 : "?" }))
  }

  /// The prompt in libedit's format: each escape sequence is enclosed in bytes with value 1, and
  /// none of them is at the end.
  func marked(utf8: Bool) -> String {
    let text = plain(utf8: utf8)
    guard let color, text.count > 1, let last = text.last else { return text }
    return "\u{1}\u{1B}[\(color)m\u{1}\(text.dropLast())\u{1}\u{1B}[0m\u{1}\(last)"
  }
}
