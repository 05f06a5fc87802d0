import Datasets

/// A part of an output. The front end lays it out for its width.
package enum Block: Sendable {
  /// A paragraph, wrapped at words. The first line is indented by `indent`, the others by `hang`.
  case line(Text, indent: Int, hang: Int)
  /// A left-hand and a right-hand part on the same line, or on two lines if they don't fit.
  case split(Text, Text)
  /// Lines whose layout is kept.
  case preformatted([Text])
  case table(Table)
  /// An image, with a sentence that says what it shows and how its values were scaled.
  case picture(Image, description: String, ascii: [String])
}
