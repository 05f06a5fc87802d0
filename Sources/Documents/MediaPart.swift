import Datasets

/// A part of a document that a notebook program shows as one output: in several forms, of which it picks
/// the best that it can show.
package struct MediaPart: Sendable {
  /// The best form.
  package enum Form: Sendable {
    /// Lines of text only, which need no layout.
    case text
    /// Anything that HTML shows better than text, such as a table.
    case html(String)
    /// The bytes of a PNG file.
    case png([UInt8])
    /// A figure that its reader can click, and a PNG for programs that don't run its script.
    case figure(html: String, png: [UInt8])
    /// A drawing, and the bytes of a PNG file of it: programs show no SVG of a notebook that they don't trust.
    case svg(String, png: [UInt8])
  }

  /// The best form.
  package var form: Form
  /// The blocks that the part consists of.
  package var document: Document

  fileprivate init(form: Form, document: Document) {
    (self.form, self.document) = (form, document)
  }

  /// A drawing in both of its forms; as text if it can't be encoded.
  fileprivate init(_ drawing: Drawing, _ document: Document) {
    let png = try? drawing.image().encodePNG(description: drawing.description)
    form = png.map { .svg(drawing.svg, png: $0) } ?? .text
    self.document = document
  }

  /// The form that every program can show.
  package var plainText: String { document.plainText }
}

extension Document {
  /// The document in parts, from top to bottom: each image, each figure and each row of charts is one part,
  /// everything between them another.
  package var mediaParts: [MediaPart] {
    var parts: [MediaPart] = []
    for group in mediaGroups {
      let document = Document(group)
      switch group[0] {
      case .image(let image):
        if let png = image.png() {
          parts.append(MediaPart(form: .png(png), document: document))
        }
        // The caption of a PNG isn't shown.
        let caption = Document([.line(Text(image.caption), indent: 0, hang: 0)])
        parts.append(MediaPart(form: .text, document: caption))
      case .figure(let figure):
        let png = figure.image.png() ?? []
        parts.append(MediaPart(form: .figure(html: figure.html, png: png), document: document))
      case .chart:
        let charts = group.compactMap { if case .chart(let chart) = $0 { chart } else { nil } }
        let title = charts.map(\.title).joined(separator: " and ")
        parts.append(MediaPart(Chart.drawing(charts, title: title), document))
      case .drawing(let drawn): parts.append(MediaPart(drawn.drawing, document))
      default:
        let isText = group.allSatisfy(\.isText)
        parts.append(
          MediaPart(form: isText ? .text : .html(HTML.encode(document)), document: document))
      }
    }
    return parts
  }

  /// The blocks, with those that are shown together in one group.
  private var mediaGroups: [[Block]] {
    var groups: [[Block]] = []
    for block in blocks {
      switch (groups.last?.first, block) {
      case (.chart, .chart): groups[groups.count - 1].append(block)
      case (nil, _), (.chart, _), (.image, _), (.figure, _), (.drawing, _), (_, .chart),
        (_, .image), (_, .figure), (_, .drawing):
        groups.append([block])
      default: groups[groups.count - 1].append(block)
      }
    }
    return groups
  }
}

extension Block {
  /// Whether the block is lines of text, for which no layout is needed but wrapping.
  fileprivate var isText: Bool {
    switch self {
    case .line, .split, .preformatted: true
    case .table, .grid, .histogram, .image, .chart, .figure, .drawing: false
    }
  }
}
