import Basics
import Cells
import Datasets
import Documents
import Foundation
import Lessons

/// A session as a page or as Markdown, to be read.
struct SessionReport {
  private let cells: [RecordedCell]
  private let title: String
  /// The seed and the program, in one line.
  private let origin: String

  init(_ session: Session, title: String?) {
    cells = session.record.cells
    let headings = cells.lazy.filter(\.isNote).flatMap { lines(of: $0.source) }
    let heading = headings.first { $0.hasPrefix("# ") }?.dropFirst(2).trimmingSpaces()
    self.title = title ?? heading ?? "A session with \(session.network.name)"
    origin = "seed \(session.record.seed) · alexnet \(Version.number)"
    options = session.record.opening
  }

  /// The options with which the program was started, as cells.
  private let options: [String]

  /// The number of cells.
  var count: Int { cells.count { !$0.isNote } }

  /// The mark of a cell whose output may not fit; empty for one that ran.
  private static func mark(_ cell: RecordedCell) -> String { cell.state.word ?? "" }
}

// MARK: - HTML

extension SessionReport {
  /// A page that needs no other file.
  var html: String {
    var body = "<h1>\(HTML.escaped(title))</h1>\n<p class=\"origin\">\(HTML.escaped(origin))</p>\n"
    for line in options { body += Self.code(line, label: "") }
    for cell in cells {
      if cell.isNote {
        let document = Document(markdown: cell.source)
        body += "<section class=\"note\">\n\(HTML.encode(document))\n</section>\n"
        continue
      }
      let state = Self.mark(cell)
      let label = "[\(cell.number)]" + (state.isEmpty ? "" : " \(state)")
      body += "<section>\n" + Self.code(cell.source, label: label)
      let blocks = FileLimits.fitting(cell.blocks)
      if !blocks.isEmpty {
        body += "<div class=\"output\">\n\(HTML.encode(Document(blocks)))\n</div>\n"
      }
      body += "</section>\n"
    }
    return HTML.page(
      title: title, head: "<style>\n\(Self.style)\n</style>", body: "<main>\n\(body)</main>")
  }

  private static func code(_ source: String, label: String) -> String {
    "<div class=\"cell\"><span class=\"number\">\(HTML.escaped(label))</span>"
      + "<pre><code>\(HTML.escaped(source))</code></pre></div>\n"
  }

  private static let style = """
    :root { color-scheme: light dark; --text: #1c1c1e; --page: #ffffff; --cell: #f2f3f5; --faint: #6b6f76 }
    @media (prefers-color-scheme: dark) {
      :root { --text: #e6e6e8; --page: #16171a; --cell: #24262b; --faint: #9a9ea6 }
    }
    body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
    main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
    h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 }
    .origin, .number { color: var(--faint); font-size: 0.85rem }
    section { margin: 1.4rem 0 }
    .cell { background: var(--cell); border-radius: 6px; padding: 0.4rem 0.8rem; margin: 0.5rem 0 }
    .cell pre { margin: 0; overflow-x: auto; font: 0.9rem/1.5 ui-monospace, monospace }
    .output { overflow-x: auto; padding: 0 0.8rem; font-size: 0.85rem }
    img { max-width: 100%; height: auto }
    """
}

// MARK: - Markdown

extension SessionReport {
  /// Markdown whose images are data at the end of the text, where they don't disturb a reader.
  var markdown: String {
    var text = "# \(title)\n\n\(origin)\n"
    var images: [String] = []
    for line in options { text += "\n" + Self.fenced(line, "alexnet") }
    for cell in cells {
      if cell.isNote {
        text += "\n" + Self.withoutTitle(cell.source, title).trimmingTrailingSpaces() + "\n"
        continue
      }
      let state = Self.mark(cell)
      if !state.isEmpty { text += "\n*\(state):*\n" }
      text += "\n" + Self.fenced(cell.source, "alexnet")
      for part in Document(FileLimits.fitting(cell.blocks)).mediaParts {
        switch part.form {
        case .png(let bytes), .figure(_, let bytes):
          images.append("data:image/png;base64,\(Data(bytes).base64EncodedString())")
          text += "\n![image \(images.count)][image-\(images.count)]\n"
        case .svg(let svg, _):
          images.append("data:image/svg+xml;base64,\(Data(svg.utf8).base64EncodedString())")
          text += "\n![chart \(images.count)][image-\(images.count)]\n"
        case .text, .html:
          if !part.plainText.isEmpty { text += "\n" + Self.fenced(part.plainText, "text") }
        }
      }
    }
    for (place, image) in images.enumerated() {
      text += (place == 0 ? "\n" : "") + "[image-\(place + 1)]: \(image)\n"
    }
    return text
  }

  /// A code block whose fence is longer than any in the text.
  private static func fenced(_ text: String, _ language: String) -> String {
    let longest = text.matches(of: #/`{3,}/#).map(\.output.count).max() ?? 2
    let fence = String(repeating: "`", clamping: longest + 1)
    return "\(fence)\(language)\n\(text)\n\(fence)\n"
  }

  /// A note without the heading that became the title.
  private static func withoutTitle(_ source: String, _ title: String) -> String {
    let rows = lines(of: source)
    guard rows.first?.trimmingSpaces() == "# \(title)" else { return source }
    return rows.dropFirst().joined(separator: "\n").trimmingSpaces()
  }
}
