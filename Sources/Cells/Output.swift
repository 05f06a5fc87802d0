import Documents
import Expressions
import TensorFiles

/// What a cell gives back: a document for people, JSON for programs, a value for later cells.
package struct Output {
  /// What people read.
  package var document: Document
  /// What programs read under `--json`; nil says that the plain text is all there is.
  package var json: JSONValue?
  /// The value that later cells find in `out`.
  package var value: Value?
  /// The exit code where the command did its work and the verdict is bad, as of `golden verify`.
  package var exitCode: Int32 = 0
  /// What a command failed with that changed the session before: unlike what it throws, this leaves
  /// the session as the command did.
  package var failure: Failure?
  /// What whoever runs the session does next.
  package var effect: Effect?

  /// An output of these blocks.
  package init(_ blocks: [Block] = [], json: JSONValue? = nil, value: Value? = nil) {
    (document, self.json, self.value) = (Document(blocks), json, value)
  }

  /// The document's blocks.
  package var blocks: [Block] {
    get { document.blocks }
    set { document.blocks = newValue }
  }

  /// Adds a line of text to the document.
  package mutating func line(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    document.line(text, indent: indent, hang: hang)
  }

  /// Adds a line with a right-hand part to the document.
  package mutating func split(_ left: Text, _ right: Text) { document.split(left, right) }

  /// Adds an empty line to the document.
  package mutating func blank() { document.blank() }

  /// Adds a table to the document.
  package mutating func table(_ table: Table) { document.table(table) }
}
