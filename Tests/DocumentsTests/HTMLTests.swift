import Cells
import Datasets
import Foundation
import Notebook
import Tensors
import Testing

@testable import Documents

/// Documents as HTML, and in parts that notebook programs show.
@Suite struct HTMLTests {
  static func document(_ build: (inout Document) -> Void) -> Document {
    var document = Document()
    build(&document)
    return document
  }

  /// The text of the first element of a kind.
  static func inner(_ tag: String, of html: String) -> String? {
    guard let start = html.range(of: "<\(tag) style="),
      let open = html[start.upperBound...].firstIndex(of: ">"),
      let end = html[open...].range(of: "</\(tag)>")
    else { return nil }
    return String(html[html.index(after: open)..<end.lowerBound])
  }

  @Test(arguments: [
    ("a & b", "a &amp; b"), ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
    ("\" onload='x'", "&quot; onload=&#39;x&#39;"), ("a\u{0}b\u{1B}[31m", "a\u{FFFD}b\u{FFFD}[31m"),
    ("a\tb\nc", "a\tb\nc"), ("\u{202E}gpj.exe", "\u{FFFD}gpj.exe"), ("96×55×55", "96×55×55"),
    ("\u{85}\u{FFFE}", "\u{FFFD}\u{FFFD}"), ("", ""),
  ])
  func escapes(_ text: String, _ escaped: String) { #expect(HTML.escaped(text) == escaped) }

  /// A name that the user chose is escaped in every kind of block.
  @Test func escapesEveryBlock() throws {
    let hostile = "<img src=x onerror='alert(\"1\")'>&"
    var table = Table([.init(hostile), .init("", numeric: true)])
    table.row([.name(hostile), "1"])
    let image = CaptionedImage(
      Image(width: 1, height: 1, filledWith: RGB(gray: 9)), caption: hostile)
    let chart = Chart(hostile, epochs: [1, 2], lines: [.init(hostile, [1, 2])])
    let document = Document([
      .line(.bad(hostile), indent: 2, hang: 4), .split(Text(hostile), .faint(hostile)),
      .preformatted([Text(hostile)]), .table(table), .image(image), .chart(chart),
    ])
    let html = HTML.encode(document)
    #expect(!html.contains("<img src=x") && !html.contains("onerror='"), "\(html)")
    #expect(html.contains("&lt;img src=x onerror=&#39;alert(&quot;1&quot;)&#39;&gt;&amp;"))
    // The chart's own text is escaped too; it is inside the data of an image.
    for part in document.mediaParts {
      if case .svg(let svg, _) = part.form { #expect(!svg.contains("<img")) }
    }
  }

  /// A table is a table: headings, numbers to the right, a rule as a line above the next row.
  @Test func tables() throws {
    var table = Table([.init("layer"), .init("parameters", numeric: true)], indent: 2)
    table.row([.name("conv1"), "34,944"])
    table.rule()
    table.row(["total"])
    let html = HTML.encode(Document([.table(table)]))
    #expect(html.components(separatedBy: "<th ").count == 3)
    #expect(html.components(separatedBy: "<td ").count == 5)
    #expect(html.components(separatedBy: "border-top").count == 3)
    #expect(html.contains(">34,944</td>") && html.contains("text-align: right"))
    #expect(html.contains(#"<span style="color: #007f9f">conv1</span>"#))
    #expect(html.contains("margin: 0 0 0 2ch"))
    var bare = Table([.init(""), .init("")])
    bare.row(["a", "b"])
    #expect(!HTML.encode(Document([.table(bare)])).contains("<thead"))
  }

  /// Spaces stay, wrapped lines are indented, and an empty line has a height.
  @Test func lines() throws {
    let html = HTML.encode(
      Self.document {
        $0.line("a  b", indent: 2, hang: 6)
        $0.blank()
        $0.split("left", "right")
        $0.preformatted("  x\n  ^")
      })
    #expect(html.contains("padding-left: 6ch; text-indent: -4ch\">a  b</div>"), "\(html)")
    #expect(html.contains("white-space: pre-wrap") && html.contains("height: 0.7em"))
    #expect(Self.inner("pre", of: html) == "  x\n  ^")
  }

  /// Text and background differ enough to read it, on white and on a dark page.
  @Test(arguments: [Style.faint, .name, .good, .bad, .notice])
  func isReadableInLightAndDark(_ style: Style) throws {
    func luminance(_ colour: String) throws -> Double {
      let levels = try [1, 3, 5].map { place -> Double in
        let start = colour.index(colour.startIndex, offsetBy: place)
        let byte = try #require(UInt8(colour[start...].prefix(2), radix: 16))
        let value = Double(byte) / 255
        return value <= 0.03928 ? value / 12.92 : Foundation.pow((value + 0.055) / 1.055, 2.4)
      }
      return 0.2126 * levels[0] + 0.7152 * levels[1] + 0.0722 * levels[2]
    }
    let css = try #require(HTML.css(style))
    let own = try luminance(String(try #require(css.split(separator: " ").last)))
    for background in ["#ffffff", "#111111"] {
      let other = try luminance(background)
      #expect((max(own, other) + 0.05) / (min(own, other) + 0.05) > 4, "\(css) on \(background)")
    }
  }

  /// A figure's script runs where scripts do; elsewhere there is an image, or its text.
  @Test func figures() throws {
    let image = CaptionedImage(
      Image(width: 2, height: 1, filledWith: RGB(gray: 9)), caption: "One.")
    let figure = Figure(
      html: "<div>1 < 2<script>let a = 1</script></div>", image: image,
      text: Document([.line("as text", indent: 0, hang: 0)]))
    let document = Document([.line("before", indent: 0, hang: 0), .figure(figure)])
    #expect(document.plainText == "before\nas text")
    #expect(HTML.encode(document).contains(figure.html))
    let parts = document.mediaParts
    #expect(parts.count == 2 && parts[1].plainText == "as text")
    guard case .figure(figure.html, let png) = parts[1].form else {
      Issue.record("\(parts[1].form)")
      return
    }
    #expect(try Image.decode(png, name: "image").width == 48)
  }

  /// Where a page asks for it, labels beside an image have a second form on a dark page.
  @Test func darkImages() throws {
    let image = Image(width: 2, height: 1, filledWith: RGB(gray: 9))
    let scale = ColorScale([RGB(gray: 0), RGB(gray: 255)], low: "0", high: "1")
    let plain = Document([.image(CaptionedImage(image, caption: "One."))])
    let scaled = Document([.image(CaptionedImage(image, caption: "One.", scale: scale))])
    #expect(HTML.encode(plain, hasDarkImages: true) == HTML.encode(plain))
    #expect(!HTML.encode(scaled).contains("<picture>"))
    let html = HTML.encode(scaled, hasDarkImages: true)
    let found = try #require(html.firstMatch(of: #/srcset="data:image/png;base64,([^"]+)"/#))
    let bytes = try #require(Data(base64Encoded: String(found.1)))
    let dark = try Image.decode(Array(bytes), name: "dark")
    #expect(dark[dark.height - 1, 0] == RGB(23, 24, 27) && dark[0, 0] == RGB(gray: 9))
    #expect(html.contains("prefers-color-scheme: dark") && html.contains("alt=\"One.\""))
  }

  /// Images and charts are separate parts, between text that is kept together.
  @Test func parts() throws {
    let image = CaptionedImage(
      Image(width: 2, height: 1, bytes: [255, 0, 0, 0, 0, 255]), caption: "Two pixels.")
    let chart = Chart("loss", epochs: [1, 2], lines: [.init("training", [2, 1])])
    let other = Chart("error", epochs: [1, 2], lines: [.init("training", [0.5, 0.25])])
    var table = Table([.init("a")])
    table.row(["1"])
    let parts = Document([
      .line("text", indent: 0, hang: 0), .line("more", indent: 0, hang: 0), .image(image),
      .line("after", indent: 0, hang: 0), .table(table), .chart(chart), .chart(other),
    ]).mediaParts
    let kinds = parts.map { part in
      switch part.form {
      case .text: "text"
      case .html: "html"
      case .png: "png"
      case .svg: "svg"
      case .figure: "figure"
      }
    }
    #expect(kinds == ["text", "png", "text", "html", "svg"])
    #expect(parts[0].plainText == "text\nmore" && parts[2].plainText == "Two pixels.")
    #expect(parts[4].plainText.contains("loss") && parts[4].plainText.contains("error"))
    guard case .png(let bytes) = parts[1].form, case .svg(let svg, let png) = parts[4].form else {
      return
    }
    // Small images are magnified without blurring them.
    let decoded = try Image.decode(bytes, name: "image")
    #expect(decoded.width == 48 && decoded.height == 24)
    #expect(decoded[23, 23] == RGB(255, 0, 0) && decoded[0, 24] == RGB(0, 0, 255))
    #expect(svg.contains("loss and error"))
    // The same drawing for notebooks that show no SVG.
    let drawn = try Image.decode(png, name: "chart")
    #expect(drawn.size == "840×332" && svg.contains(#"width="840" height="332""#))
  }

  @Test func emptyDocument() {
    #expect(Document().mediaParts.isEmpty)
    #expect(!HTML.encode(Document()).contains("<span"))
  }

  /// What commands print has as many opening as closing tags, and no tag that a document doesn't make.
  @Test(arguments: [
    "summary alexnet", "help", "why 'conv1[0, 0, 0]'", "show conv1.weight", "paper",
  ])
  func reports(_ cell: String) throws {
    var session = Session(host: QuietHost())
    _ = session.run("network cuda-convnet-26")
    let result = session.run(cell)
    let html = HTML.encode(result.output.document)
    for tag in ["div", "table", "thead", "tbody", "tr", "td", "th", "span", "pre"] {
      let opened =
        html.components(separatedBy: "<\(tag)>").count
        + html.components(separatedBy: "<\(tag) ").count
      #expect(opened - 1 == html.components(separatedBy: "</\(tag)>").count, "\(tag)")
    }
    #expect(result.failure == nil && !html.contains("\u{FFFD}"))
  }
}
