import Datasets

/// A part of an output, which a front end lays out for its width.
package enum Block: Sendable {
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
