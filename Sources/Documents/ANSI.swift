extension Style {
  /// The parameter of the escape sequence (ECMA-48, SGR) that switches the style on; nil for plain text.
  package var escapeCode: String? {
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
