import Basics
import Datasets
import Foundation

extension Drawing {
  /// The drawing as an SVG document, with its title and its description in words.
  package var svg: String {
    let (w, h) = (Self.number(width), Self.number(height))
    var lines = [
      #"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \#(w) \#(h)" width="\#(w)""#
        + #" height="\#(h)" role="img" aria-labelledby="title description""#
        + #" font-family="sans-serif" font-size="12">"#,
      #"<title id="title">\#(HTML.escaped(title))</title>"#,
      #"<desc id="description">\#(HTML.escaped(description))</desc>"#,
      #"<rect width="100%" height="100%" fill="white"/>"#,
    ]
    lines += elements.compactMap(Self.svg)
    return (lines + ["</svg>", ""]).joined(separator: "\n")
  }

  /// One element; nil if an image can't be encoded.
  private static func svg(_ element: Element) -> String? {
    switch element {
    case .path(let points, let stroke, let title):
      return #"<polyline points="\#(coordinates(points))" fill="none""#
        + #" stroke="\#(stroke.color.hexadecimal)" stroke-width="\#(number(stroke.width))""#
        + (stroke.dashes.isEmpty
          ? "" : #" stroke-dasharray="\#(stroke.dashes.map(number).joined(separator: " "))""#)
        + (title.map { "><title>\(HTML.escaped($0))</title></polyline>" } ?? "/>")
    case .area(let points, let fill, let outline):
      return #"<polygon points="\#(coordinates(points))" fill="\#(fill.hexadecimal)""#
        + (outline.map { #" stroke="\#($0.hexadecimal)""# } ?? "") + "/>"
    case .dot(let center, let radius, let fill):
      return #"<circle cx="\#(number(center.x))" cy="\#(number(center.y))""#
        + #" r="\#(number(radius))" fill="\#(fill.hexadecimal)"/>"#
    case .text(let text, let place, let anchor, let isBold, let size):
      return #"<text x="\#(number(place.x))" y="\#(number(place.y))""#
        + #" text-anchor="\#(anchor.rawValue)" font-weight="\#(isBold ? "bold" : "normal")""#
        + #" font-size="\#(number(size))">\#(HTML.escaped(text))</text>"#
    case .image(let image, let corner, let side):
      guard let png = try? image.encodePNG() else { return nil }
      let data = Data(png).base64EncodedString()
      return #"<image x="\#(number(corner.x))" y="\#(number(corner.y))""#
        + #" width="\#(number(Double(image.width) * side))""#
        + #" height="\#(number(Double(image.height) * side))""#
        + #" style="image-rendering: pixelated" href="data:image/png;base64,\#(data)"/>"#
    }
  }

  private static func coordinates(_ points: [Point]) -> String {
    points.map { "\(number($0.x)),\(number($0.y))" }.joined(separator: " ")
  }

  private static func number(_ value: Double) -> String {
    let text = NumberFormat.fixed(value, 1, minus: .hyphen)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }
}
