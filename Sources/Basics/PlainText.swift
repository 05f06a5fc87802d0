/// A name for messages: in quotes, on one line, and shortened if it is long.
package func quoted(_ name: String) -> String {
  let shown = name.count > 40 ? name.prefix(40) + "…" : name[...]
  return "'" + String(shown).replacing("\n", with: "\\n") + "'"
}

/// The lines of a text, which end with LF or CRLF.
package func lines(of text: String) -> [Substring] {
  text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map {
    Substring($0.last == UInt8(ascii: "\r") ? $0.dropLast() : $0)
  }
}

/// A heading as a name or an address: lower case, with a hyphen for every run of other characters.
package func slug(_ heading: String) -> String {
  heading.lowercased().split { !($0.isLetter || $0.isNumber) }.joined(separator: "-")
}

extension [String] {
  /// `conv1`, `conv1 and fc6`, `conv1, conv2 and fc6`.
  package var listed: String {
    guard let last, count > 1 else { return first ?? "" }
    return dropLast().joined(separator: ", ") + " and " + last
  }
}

extension StringProtocol {
  /// Without the spaces at its ends.
  package func trimmingSpaces() -> String {
    drop { $0.isWhitespace }.trimmingTrailingSpaces()
  }

  /// Without the spaces at its end.
  package func trimmingTrailingSpaces() -> String {
    var text = self[...]
    while text.last?.isWhitespace == true { text.removeLast() }
    return String(text)
  }
}

extension String {
  /// The string with spaces after it, up to a width in columns; at least `gap` of them.
  package func padding(to width: Int, gap: Int = 1) -> String {
    self + String(repeating: " ", clamping: Swift.max(gap, width - displayWidth(self)))
  }

  /// The string at the right of a column: with spaces, or other characters, before it.
  package func paddingLeft(to width: Int, gap: Int = 0, with fill: String = " ") -> String {
    String(repeating: fill, clamping: Swift.max(gap, width - displayWidth(self))) + self
  }
}

/// A path as one word for a shell or the prompt, in quotes if needed.
package func shellWord(_ path: String) -> String {
  let isPlain = path.unicodeScalars.allSatisfy {
    $0.properties.isAlphabetic || ("0"..."9").contains($0)
      || "-_./~+,:@".unicodeScalars.contains($0)
  }
  return isPlain && !path.isEmpty ? path : "'\(path)'"
}

extension [String] {
  /// The strings without repetitions, each where it comes first.
  package var uniqued: [String] {
    indices.filter { !self[..<$0].contains(self[$0]) }.map { self[$0] }
  }
}
