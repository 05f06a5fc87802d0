import Basics
import Datasets

/// What a cell gives back: blocks for people, JSON for programs, a value for later cells.
///
/// Core code never prints. Front ends lay out the blocks for their width and encode them at the edge.
public struct Output: Sendable {
  /// What people read, top to bottom.
  public var blocks: [Block]
  /// What programs read under `--json`; nil says that the plain text is all there is.
  public var json: JSONValue?
  /// The value that later cells find in `out`.
  public var value: Value?
  /// The exit code where the command did its work and the verdict is bad, as of `golden verify`.
  public var exitCode: Int32 = 0
  /// What a command failed with that changed the session before: unlike what it throws, this leaves
  /// the session as the command did.
  var failure: Failure?
  /// Whether the session ends after this.
  public var quits = false

  /// An output of these blocks.
  public init(_ blocks: [Block] = [], json: JSONValue? = nil, value: Value? = nil) {
    (self.blocks, self.json, self.value) = (blocks, json, value)
  }

  /// Adds a line of text.
  public mutating func line(_ text: Text, indent: Int = 0, hang: Int? = nil) {
    blocks.append(.line(text, indent: indent, hang: hang ?? indent))
  }

  /// Adds a line with a right-hand part.
  public mutating func split(_ left: Text, _ right: Text) { blocks.append(.split(left, right)) }

  /// Adds an empty line.
  public mutating func blank() { blocks.append(.line("", indent: 0, hang: 0)) }

  /// Adds a table.
  public mutating func table(_ table: Table) { blocks.append(.table(table)) }
}

/// A part of an output, which a front end lays out for its width.
public enum Block: Sendable {
  /// A paragraph: wrapped at words, the first line indented, the others hung.
  case line(Text, indent: Int, hang: Int)
  /// A left-hand and a right-hand part on one line, or on two where they do not fit.
  case split(Text, Text)
  /// Lines that keep their layout.
  case preformatted([Text])
  /// Columns.
  case table(Table)
  /// A picture, with the sentence that says what it shows and how its values were scaled.
  case picture(Image, description: String, ascii: [String])
}

/// Rows of cells in aligned columns.
public struct Table: Sendable {
  /// One column.
  public struct Column: Sendable {
    /// What stands above it.
    public var title: String
    /// Whether its cells stand to the right, as numbers do.
    public var isNumeric: Bool
    /// Columns of the highest number are left out first where the width is short; 0 always stays.
    public var drop: Int

    /// A column.
    public init(_ title: String, numeric: Bool = false, drop: Int = 0) {
      (self.title, isNumeric, self.drop) = (title, numeric, drop)
    }
  }

  /// The columns, first to last.
  public var columns: [Column]
  /// The rows: a cell a column; nil is a rule across.
  public var rows: [[Text]?] = []
  /// Spaces before the first column.
  public var indent: Int

  /// A table of these columns, with no rows yet.
  public init(_ columns: [Column], indent: Int = 0) {
    (self.columns, self.indent) = (columns, indent)
  }

  /// Adds a row; cells that are missing at its end are empty.
  public mutating func row(_ cells: [Text]) {
    precondition(cells.count <= columns.count, "A row has a cell a column, \(columns.count) here.")
    rows.append(cells + [Text](repeating: "", count: max(0, columns.count - cells.count)))
  }

  /// Adds a rule across.
  public mutating func rule() { rows.append(nil) }
}
