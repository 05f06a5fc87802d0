import Testing

/// The lines in which two texts differ, in a readable form.
enum LineDifference {
  /// The differing lines, marked `-` in the old text and `+` in the new one, with one line of
  /// context.
  ///
  /// - Parameter limit: the number of lines after which the rest is left out.
  static func text(from old: String, to new: String, limit: Int = 60) -> String {
    let lines = merged(
      old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init),
      new.split(separator: "\n", omittingEmptySubsequences: false).map(String.init))
    var result: [String] = []
    var last = -1
    for place in lines.indices {
      let around = max(0, place - 1)...min(lines.count - 1, place + 1)
      guard around.contains(where: { lines[$0].mark != " " }) else { continue }
      if place > last + 1 { result.append("  …") }
      result.append("\(lines[place].mark) \(lines[place].text)")
      last = place
    }
    guard result.count > limit else { return result.joined(separator: "\n") }
    return (result.prefix(limit) + ["  … and \(result.count - limit) more lines"])
      .joined(separator: "\n")
  }

  /// All lines in order, removed lines before added ones.
  private static func merged(
    _ old: [String], _ new: [String]
  ) -> [(mark: Character, text: String)] {
    let difference = new.difference(from: old)
    var (removed, inserted): (Set<Int>, Set<Int>) = ([], [])
    for change in difference {
      switch change {
      case .remove(let place, _, _): removed.insert(place)
      case .insert(let place, _, _): inserted.insert(place)
      }
    }
    var lines: [(mark: Character, text: String)] = []
    var (i, j) = (0, 0)
    while i < old.count || j < new.count {
      if removed.contains(i) {
        lines.append(("-", old[i]))
        i += 1
      } else if inserted.contains(j) {
        lines.append(("+", new[j]))
        j += 1
      } else {
        lines.append((" ", old[i]))
        (i, j) = (i + 1, j + 1)
      }
    }
    return lines
  }
}

@Suite struct LineDifferenceTests {
  @Test(arguments: [
    ("a\nb\nc\nd\ne", "a\nb\nx\nd\ne", "  …\n  b\n- c\n+ x\n  d"),
    ("a\nb", "a\nb\nc", "  …\n  b\n+ c"), ("a\nb", "b", "- a\n  b"),
    ("a\nb\nc\nd\ne\nf", "A\nb\nc\nd\ne\nF", "- a\n+ A\n  b\n  …\n  e\n- f\n+ F"),
  ])
  func shows(_ old: String, _ new: String, _ expected: String) {
    #expect(LineDifference.text(from: old, to: new) == expected)
  }

  @Test func isShort() {
    let many = (0..<200).map(String.init).joined(separator: "\n")
    let text = LineDifference.text(from: "", to: many, limit: 10)
    #expect(text.split(separator: "\n").count == 11 && text.hasSuffix("… and 191 more lines"))
  }
}
