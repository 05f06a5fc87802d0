import Basics
import Documents
import Expressions
import TensorFiles

/// A cell's output: a document for people, JSON for programs, a value for later cells.
package struct Output {
  /// The document for people.
  package var document: Document
  /// The JSON for programs; nil if there is only the document's plain text.
  package var json: JSONValue?
  /// The value that later cells find in `out`.
  package var value: Value?
  /// The exit code if the command did its work but with a bad result, such as `golden verify`.
  package var exitCode: Int32 = 0
  /// The failure of a command that changed the session before it failed: unlike with a thrown error,
  /// these changes stay.
  package var failure: Failure?
  /// What the front end should do next.
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

  /// Adds the peak memory of the program so far: a line, and a member of the JSON.
  package mutating func addPeakMemory(indent: Int) {
    let peak = ResourceUsage().peakMemory
    line("peak memory \(ByteCount(Int(clamping: peak)))", indent: indent)
    guard case .object(var members)? = json else { return }
    members["peak_memory_mb"] = .number(peak / 0x1p20)
    json = .object(members)
  }
}
