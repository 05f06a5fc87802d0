/// What a cell shows, as blocks from top to bottom, for no width or device in particular.
///
/// Nothing below a front end prints: front ends lay the blocks out for their width and encode them.
package struct Document: Sendable {
  /// The blocks, top to bottom.
  package var blocks: [Block]

  /// A document of these blocks.
  package init(_ blocks: [Block] = []) { self.blocks = blocks }

  /// The document as plain text, 80 columns wide.
  package var plainText: String {
    Layout(width: 80).lines(self).map(\.string).joined(separator: "\n")
  }

  /// Adds a paragraph. Lines after its first are indented by `hang`, or by as much as the first.
  package mutating func line(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    blocks.append(.line(text, indent: indent, hang: hang ?? indent))
  }

  /// Adds a line with a right-hand part.
  package mutating func split(_ left: Text, _ right: Text) { blocks.append(.split(left, right)) }

  /// Adds an empty line.
  package mutating func blank() { line("") }

  /// Adds a table.
  package mutating func table(_ table: Table) { blocks.append(.table(table)) }

  /// Adds lines that keep their layout.
  package mutating func preformatted(_ text: String) {
    blocks.append(
      .preformatted(
        text.split(separator: "\n", omittingEmptySubsequences: false).map { Text(String($0)) }))
  }
}
