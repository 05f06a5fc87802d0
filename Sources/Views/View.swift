import Basics
import Cells
import Datasets
import Documents
import Expressions
import Foundation
import Networks
import TensorFiles
import Tensors

/// What `view` shows: images with captions, or a drawing.
struct View {
  var images: [CaptionedImage] = []
  var drawn: DrawnBlock?
  /// The value that later cells find in `out`.
  var value: Value?
  /// What is shown below the images.
  var tables: [Table] = []
  /// Further members of the JSON.
  var facts: [JSONValue.Member] = []
  /// The numbers as comma-separated values, with a line of names.
  var csv: () -> String

  /// Images, with the numbers behind them.
  init(_ images: [CaptionedImage], value: Value? = nil, csv: @escaping () -> String) {
    (self.images, self.value, self.csv) = (images, value, csv)
  }

  /// A drawing, whose numbers are in the table of its text.
  init(drawn: DrawnBlock) {
    self.drawn = drawn
    csv = {
      drawn.text.compactMap { if case .table(let table) = $0 { table.csv } else { nil } }.joined()
    }
  }

  var blocks: [Block] {
    (drawn.map { [.drawing($0)] } ?? images.map(Block.image)) + tables.map(Block.table)
  }

  var captions: [String] { drawn.map { [$0.drawing.description] } ?? images.map(\.caption) }

  /// The content of a file.
  ///
  /// - Parameter side: the side of a value's square in pixels.
  func content(side: Int) -> ShownContent {
    if let drawn { return ShownContent(drawing: drawn.drawing, scale: 2, csv: csv()) }
    let parts = images.map { $0.drawing(side: side) }
    return ShownContent(drawing: parts.count == 1 ? parts[0] : .stacked(parts), csv: csv())
  }

  func json(_ what: String, _ claimed: ShownFiles.Claimed) -> JSONValue {
    let json: JSONValue = [
      "view": .string(what),
      "width": .number(drawn?.drawing.width ?? Double(images.first?.image.width ?? 0)),
      "height": .number(drawn?.drawing.height ?? Double(images.first?.image.height ?? 0)),
      "description": .string(captions.joined(separator: " ")), "file": claimed.json(.png),
      "svg": claimed.json(.svg), "csv": claimed.json(.csv), "html": claimed.json(.html),
    ]
    guard case .object(let members) = json else { return json }
    return .object(members + facts)
  }
}

extension View {
  /// The session's image before it is prepared.
  static func sourceImage(in session: Session) -> View {
    let image = session.picture.image
    return View(
      [
        CaptionedImage(
          image,
          caption: "\(session.picture.name), \(image.width)×\(image.height), before it is prepared."
        )
      ], csv: { image.csv })
  }

  /// The values of an expression.
  static func tensor(
    _ what: String, hasOwnScales: Bool, in session: inout Session
  ) throws -> View {
    let tensor = try session.tensor(what)
    guard tensor.count > 0 else { throw Failure(.name, "\(what) has no values to show") }
    var note = ""
    if what.hasPrefix("difference "), session.bindings["difference"] == nil,
      let earlier = session.earlier
    {
      note = "now − before \(earlier.change); "
    }
    let shown = image(
      of: tensor, what, allowsColour: hasColour(what, in: session.network),
      hasOwnScales: hasOwnScales, note: note)
    return View([shown], csv: { tensor.csv })
  }

  /// Whether three channels of an expression are red, green and blue: not if they are three maps of a layer's
  /// output.
  private static func hasColour(_ what: String, in network: Network) -> Bool {
    let words = what.split(separator: " ", maxSplits: 1).map(String.init)
    let isPrefixed = words.count == 2 && ["gradient", "difference"].contains(words[0])
    let text = isPrefixed ? words[1] : what
    let name = text.prefix { $0 != "." && $0 != "[" }
    guard let layer = network.index(of: String(name)) else { return true }
    let member = text.dropFirst(name.count).prefix { $0 != "[" }
    return member == ".weight" || member == ".input" && layer == 0
  }

  /// A tensor as tiles, with a caption.
  static func image(
    of tensor: Tensor, _ what: String, allowsColour: Bool, hasOwnScales: Bool = false,
    note: String = ""
  ) -> CaptionedImage {
    var maps = MapPicture(
      tensor, allowsColour: allowsColour, hasOwnScales: hasOwnScales)
    maps.number(from: (try? Program(what))?.sliceStarts ?? [])
    let kind = maps.tiles[0].channels == 3 ? "red, green and blue" : "grey"
    let count = maps.tiles.count
    let size = "\(maps.height)×\(maps.width)"
    let pieces =
      count == 1
      ? "\(size) values"
      : "\(count) tiles of \(size), numbered \(maps.labels[0])…\(maps.labels[count - 1]), "
        + "\(maps.columns) per row"
    return CaptionedImage(
      maps.image, caption: "\(what): \(note)\(pieces), in \(kind); \(maps.scaling).",
      tiles: count > 1 ? maps : nil)
  }
}

extension Drawing {
  /// Drawings one below the other, each under its title.
  static func stacked(_ drawings: [Drawing]) -> Drawing {
    let head = 24.0
    var result = Drawing(
      width: drawings.map { max($0.width, Drawing.width(of: $0.title) + 8) }.max() ?? 1,
      height: drawings.reduce(0) { $0 + $1.height + head },
      title: drawings.map(\.title).joined(separator: "; "),
      description: drawings.map(\.description).joined(separator: " "))
    var top = 0.0
    for drawing in drawings {
      result.text(drawing.title, 0, top + 16)
      result.add(drawing, x: 0, y: top + head)
      top += head + drawing.height
    }
    return result
  }
}

extension Tensor {
  /// A line for each value: its index along each axis, then the value.
  var csv: String {
    let names = ["n", "c", "y", "x"].suffix(min(4, shape.rank))
    let axes =
      shape.rank > 4 ? (0..<shape.rank).map { "axis\($0)" } : shape.rank == 1 ? ["i"] : Array(names)
    var text = (axes + ["value"]).joined(separator: ",") + "\n"
    for (offset, value) in values.enumerated() {
      text += shape.index(at: offset).map { "\($0)," }.joined()
      text += NumberFormat.shortest(value, minus: .hyphen) + "\n"
    }
    return text
  }
}

extension Image {
  /// A line for each pixel: row, column, red, green, blue.
  var csv: String {
    var text = "y,x,red,green,blue\n"
    for y in 0..<height {
      for x in 0..<width {
        let pixel = self[y, x]
        text += "\(y),\(x),\(pixel.red),\(pixel.green),\(pixel.blue)\n"
      }
    }
    return text
  }
}

extension Table {
  /// The rows without rules; cells with commas or quotation marks are quoted.
  var csv: String {
    let titles = columns.map { Self.csv($0.title) }
    let lines = rows.compactMap { $0?.map { Self.csv($0.string) } }
    return ([titles] + lines).map { $0.joined(separator: ",") }.joined(separator: "\n") + "\n"
  }

  /// A text as a cell of comma-separated values.
  static func csv(_ text: String) -> String {
    text.contains { ",\"\n".contains($0) }
      ? "\"" + text.replacingOccurrences(of: "\"", with: "\"\"") + "\"" : text
  }
}
