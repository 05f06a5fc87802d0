import Cells
import Documents
import Foundation
import TensorFiles

extension MediaPart {
  /// The part in every form that it has, by media type. Plain text is always among them.
  package var bundle: JSONValue {
    var members: [JSONValue.Member] = [.init(name: "text/plain", value: .string(plainText))]
    func add(_ type: String, _ text: String) {
      members.append(.init(name: type, value: .string(text)))
    }
    switch form {
    case .text: if document.hasStyles { add("text/html", HTML.encode(document)) }
    case .html(let html): add("text/html", html)
    case .png(let bytes): add("image/png", Data(bytes).base64EncodedString())
    case .figure(let html, let png):
      add("text/html", html)
      if !png.isEmpty { add("image/png", Data(png).base64EncodedString()) }
    case .svg(let svg, let png):
      add("image/svg+xml", svg)
      add("image/png", Data(png).base64EncodedString())
    }
    return .object(members)
  }
}

extension Document {
  /// The whole document as one bundle; images are part of the HTML.
  package var bundle: JSONValue {
    ["text/plain": .string(plainText), "text/html": .string(HTML.encode(self))]
  }

  /// The lines with escape sequences for their styles, which programs for notebooks show in streams and in
  /// errors.
  package var styledLines: [String] {
    Layout(width: 80).lines(self).map { $0.merged().withEscapeSequences(\.withoutControls) }
  }

  fileprivate var hasStyles: Bool {
    blocks.contains { block in
      switch block {
      case .line(let text, _, _): text.hasStyles
      case .split(let left, let right): left.hasStyles || right.hasStyles
      case .preformatted(let lines): lines.contains(where: \.hasStyles)
      case .table, .grid, .histogram, .image, .chart, .figure, .drawing: true
      }
    }
  }
}

extension Text {
  fileprivate var hasStyles: Bool { spans.contains { $0.style != .plain } }
}

extension Failure {
  /// The members of an error, as notebook programs show and store it.
  package var notebookMembers: [JSONValue.Member] {
    [
      .init(name: "ename", value: .string(kind.rawValue)),
      .init(name: "evalue", value: .string(message)),
      .init(
        name: "traceback", value: .array(output.document.styledLines.map { .string($0) })),
    ]
  }
}
