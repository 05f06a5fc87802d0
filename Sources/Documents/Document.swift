/// The output of a cell, as blocks from top to bottom. It is independent of width and device.
///
/// Only front ends print: they lay the blocks out for their width and encode them.
package struct Document: Sendable {
  /// From top to bottom.
  package var blocks: [Block]

  package init(_ blocks: [Block] = []) { self.blocks = blocks }

  /// The document as plain text, laid out for 80 columns.
  package var plainText: String {
    Layout(width: 80).lines(self).map(\.string).joined(separator: "\n")
  }

  /// Adds a paragraph. Lines after the first are indented by `hang`, or by `indent` if `hang` is
  /// nil.
  package mutating func line(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    blocks.append(.line(text, indent: indent, hang: hang ?? indent))
  }

  /// Adds a line with a left-hand and a right-hand part.
  package mutating func split(_ left: Text, _ right: Text) { blocks.append(.split(left, right)) }

  package mutating func blank() { line("") }

  package mutating func table(_ table: Table) { blocks.append(.table(table)) }

  /// Adds lines whose layout is kept.
  package mutating func preformatted(_ text: String) {
    blocks.append(
      .preformatted(
        text.split(separator: "\n", omittingEmptySubsequences: false).map { Text(String($0)) }))
  }
}
