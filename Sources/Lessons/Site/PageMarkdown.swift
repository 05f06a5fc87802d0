import Basics
import CMarkdown
import CourseSite
import Documents
import Explanations

/// A lesson's Markdown as HTML for its page. The first use of each term of the glossary links to it.
struct PageMarkdown {
  /// The stems of the lessons that have a page.
  let stems: Set<String>
  /// The terms that have been linked.
  private var linked: Set<String> = []
  /// Whether the text is inside a link or a heading, where no term is linked.
  private var isLinking = true

  /// For a lesson of a site with these lessons, or for a text in which no term is linked.
  init(stems: Set<String>, linksTerms: Bool = true) {
    (self.stems, isLinking) = (stems, linksTerms)
  }

  /// A text of several blocks.
  mutating func blocks(_ text: String) -> String {
    var html = ""
    for (part, isTable) in markdownParts(of: text) {
      html += isTable ? table(Array(part)) : parsed(part.joined(separator: "\n"))
    }
    return html
  }

  /// A short text as part of a line, in which no term is linked.
  static func sentence(_ text: String) -> String {
    var markdown = PageMarkdown(stems: [], linksTerms: false)
    // In a sentence, angle brackets are comparisons, not HTML.
    let html = markdown.parsed(text.replacing("<", with: "\\<")).trimmingSpaces()
    guard html.hasPrefix("<p>"), html.hasSuffix("</p>"), !html.dropFirst(3).contains("<p>") else {
      return HTML.escaped(text)
    }
    return String(html.dropFirst(3).dropLast(4))
  }

  /// The words that a search finds in HTML of this page: its text, without markup.
  static func words(in html: String) -> String {
    // A cell or an item ends a word, and emphasis doesn't.
    var text = html.replacing(#/<\/(?:td|th|li|p|h\d|pre)>/#, with: " ")
    text = text.replacing(#/<[^>]*>/#, with: "")
    for (escape, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&"),
    ] {
      text = text.replacing(escape, with: character)
    }
    return text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private mutating func parsed(_ text: String) -> String {
    guard let root = cmark_parse_document(text, text.utf8.count, CMARK_OPT_DEFAULT) else {
      return ""
    }
    defer { cmark_node_free(root) }
    return content(of: root)
  }

  private mutating func content(of node: OpaquePointer) -> String {
    markdownChildren(of: node).map { html(of: $0) }.joined()
  }

  private mutating func html(of node: OpaquePointer) -> String {
    switch cmark_node_get_type(node) {
    case CMARK_NODE_PARAGRAPH:
      let parent = cmark_node_parent(cmark_node_parent(node))
      let isTight =
        parent.map {
          cmark_node_get_type($0) == CMARK_NODE_LIST && cmark_node_get_list_tight($0) != 0
        }
        ?? false
      return isTight ? content(of: node) : "<p>\(content(of: node))</p>\n"
    case CMARK_NODE_HEADING:
      let level = cmark_node_get_heading_level(node)
      return "<h\(level)>\(unlinked { $0.content(of: node) })</h\(level)>\n"
    case CMARK_NODE_CODE_BLOCK:
      return "<pre class=\"listing\" tabindex=\"0\"><code>\(escapedLiteral(node))</code></pre>\n"
    case CMARK_NODE_THEMATIC_BREAK: return "<hr>\n"
    case CMARK_NODE_BLOCK_QUOTE: return "<blockquote>\n\(content(of: node))</blockquote>\n"
    case CMARK_NODE_LIST:
      let tag = cmark_node_get_list_type(node) == CMARK_ORDERED_LIST ? "ol" : "ul"
      return "<\(tag)>\n\(content(of: node))</\(tag)>\n"
    case CMARK_NODE_ITEM: return "<li>\(content(of: node))</li>\n"
    case CMARK_NODE_TEXT: return linkingTerms(of: markdownLiteral(node))
    case CMARK_NODE_SOFTBREAK: return "\n"
    case CMARK_NODE_LINEBREAK: return "<br>\n"
    case CMARK_NODE_CODE: return "<code>\(escapedLiteral(node))</code>"
    case CMARK_NODE_STRONG: return "<strong>\(content(of: node))</strong>"
    case CMARK_NODE_EMPH: return "<em>\(content(of: node))</em>"
    case CMARK_NODE_LINK, CMARK_NODE_IMAGE: return link(node)
    default: return ""
    }
  }

  private func escapedLiteral(_ node: OpaquePointer) -> String {
    HTML.escaped(markdownLiteral(node))
  }

  private mutating func unlinked(_ body: (inout PageMarkdown) -> String) -> String {
    let before = isLinking
    isLinking = false
    defer { isLinking = before }
    return body(&self)
  }

  // MARK: - Links

  /// A link to a page of the site or of the web; files of the program are named instead.
  private mutating func link(_ node: OpaquePointer) -> String {
    let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
    let text = unlinked { $0.content(of: node) }
    if ["https://", "http://", "#"].contains(where: address.hasPrefix) {
      return "<a href=\"\(HTML.escaped(address))\">\(text)</a>"
    }
    let stem = address.hasSuffix(".md") ? String(address.dropLast(3)) : address
    if stems.contains(stem) { return "<a href=\"\(HTML.escaped(stem)).html\">\(text)</a>" }
    let path = address.hasPrefix("../") ? String(address.dropFirst(3)) : "Lessons/" + address
    return "\(text) (<code class=\"path\">\(HTML.escaped(path))</code>)"
  }

  /// Words that lead to an entry when they are looked up, but mean something else in many sentences.
  private static let everyday: Set = [
    "step", "steps", "random", "work", "field", "rate", "error", "drop", "norm", "normalization",
    "input",
    "shape", "group", "double", "backward",
  ]

  /// Entries by their words in lower case.
  private static let terms = Dictionary(
    Glossary.entries.flatMap { entry in
      ([entry.word.lowercased()] + entry.others.filter { !everyday.contains($0) })
        .map { ($0, entry.word) }
    }, uniquingKeysWith: { first, _ in first })

  /// A plain text in which the first use of each term is a link.
  private mutating func linkingTerms(of text: String) -> String {
    guard isLinking else { return HTML.escaped(text) }
    var (html, place) = ("", text.startIndex)
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "-") }
    var next = 0
    while next < words.count {
      let found = (1...3).reversed().first { count in
        guard next + count <= words.count else { return false }
        let phrase = text[words[next].startIndex..<words[next + count - 1].endIndex]
        return Self.terms[phrase.lowercased()].map { !linked.contains($0) } ?? false
      }
      guard let count = found else {
        next += 1
        continue
      }
      let range = words[next].startIndex..<words[next + count - 1].endIndex
      let word = Self.terms[text[range].lowercased()] ?? ""
      linked.insert(word)
      html += HTML.escaped(String(text[place..<range.lowerBound]))
      html += "<a class=\"term\" href=\"glossary.html#\(slug(word))\">"
      html += HTML.escaped(String(text[range])) + "</a>"
      place = range.upperBound
      next += count
    }
    return html + HTML.escaped(String(text[place...]))
  }

  // MARK: - Tables

  private mutating func table(_ rows: [Substring]) -> String {
    let cells = rows.map(Markdown.cells(of:))
    let isNumeric = cells[1].map { $0.hasSuffix(":") && !$0.hasPrefix(":") }
    func row(_ texts: [String], _ tag: String, _ markdown: inout PageMarkdown) -> String {
      let parts = texts.enumerated().map { place, text in
        let kind = isNumeric.indices.contains(place) && isNumeric[place] ? " class=\"number\"" : ""
        let scope = tag == "th" ? " scope=\"col\"" : ""
        // An empty corner isn't a heading.
        let name = text.isEmpty ? "td" : tag
        return "<\(name)\(kind)\(text.isEmpty ? "" : scope)>\(markdown.cell(text))</\(name)>"
      }
      return "<tr>\(parts.joined())</tr>\n"
    }
    let head = row(cells[0], "th", &self)
    let body = cells.dropFirst(2).map { row($0, "td", &self) }.joined()
    return "<div class=\"scrolls\" tabindex=\"0\" role=\"group\" aria-label=\"Table\"><table>\n"
      + "<thead>\(head)</thead>\n<tbody>\n\(body)</tbody>\n</table></div>\n"
  }

  private mutating func cell(_ text: String) -> String {
    let html = parsed(text).trimmingSpaces()
    return html.hasPrefix("<p>") && html.hasSuffix("</p>")
      ? String(html.dropFirst(3).dropLast(4)) : html
  }
}
