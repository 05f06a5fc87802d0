import Basics

/// A run of text in one style.
package struct Span: Hashable, Sendable {
  /// What it says.
  package var string: String
  /// How it looks where styles can be shown.
  package var style: Style
}

/// How a run of text looks where styles can be shown. No meaning rests on style alone.
package enum Style: Hashable, Sendable {
  /// As it comes.
  case plain
  /// What to look at first.
  case strong
  /// What can be passed over.
  case faint
  /// Names: layers, commands, files.
  case name
  /// A check that held.
  case good
  /// A check that failed, an error.
  case bad
  /// What asks for attention: a change, a note.
  case notice
}

/// One line of styled text, or a part of one.
package struct Text: Hashable, Sendable {
  /// The runs, first to last.
  package var spans: [Span]

  /// Text in one style.
  package init(_ string: String, _ style: Style = .plain) {
    spans = string.isEmpty ? [] : [Span(string: string, style: style)]
  }

  /// The text without its styles.
  package var string: String { spans.map(\.string).joined() }

  /// The columns it takes on a terminal.
  package var width: Int { spans.reduce(0) { $0 + displayWidth($1.string) } }

  /// Important text.
  package static func strong(_ string: String) -> Text { Text(string, .strong) }
  /// Text that can be passed over.
  package static func faint(_ string: String) -> Text { Text(string, .faint) }
  /// A name.
  package static func name(_ string: String) -> Text { Text(string, .name) }
  /// Good news.
  package static func good(_ string: String) -> Text { Text(string, .good) }
  /// Bad news.
  package static func bad(_ string: String) -> Text { Text(string, .bad) }
  /// A change, or a note.
  package static func notice(_ string: String) -> Text { Text(string, .notice) }
  /// So many spaces.
  package static func spaces(_ count: Int) -> Text {
    Text(String(repeating: " ", clamping: count))
  }

  /// Text after text.
  package static func + (left: Text, right: Text) -> Text {
    var result = left
    result.spans += right.spans
    return result
  }

  /// Appends text.
  package static func += (left: inout Text, right: Text) { left.spans += right.spans }
}

extension Text: ExpressibleByStringInterpolation {
  /// Plain text.
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
