import Basics

/// A run of text in one style.
package struct Span: Hashable, Sendable {
  package var string: String
  /// The appearance, if styles can be shown.
  package var style: Style
}

/// The appearance of a run of text, if styles can be shown. The text must be clear without it.
package enum Style: Hashable, Sendable {
  case plain
  /// The most important text.
  case strong
  /// Less important text.
  case faint
  /// Names of layers, commands and files.
  case name
  /// A passed check.
  case good
  /// A failed check, or an error.
  case bad
  /// A change or a note.
  case notice
}

/// One line of styled text, or a part of one.
package struct Text: Hashable, Sendable {
  /// The runs in order.
  package var spans: [Span]

  /// Text in one style.
  package init(_ string: String, _ style: Style = .plain) {
    spans = string.isEmpty ? [] : [Span(string: string, style: style)]
  }

  /// The text without styles.
  package var string: String { spans.map(\.string).joined() }

  /// The number of terminal columns that the text takes.
  package var width: Int { spans.reduce(0) { $0 + displayWidth($1.string) } }

  package static func strong(_ string: String) -> Text { Text(string, .strong) }
  package static func faint(_ string: String) -> Text { Text(string, .faint) }
  package static func name(_ string: String) -> Text { Text(string, .name) }
  package static func good(_ string: String) -> Text { Text(string, .good) }
  package static func bad(_ string: String) -> Text { Text(string, .bad) }
  package static func notice(_ string: String) -> Text { Text(string, .notice) }
  /// This many spaces; none for a negative count.
  package static func spaces(_ count: Int) -> Text {
    Text(String(repeating: " ", clamping: count))
  }

  package static func + (left: Text, right: Text) -> Text {
    var result = left
    result.spans += right.spans
    return result
  }

  package static func += (left: inout Text, right: Text) { left.spans += right.spans }
}

extension Text: ExpressibleByStringInterpolation {
  package init(stringLiteral value: String) { self.init(value) }
}

extension [Text] {
  /// The texts with a separator between them.
  package func joined(_ separator: Text) -> Text {
    var result = Text("")
    for (index, text) in enumerated() {
      if index > 0 { result += separator }
      result += text
    }
    return result
  }
}
