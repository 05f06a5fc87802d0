import Basics

/// A word of a command line and its position.
package struct Word: Hashable {
  /// The word without quotes.
  package var text: String
  /// The column of its first character, from 1.
  package var column: Int
}

/// Splits a line at spaces. Brackets and quotes group, so `why norm1[17, 10, 23]` is two words; a
/// `#` at the start of a word starts a comment. A `\` before a line break counts as a space.
///
/// - Throws: `Failure` at a bracket or quote that is never closed.
func splitWords(_ line: String) throws(Failure) -> [Word] {
  let characters = Array(line)
  let closers: [Character: Character] = ["(": ")", "[": "]", "{": "}"]
  var words: [Word] = []
  var position = 0
  while position < characters.count {
    if characters[position].isWhitespace {
      position += 1
      continue
    }
    if characters[position...].starts(with: ["\\", "\n"]) {
      position += 2
      continue
    }
    if characters[position] == "#" { break }
    var word = Word(text: "", column: position + 1)
    var open: [(closer: Character, column: Int)] = []
    while position < characters.count, !open.isEmpty || !characters[position].isWhitespace {
      let character = characters[position]
      if character == "\"" || character == "'" {
        let start = position
        position += 1
        while position < characters.count, characters[position] != character {
          if characters[position] == "\\", position + 1 < characters.count { position += 1 }
          word.text.append(characters[position])
          position += 1
        }
        if position == characters.count {
          throw unclosed(character, column: start + 1, line: line)
        }
      } else {
        if let closer = closers[character] {
          open.append((closer, position + 1))
        } else if character == open.last?.closer {
          open.removeLast()
        }
        word.text.append(character)
      }
      position += 1
    }
    if let last = open.last {
      throw unclosed(characters[last.column - 1], column: last.column, line: line)
    }
    words.append(word)
  }
  return words
}

private func unclosed(_ character: Character, column: Int, line: String) -> Failure {
  var failure = Failure(
    .usage, "nothing closes this \(character)", hint: "end the line with the missing mark")
  (failure.column, failure.source) = (column, line)
  return failure
}

/// The words for the argument parser. The sign of a negative number becomes U+2212, so that the parser
/// doesn't read the number as an option; commands accept this sign in all numbers.
package func arguments(_ words: [Word]) -> [String] { words.map { withoutSign($0.text) } }

extension LosslessStringConvertible where Self: Numeric {
  /// The number that a command's word stands for; its minus may be U+2212.
  package init?(word: String) {
    self.init(NumberFormat.withHyphens(word).replacing("_", with: ""))
  }
}
