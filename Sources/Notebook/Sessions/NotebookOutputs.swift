import Basics
import Cells
import Datasets
import Documents
import Foundation
import TensorFiles

/// The outputs of cells in notebook files: written as the kernel would send them, and read again.
enum NotebookOutputs {
  /// The outputs of a recorded cell that ran in this session.
  static func outputs(of cell: RecordedCell, number: Int) -> [JSONValue] {
    guard case .blocks(let blocks) = cell.shown else {
      return [stream(Document([.line(.faint("the output wasn't kept"), indent: 0, hang: 0)]))]
    }
    return outputs(of: blocks, hasValue: cell.hasValue, cell.failure, number: number)
  }

  /// The outputs of a cell.
  ///
  /// - Parameter hasValue: whether the last part is the cell's value.
  static func outputs(
    of blocks: [Block], hasValue: Bool, _ failure: Failure?, number: Int
  ) -> [JSONValue] {
    var outputs: [JSONValue] = []
    let parts = Document(FileLimits.fitting(blocks)).mediaParts
    for (place, part) in parts.enumerated() {
      if hasValue, place == parts.count - 1 {
        outputs.append([
          "output_type": "execute_result", "data": part.bundle, "metadata": [:],
          "execution_count": .integer(number),
        ])
      } else if case .text = part.form {
        let lines = stream(part.document)
        let before = outputs.last?["text"]?.stringValue
        if let before, let text = lines["text"]?.stringValue {
          outputs[outputs.count - 1] = stream(before + text)
        } else {
          outputs.append(lines)
        }
      } else {
        outputs.append(["output_type": "display_data", "data": part.bundle, "metadata": [:]])
      }
    }
    if let failure {
      outputs.append(
        .object([.init(name: "output_type", value: "error")] + failure.notebookMembers))
    }
    return outputs
  }

  private static func stream(_ document: Document) -> JSONValue {
    stream(document.styledLines.map { $0 + "\n" }.joined())
  }

  private static func stream(_ text: String) -> JSONValue {
    ["output_type": "stream", "name": "stdout", "text": .string(text)]
  }

  // MARK: - Reading

  /// An output as plain text, without styles.
  static func text(of output: JSONValue) -> String {
    let text =
      switch output["output_type"]?.stringValue {
      case "stream": output["text"]?.joinedText
      case "error":
        output["traceback"]?.arrayValue?.compactMap(\.stringValue)
          .joined(separator: "\n")
      default: output["data"]?["text/plain"]?.joinedText
      }
    return withoutEscapes(text ?? "")
  }

  private static func withoutEscapes(_ text: String) -> String {
    text.contains("\u{1B}") ? text.replacing(#/\x1B\[[0-9;]*[A-Za-z]/#, with: "") : text
  }

  /// The image of an output; nil if it has none that can be decoded.
  static func image(of output: JSONValue) -> Image? {
    guard let text = output["data"]?["image/png"]?.joinedText,
      let data = Data(base64Encoded: text, options: .ignoreUnknownCharacters)
    else { return nil }
    return try? Image.decode([UInt8](data), name: "image")
  }

  /// Outputs of a file as blocks: images as they are, anything else as text.
  static func blocks(of outputs: [JSONValue]) -> [Block] {
    outputs.flatMap { output -> [Block] in
      // The caption follows as text.
      if let image = image(of: output) { return [.image(CaptionedImage(image, caption: ""))] }
      let rows = lines(of: text(of: output)).map { Text(String($0)) }
      let kept = rows.last?.width == 0 ? rows.dropLast() : rows[...]
      return kept.isEmpty ? [] : [.preformatted(Array(kept))]
    }
  }
}

extension RecordedCell {
  /// What the cell showed, including its failure.
  var blocks: [Block] {
    let before: [Block] =
      switch shown {
      case .blocks(let blocks): blocks
      case .saved(let outputs, _): NotebookOutputs.blocks(of: outputs)
      case .forgotten: [.line(.faint("the output wasn't kept"), indent: 0, hang: 0)]
      }
    return before + (failure?.output.blocks ?? [])
  }
}

/// Limits that keep files of sessions small.
enum FileLimits {
  /// The most bytes of an image, as PNG.
  static let mostBytes = 1_000_000
  /// The most lines of a cell's output.
  static let mostLines = 10_000

  /// The blocks with large images scaled down and long text shortened, and with lines that say so.
  static func fitting(_ blocks: [Block]) -> [Block] {
    var result: [Block] = []
    var (left, omitted) = (mostLines, 0)
    for block in blocks {
      switch block {
      case .image(let image):
        result += fitting(image)
        continue
      case .chart, .figure, .drawing:
        result.append(block)
        continue
      case .line, .split, .preformatted, .table, .grid, .histogram: break
      }
      let rows = Layout(width: 80).lines(block)
      if rows.count <= left {
        result.append(block)
      } else {
        if left > 0 { result.append(.preformatted(Array(rows.prefix(left)))) }
        omitted += rows.count - left
      }
      left = max(0, left - rows.count)
    }
    guard omitted > 0 else { return result }
    let what = NumberFormat.count(omitted, "more line")
    let verb = omitted == 1 ? "is" : "are"
    return result + [note("… \(what) of output \(verb) left out of this file")]
  }

  private static func fitting(_ captioned: CaptionedImage) -> [Block] {
    let original = captioned.image
    guard original.width * original.height * 3 > mostBytes,
      var size = try? original.encodePNG().count, size > mostBytes
    else { return [.image(captioned)] }
    var scaled = original
    while size > mostBytes, scaled.width > 1, scaled.height > 1 {
      let share = (Double(mostBytes) / Double(size)).squareRoot() * 0.97
      scaled = scaled.resized(
        width: max(1, Int(clamping: Double(scaled.width) * share)),
        height: max(1, Int(clamping: Double(scaled.height) * share)))
      size = (try? scaled.encodePNG().count) ?? 0
    }
    let words =
      "scaled down from \(original.width)×\(original.height) to \(scaled.width)×\(scaled.height), "
      + "to keep this file small"
    return [
      .image(CaptionedImage(scaled, caption: captioned.caption, tiles: captioned.tiles)),
      note(words),
    ]
  }

  private static func note(_ words: String) -> Block { .line(.faint(words), indent: 0, hang: 0) }
}
