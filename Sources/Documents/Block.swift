import Datasets

/// A part of a document, independent of any width. The front end lays it out for its own width.
package enum Block: Sendable {
  /// A paragraph, wrapped between words. Its first line is indented by `indent`, the others by
  /// `hang`.
  case line(Text, indent: Int, hang: Int)
  /// Two parts at the left and right edges of one line, or one below the other if they don't fit.
  case split(Text, Text)
  /// Lines whose layout is kept.
  case preformatted([Text])
  /// Rows and columns.
  case table(Table)
  /// The values of one plane of a tensor.
  case grid(ValueGrid)
  /// The number of values in each of a few ranges.
  case histogram(Histogram)
  /// An image with its caption.
  case image(CaptionedImage)
  /// Lines over epochs.
  case chart(Chart)
  /// A page that computes, for programs that run scripts.
  case figure(Figure)
  /// A drawing, such as a network to scale.
  case drawing(DrawnBlock)
}

/// A part of a page that its reader can click, with what is shown where no script runs.
package struct Figure: Sendable {
  /// Markup, style, data and script in one element, with no reference to another file.
  package var html: String
  /// What is shown instead where scripts don't run; its caption says what the image shows.
  package var image: CaptionedImage
  /// What is shown where only text can be.
  package var text: Document

  /// A figure with its substitutes.
  package init(html: String, image: CaptionedImage, text: Document) {
    (self.html, self.image, self.text) = (html, image, text)
  }
}
