import Basics
import Datasets
import Foundation

/// Encodes documents as HTML for notebooks and pages.
///
/// Every style is inline, except in figures, because notebook programs remove style sheets and scripts from
/// files that they don't trust. The colours are readable on a light and on a dark background.
package enum HTML {
  /// A document as one `<div>`.
  ///
  /// - Parameters:
  ///   - columns: how many characters wide a grid of values may be.
  ///   - hasDarkImages: whether images with text beside them have a second form for dark pages.
  package static func encode(
    _ document: Document, columns: Int = 100, hasDarkImages: Bool = false
  ) -> String {
    let blocks = document.blocks.map { block in
      if hasDarkImages, case .image(let image) = block { return encode(image, hasDarkForm: true) }
      return encode(block, columns: columns)
    }.joined(separator: "\n")
    return #"<div style="\#(font)">"# + "\n\(blocks)\n</div>"
  }

  /// A string as the content of an element or of a quoted attribute.
  ///
  /// Control characters, which HTML and XML forbid, become U+FFFD; only tabs and line breaks stay. So do the
  /// characters that reverse the direction of the text after them.
  package static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n": result.unicodeScalars.append(scalar)
      case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": result += "\u{FFFD}"
      default:
        let isForbidden = scalar.value & 0xFFFE == 0xFFFE
        if scalar.isControl || isForbidden {
          result += "\u{FFFD}"
        } else {
          result.unicodeScalars.append(scalar)
        }
      }
    }
    return result
  }

  private static let font = "font-family: var(--jp-code-font-family, monospace); line-height: 1.4"

  /// Numbers that are aligned with spaces stay aligned.
  private static let spaces = "white-space: pre-wrap; overflow-wrap: anywhere"

  private static func encode(_ block: Block, columns: Int) -> String {
    switch block {
    case .line(let text, let indent, let hang): line(text, indent: indent, hang: hang)
    case .split(let left, let right):
      #"<div style="display: flex; justify-content: space-between; gap: 2ch; max-width: 80ch">"#
        + "\(inline(left))\(inline(right))</div>"
    case .preformatted(let lines): preformatted(lines)
    case .table(let table): encode(table)
    case .grid, .histogram: preformatted(Layout(width: columns).lines(block))
    case .image(let image): encode(image)
    case .figure(let figure): figure.html
    case .chart(let chart):
      figure("image/svg+xml", Array(Chart.svg([chart], title: chart.title).utf8), chart.sentence)
    case .drawing(let drawn):
      figure("image/svg+xml", Array(drawn.drawing.svg.utf8), drawn.drawing.description)
    }
  }

  private static func line(_ text: Text, indent: Int, hang: Int) -> String {
    guard text.width > 0 else { return #"<div style="height: 0.7em"></div>"# }
    var style = spaces
    if hang != 0 { style += "; padding-left: \(hang)ch" }
    if indent != hang { style += "; text-indent: \(indent - hang)ch" }
    return #"<div style="\#(style)">\#(encode(text))</div>"#
  }

  private static func inline(_ text: Text) -> String {
    #"<span style="\#(spaces)">\#(encode(text))</span>"#
  }

  private static func preformatted(_ lines: [Text]) -> String {
    let style =
      "margin: 0; padding: 0; background: none; border: none; color: inherit; font: inherit; "
      + "white-space: pre; overflow-x: auto"
    return #"<pre style="\#(style)">"# + lines.map(encode).joined(separator: "\n") + "</pre>"
  }

  // MARK: - Text

  /// The text with each run of a style in a `<span>`.
  static func encode(_ text: Text) -> String {
    text.merged().spans.map { span in
      guard let style = css(span.style) else { return escaped(span.string) }
      return #"<span style="\#(style)">\#(escaped(span.string))</span>"#
    }.joined()
  }

  /// The inline style of a run; nil for plain text.
  static func css(_ style: Style) -> String? {
    switch style {
    case .plain: nil
    case .strong: "font-weight: bold"
    case .faint: "color: #777777"
    case .name: "color: #007f9f"
    case .good: "color: #1a8a34"
    case .bad: "color: #d9363e"
    case .notice: "color: #b44ac0"
    }
  }

  // MARK: - Tables

  private static func encode(_ table: Table) -> String {
    let margin = table.indent == 0 ? "0" : "0 0 0 \(table.indent)ch"
    var html = #"<table style="border-collapse: collapse; margin: \#(margin); font: inherit">"#
    if table.columns.contains(where: { !$0.title.isEmpty }) {
      let cells = table.columns.map { cell("th", $0, .faint($0.title), isRuled: false) }
      html += "\n<thead><tr style=\"background: none\">\(cells.joined())</tr></thead>"
    }
    html += "\n<tbody>"
    var isRuled = false
    for row in table.rows {
      guard let row else {
        isRuled = true
        continue
      }
      let cells = zip(table.columns, row).map { cell("td", $0, $1, isRuled: isRuled) }
      html += "\n<tr style=\"background: none\">\(cells.joined())</tr>"
      isRuled = false
    }
    return html + "\n</tbody></table>"
  }

  private static func cell(
    _ tag: String, _ column: Table.Column, _ text: Text, isRuled: Bool
  ) -> String {
    let alignment = column.isNumeric ? "right" : "left"
    let wrapping = column.wrapping == nil ? "pre" : "pre-wrap"
    let rule = isRuled ? "; border-top: 1px solid #777777" : ""
    let style =
      "text-align: \(alignment); white-space: \(wrapping); vertical-align: top; "
      + "padding: 0.1em 2ch 0.1em 0; font-weight: normal" + rule
    return #"<\#(tag) style="\#(style)">\#(encode(text))</\#(tag)>"#
  }

  // MARK: - Images

  private static func encode(_ image: CaptionedImage, hasDarkForm: Bool = false) -> String {
    let caption = line(Text(image.caption), indent: 0, hang: 0)
    guard let png = image.png() else { return caption }
    var html = figure("image/png", png, image.caption)
    if hasDarkForm, image.showsPage, let dark = image.png(on: .dark) {
      let data = Data(dark).base64EncodedString()
      html =
        #"<picture><source media="screen and (prefers-color-scheme: dark)""#
        + #" srcset="data:image/png;base64,\#(data)">\#(html)</picture>"#
    }
    return html + "\n" + caption
  }

  private static func figure(_ type: String, _ bytes: [UInt8], _ words: String) -> String {
    let data = Data(bytes).base64EncodedString()
    return #"<img style="max-width: 100%" src="data:\#(type);base64,\#(data)""#
      + #" alt="\#(escaped(words))">"#
  }
}

extension CaptionedImage {
  /// Whether there is text beside the image or between its tiles.
  var showsPage: Bool { scale != nil || tiles?.labels.isEmpty == false }

  /// The bytes of a PNG file in which an image of few pixels is magnified to about 400; nil if it can't be
  /// encoded.
  func png(on page: Drawing.Page = .light) -> [UInt8]? {
    // Tiles with words below them are larger, so that the words fit.
    let pixels = tiles?.details.isEmpty == false ? 900 : 400
    let drawing = drawing(side: min(24, side(filling: pixels)))
    return try? drawing.image(page: page).encodePNG(description: caption)
  }
}
