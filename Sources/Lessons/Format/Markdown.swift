import Basics
import CMarkdown
import Commands
import Documents

/// Markdown as blocks for a terminal. Emphasis becomes style, lists get markers, tables get
/// columns. Constructs without a meaning in a terminal, such as HTML, are left out.
struct Markdown {
  /// A link or an image.
  struct Target: Hashable {
    var address: String
    /// The text of a link, or the description of an image.
    var text: String
    var isPicture: Bool
    /// The line in the text, from 1.
    var line: Int
  }

  /// The blocks, with an empty line between them.
  private(set) var blocks: [Block] = []
  /// The links and images.
  private(set) var targets: [Target] = []
  /// Inline code, with its lines.
  private(set) var code: [(text: String, line: Int)] = []
  /// The current line. It is counted here because cmark doesn't give the lines of elements within a
  /// paragraph.
  private var line = 1

  /// Parses a text.
  init(_ text: String) {
    for (part, isTable) in markdownParts(of: text) {
      let first = part.startIndex + 1
      if isTable {
        readTable(Array(part), firstLine: first)
      } else {
        read(part.joined(separator: "\n"), firstLine: first)
      }
    }
  }

  private mutating func read(_ text: String, firstLine: Int) {
    guard let root = cmark_parse_document(text, text.utf8.count, CMARK_OPT_DEFAULT) else { return }
    defer { cmark_node_free(root) }
    for child in markdownChildren(of: root) { add(child, indent: 0, line: firstLine - 1) }
  }

  private mutating func separate() {
    if !blocks.isEmpty { blocks.append(.line("", indent: 0, hang: 0)) }
  }
}

extension Document {
  /// Markdown laid out as for a terminal.
  package init(markdown: String) { self.init(Markdown(markdown).blocks) }
}

/// The nodes within a node that cmark parsed.
func markdownChildren(of node: OpaquePointer) -> [OpaquePointer] {
  var result: [OpaquePointer] = []
  var next = cmark_node_first_child(node)
  while let child = next {
    result.append(child)
    next = cmark_node_next(child)
  }
  return result
}

/// The text of a node without markup in it.
func markdownLiteral(_ node: OpaquePointer) -> String {
  cmark_node_get_literal(node).map { String(cString: $0) } ?? ""
}

// MARK: - Blocks

extension Markdown {
  /// Adds a block, indented.
  ///
  /// - Parameter line: the number of lines before the text that cmark parses.
  private mutating func add(_ node: OpaquePointer, indent: Int, line: Int) {
    self.line = line + max(1, Int(cmark_node_get_start_line(node)))
    switch cmark_node_get_type(node) {
    case CMARK_NODE_PARAGRAPH:
      separate()
      blocks.append(.line(inline(node), indent: indent, hang: indent))
    case CMARK_NODE_HEADING:
      separate()
      let text = inline(node).string
      blocks.append(.line(.strong(text), indent: indent, hang: indent))
    case CMARK_NODE_CODE_BLOCK:
      separate()
      var lines = markdownLiteral(node).split(separator: "\n", omittingEmptySubsequences: false)
      if lines.last == "" { lines.removeLast() }
      blocks.append(.preformatted(lines.map { .spaces(indent + 2) + Text(String($0)) }))
    case CMARK_NODE_THEMATIC_BREAK:
      separate()
      blocks.append(.line(.faint("───"), indent: indent, hang: indent))
    case CMARK_NODE_BLOCK_QUOTE:
      for child in markdownChildren(of: node) { add(child, indent: indent + 2, line: line) }
    case CMARK_NODE_LIST: addList(node, indent: indent, line: line)
    default: break
    }
  }

  private mutating func addList(_ list: OpaquePointer, indent: Int, line: Int) {
    let isOrdered = cmark_node_get_list_type(list) == CMARK_ORDERED_LIST
    var number = Int(cmark_node_get_list_start(list))
    let isTight = cmark_node_get_list_tight(list) != 0
    for (place, item) in markdownChildren(of: list).enumerated() {
      let mark = isOrdered ? "\(number). " : "- "
      number += 1
      for (position, child) in markdownChildren(of: item).enumerated() {
        let isParagraph = cmark_node_get_type(child) == CMARK_NODE_PARAGRAPH
        guard position == 0, isParagraph else {
          if isParagraph || !isTight {
            add(child, indent: indent + mark.count, line: line)
          } else {
            addTight(child, indent: indent + mark.count, line: line)
          }
          continue
        }
        if place == 0 || !isTight { separate() }
        self.line = line + max(1, Int(cmark_node_get_start_line(child)))
        let text = Text(mark) + inline(child)
        blocks.append(.line(text, indent: indent, hang: indent + mark.count))
      }
    }
  }

  /// Adds a block of a list without empty lines between its items.
  private mutating func addTight(_ node: OpaquePointer, indent: Int, line: Int) {
    let count = blocks.count
    add(node, indent: indent, line: line)
    if blocks.count > count { blocks.remove(at: count) }
  }

  private mutating func readTable(_ rows: [Substring], firstLine: Int) {
    let cells = rows.map(Self.cells(of:))
    let marks = cells[1]
    let count = cells.map(\.count).max() ?? 0
    var table = Table(
      (0..<count).map { column in
        let mark = column < marks.count ? marks[column] : ""
        let title = column < cells[0].count ? cells[0][column] : ""
        return Table.Column(plain(title), numeric: mark.hasSuffix(":") && !mark.hasPrefix(":"))
      }, indent: 2)
    table.rule()
    for (place, row) in cells.enumerated().dropFirst(2) {
      table.row(row.map { styled($0, line: firstLine + place) })
    }
    separate()
    blocks.append(.table(table))
  }

  /// The cells of a table's row.
  static func cells(of row: Substring) -> [String] {
    var text = row.trimmingSpaces().dropFirst()
    if text.hasSuffix("|") { text = text.dropLast() }
    return text.split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingSpaces()
    }
  }

  private func plain(_ text: String) -> String { Markdown(text).firstText.string }

  private mutating func styled(_ text: String, line: Int) -> Text {
    let inner = Markdown(text)
    targets += inner.targets.map {
      var target = $0
      target.line = line
      return target
    }
    code += inner.code.map { ($0.text, line) }
    return inner.firstText
  }

  private var firstText: Text {
    if case .line(let text, _, _)? = blocks.first { text } else { "" }
  }

  /// A short text as one line of styled text. Anything but a plain paragraph is left unchanged.
  static func sentence(_ text: String) -> Text {
    // In a sentence, angle brackets are comparisons, not HTML.
    let markdown = Markdown(text.replacing("<", with: "\\<"))
    guard markdown.blocks.count == 1, case .line(let line, 0, 0)? = markdown.blocks.first,
      !text.hasPrefix("#")
    else { return Text(text) }
    return line
  }
}

// MARK: - Within a line

extension Markdown {
  private mutating func inline(_ node: OpaquePointer, style: Style = .plain) -> Text {
    var text = Text("")
    for child in markdownChildren(of: node) {
      switch cmark_node_get_type(child) {
      case CMARK_NODE_TEXT: text += Text(markdownLiteral(child), style)
      case CMARK_NODE_SOFTBREAK, CMARK_NODE_LINEBREAK:
        line += 1
        text += Text(" ", style)
      case CMARK_NODE_CODE:
        code.append((markdownLiteral(child), line))
        text += .name(markdownLiteral(child))
      case CMARK_NODE_STRONG: text += inline(child, style: .strong)
      case CMARK_NODE_EMPH: text += inline(child, style: style)
      case CMARK_NODE_LINK, CMARK_NODE_IMAGE: text += target(child, style: style)
      default: break
      }
    }
    return text
  }

  /// What to show instead of an address that can't be followed in a terminal: a lesson's number, or
  /// a file's path in the repository.
  private static func inTerminal(_ address: String) -> String {
    if address.hasSuffix(".md"), !address.contains("/"),
      let number = Lesson(named: address).number
    {
      return "lesson \(number)"
    }
    return address.hasPrefix("../") ? String(address.dropFirst(3)) : address
  }

  private mutating func target(_ node: OpaquePointer, style: Style) -> Text {
    let address = cmark_node_get_url(node).map { String(cString: $0) } ?? ""
    let place = line
    let text = inline(node, style: style)
    let isPicture = cmark_node_get_type(node) == CMARK_NODE_IMAGE
    targets.append(Target(address: address, text: text.string, isPicture: isPicture, line: place))
    if isPicture { return "[image: " + text + "]" }
    let shown = Self.inTerminal(address)
    // "lesson 8" and "lesson [8]" already say where the link leads.
    let isSaid =
      text.string.lowercased().contains(shown.lowercased()) || "lesson \(text.string)" == shown
    return isSaid || shown.isEmpty ? text : text + .faint(" (\(shown))")
  }
}

/// The lines of a text, with its tables apart: cmark doesn't know them, and their lines would run together.
///
/// A part's indices are the places of its lines.
func markdownParts(of text: String) -> [(lines: ArraySlice<Substring>, isTable: Bool)] {
  let all = Basics.lines(of: text)
  var parts: [(lines: ArraySlice<Substring>, isTable: Bool)] = []
  var (begun, place, isFenced) = (0, 0, false)
  while place < all.count {
    if all[place].drop(while: { $0 == " " }).hasPrefix("```") { isFenced.toggle() }
    let rows: ArraySlice = isFenced ? [] : all[place...].prefix { $0.hasPrefix("|") }
    guard rows.count > 1 else {
      place += 1
      continue
    }
    parts += [(all[begun..<place], false), (rows, true)]
    place += rows.count
    begun = place
  }
  return parts + [(all[begun...], false)]
}
