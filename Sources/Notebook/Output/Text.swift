import Basics

/// A run of text in one style.
public struct Span: Hashable, Sendable {
  /// What it says.
  public var string: String
  /// How it looks where styles can be shown.
  public var style: Style
}

/// How a run of text looks where styles can be shown. No meaning rests on style alone.
public enum Style: Hashable, Sendable {
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
public struct Text: Hashable, Sendable {
  /// The runs, first to last.
  public var spans: [Span]

  /// Text in one style.
  public init(_ string: String, _ style: Style = .plain) {
    spans = string.isEmpty ? [] : [Span(string: string, style: style)]
  }

  /// The text without its styles.
  public var string: String { spans.map(\.string).joined() }

  /// The columns it takes on a terminal.
  public var width: Int { spans.reduce(0) { $0 + displayWidth($1.string) } }

  /// Important text.
  public static func strong(_ string: String) -> Text { Text(string, .strong) }
  /// Text that can be passed over.
  public static func faint(_ string: String) -> Text { Text(string, .faint) }
  /// A name.
  public static func name(_ string: String) -> Text { Text(string, .name) }
  /// Good news.
  public static func good(_ string: String) -> Text { Text(string, .good) }
  /// Bad news.
  public static func bad(_ string: String) -> Text { Text(string, .bad) }
  /// A change, or a note.
  public static func notice(_ string: String) -> Text { Text(string, .notice) }
  /// So many spaces.
  public static func spaces(_ count: Int) -> Text {
    Text(String(repeating: " ", clamping: count))
  }

  /// Text after text.
  public static func + (left: Text, right: Text) -> Text {
    var result = left
    result.spans += right.spans
    return result
  }

  /// Appends text.
  public static func += (left: inout Text, right: Text) { left.spans += right.spans }
}

extension Text: ExpressibleByStringInterpolation {
  /// Plain text.
  public init(stringLiteral value: String) { self.init(value) }
}

extension [Text] {
  /// The texts with a separator between them.
  public func joined(_ separator: Text) -> Text {
    var result = Text("")
    for (index, text) in enumerated() {
      if index > 0 { result += separator }
      result += text
    }
    return result
  }
}

/// The columns that a string takes on a terminal: two for wide East Asian characters and emoji, none
/// for combining marks and controls.
public func displayWidth(_ string: String) -> Int {
  string.utf8.allSatisfy { (32..<127).contains($0) }
    ? string.utf8.count : string.reduce(0) { $0 + displayWidth($1) }
}

func displayWidth(_ character: Character) -> Int {
  let scalar = character.unicodeScalars.first!
  switch scalar.value {
  case 0..<32, 127..<160: return 0
  case 0x300...0x36F, 0x200B...0x200F, 0xFE00...0xFE0F: return 0
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: return 1
  }
}
