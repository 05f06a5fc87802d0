/// The columns that a string takes on a terminal: two for wide East Asian characters and emoji, none
/// for combining marks and controls.
package func displayWidth(_ string: some StringProtocol) -> Int {
  string.utf8.allSatisfy { (32..<127).contains($0) }
    ? string.utf8.count : string.reduce(0) { $0 + displayWidth($1) }
}

/// The columns that a character takes on a terminal; a letter with its accents is one character.
package func displayWidth(_ character: Character) -> Int {
  let scalar = character.unicodeScalars.first!
  switch scalar.value {
  case 0..<32, 127..<160: return 0
  case 32..<0x300: return 1
  case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF,
    0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F900...0x1F9FF,
    0x20000...0x3FFFD:
    return 2
  default: break
  }
  let properties = scalar.properties
  switch properties.generalCategory {
  case .nonspacingMark, .enclosingMark, .format: return 0
  default: return properties.isEmojiPresentation ? 2 : 1
  }
}
