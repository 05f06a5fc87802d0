import Datasets
import Documents
import Notebook

/// Encodes laid-out text as bytes for a terminal, file or pipe.
struct TerminalEncoder {
  /// Whether to write escape sequences for colour and weight.
  var hasColour: Bool
  /// Whether non-ASCII characters may be written.
  var isUTF8: Bool
  /// The number of columns.
  var width: Int
  /// The number of rows.
  var rows = 48
  /// Whether to write text only, for screen readers: images become their descriptions, and
  /// horizontal rules are left out.
  var isPlain = false
  /// How images are shown; nil for half-blocks if there is colour, else characters.
  var graphics: TerminalGraphics?

  /// The document as text that ends with a newline; empty for an empty document.
  func encode(_ document: Document) -> String {
    let layout = Layout(width: width)
    var result = ""
    for block in document.blocks {
      if case .image(let image) = block, isPlain || form != .ascii {
        var caption = image.caption
        if form == .blocks {
          let blocks = HalfBlocks(columns: width, rows: rows)
          result += blocks.encode(image)
          caption += blocks.remark(image)
        } else if let graphics, graphics.hasPixels {
          result += graphics.encode(image, columns: width, rows: rows)
        }
        for line in layout.wrap(Text(caption), indent: 0, hang: 0) { result += encode(line) + "\n" }
      } else if let drawing = block.asDrawing, let graphics, graphics.hasPixels,
        let drawn = graphics.encode(drawing, columns: width, rows: rows)
      {
        result += drawn
        if case .drawing = block {
          let caption = layout.wrap(Text(drawing.description), indent: 0, hang: 0)
          for line in caption { result += encode(line) + "\n" }
        }
      } else {
        for line in layout.lines(block) where !(isPlain && Self.isRule(line.string)) {
          result += encode(line) + "\n"
        }
      }
    }
    return result
  }

  /// How images are shown.
  private var form: TerminalGraphics.Form? {
    isPlain ? nil : graphics?.form ?? (hasColour && isUTF8 ? .blocks : .ascii)
  }

  /// Whether a line is a horizontal rule.
  private static func isRule(_ line: String) -> Bool {
    line.contains("─") && line.allSatisfy { "─ ".contains($0) }
  }

  func encode(_ text: Text) -> String {
    hasColour
      ? text.withEscapeSequences(printable) : text.spans.map { printable($0.string) }.joined()
  }

  /// A string without control characters, which names or files could contain; in ASCII if needed.
  private func printable(_ string: String) -> String {
    guard !isUTF8 else { return string.withoutControls }
    return string.withoutControls.unicodeScalars.map {
      $0.isASCII ? String($0) : Self.ascii[Character($0)] ?? "?"
    }.joined()
  }

  /// The ASCII replacements of the symbols that the notebook uses.
  private static let ascii: [Character: String] = [
    "×": "x", "·": "*", "→": "->", "←": "<-", "Σ": "sum ", "⌊": "floor(", "⌋": ")", "⌈": "ceil(",
    "⌉": ")", "−": "-", "–": "-", "—": "-", "…": "...", "✓": "ok", "✗": "x", "─": "-", "│": "|",
    "█": "#", "α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "σ": "sigma", "λ": "lambda",
    "∂": "d", "²": "^2", "³": "^3", "½": "1/2", "√": "sqrt", "≤": "<=", "≥": ">=", "≠": "!=",
    "⟨": "<", "⟩": ">", "‘": "'", "’": "'", "“": "\"", "”": "\"", "÷": "/", "±": "+-", "π": "pi",
    "∞": "inf", "μ": "mu", "⁻": "^-", "▌": "|", "°": " deg", "ᵀ": "^T", "≈": "~", "∈": "in",
  ]
}

extension Block {
  /// What is drawn where pixels can be shown; images have their own way.
  fileprivate var asDrawing: Drawing? {
    switch self {
    case .chart(let chart): Chart.drawing([chart], title: chart.title)
    case .drawing(let drawn): drawn.drawing
    case .line, .split, .preformatted, .table, .grid, .histogram, .image, .figure: nil
    }
  }
}

extension Document {
  /// Whether something in it can be shown as an image.
  var hasImages: Bool {
    blocks.contains { block in
      if case .image = block { true } else { block.asDrawing != nil }
    }
  }
}
