import Basics
import Cells
import Datasets
import Documents
import Expressions
import Layers
import Networks
import TensorFiles
import Tensors

/// A class's probability while a grey square covers a part of the image, for each place of the square
/// (Zeiler, Fergus 2014, arXiv 1311.2901, section 4.2).
struct OcclusionMap {
  /// Where the square is put: its first rows, its first columns, and its side.
  struct Squares: Equatable {
    let rows: [Int]
    let columns: [Int]
    let size: Int

    var count: Int { rows.count * columns.count }

    /// Squares every `stride` pixels, and a last one at the far edge.
    ///
    /// - Throws: `Failure` if the square doesn't fit into the image or there would be too many.
    init(size: Int?, stride: Int?, height: Int, width: Int) throws {
      let least = min(height, width)
      self.size = size ?? max(1, least / 4)
      let stride = stride ?? max(1, self.size / 4)
      guard (1...least).contains(self.size) else {
        throw Failure(
          .usage, "--size takes a number from 1 to \(least), not \(self.size)",
          hint: "it is the side of the grey square in pixels")
      }
      guard (1...least).contains(stride) else {
        throw Failure(
          .usage, "--stride takes a number from 1 to \(least), not \(stride)",
          hint: "it is how far the grey square moves, in pixels")
      }
      let room = (height - self.size, width - self.size)
      func starts(_ room: Int) -> [Int] {
        Array(Swift.stride(from: 0, to: room, by: stride)) + [room]
      }
      (rows, columns) = (starts(room.0), starts(room.1))
      guard count <= Self.most else {
        throw Failure(
          .usage, "that would be \(NumberFormat.grouped(count)) forward passes",
          hint: "pass a larger --stride: at most \(NumberFormat.grouped(Self.most)) are run")
      }
    }

    private static let most = 20_000
  }

  /// For each place of the square, row by row.
  let map: Tensor
  /// Without a square.
  let whole: Float
  /// H×W: by how much less the class got on average when a pixel was covered; 0 if it got more.
  let drop: Tensor
  private let squares: Squares
  private let input: Tensor
  private let number: Int
  private let caption: (name: String, measure: String, note: String)

  /// The places of the square for a session's network.
  static func squares(size: Int?, stride: Int?, in session: Session) throws -> Squares {
    let input = session.network.input
    return try Squares(size: size, stride: stride, height: input.height, width: input.width)
  }

  /// Runs the network once on the image, and once for each place of the square.
  init(_ word: String, size: Int?, stride: Int?, in session: inout Session) throws {
    number = try session.viewedClass(word, for: "occlusion")
    squares = try Self.squares(size: size, stride: stride, in: session)
    let network = session.network
    let geometry = try session.geometry()
    guard let outputs = geometry.last?.output, outputs.rank == 2 else {
      throw Failure(
        .network, "\(network.name) has no output for each class",
        hint: "insert a fully connected layer at its end")
    }
    input = try session.begin().input
    try session.requireMemory(through: network.layers.count)
    var before = Output()
    before.line(
      .faint("\(NumberFormat.count(squares.count + 1, "forward pass", "forward passes"))"))
    session.show(before)
    // Grey is what a pixel of 128 becomes.
    let flat = Image(
      width: session.picture.image.width, height: session.picture.image.height,
      filledWith: RGB(gray: 128))
    let grey = try session.preparation().prepared(flat)
    let host = session.host
    defer { host.report(progress: nil) }
    let plan = try session.fastEngine().engine.prepare(
      network.layers.map(\.layer), input: input.shape, mode: .inference, keeping: .outputsOnly)
    try session.weights.supply(plan, of: network, geometry, cancellation: host.cancellation)
    let number = number
    func output(_ input: Tensor) throws -> Float {
      plan.setInput(input)
      try plan.forward(cancellation: host.cancellation)
      guard let output = plan.output(of: network.layers.count - 1) else {
        preconditionFailure("A plan keeps its last output.")
      }
      return output[[0, number]]
    }
    whole = try output(input)
    var values: [Float] = []
    for row in squares.rows {
      for column in squares.columns {
        host.report(progress: "covered  \(values.count) of \(squares.count)")
        values.append(try output(Self.covered(input, grey, row, column, squares.size)))
      }
    }
    map = Tensor(shape: [squares.rows.count, squares.columns.count], values: values)
    drop = Self.drop(map, from: whole, squares, height: input.shape.h, width: input.shape.w)
    caption = (
      session.className(number), network.givesProbabilities ? "probability" : "logit",
      try session.untrainedNote()
    )
  }

  /// The input with the values of a grey one in a square.
  static func covered(
    _ input: Tensor, _ grey: Tensor, _ row: Int, _ column: Int, _ size: Int
  ) -> Tensor {
    var values = input.values
    let (h, w) = (input.shape.h, input.shape.w)
    for c in 0..<input.shape.c {
      for y in row..<row + size {
        let start = (c * h + y) * w + column
        for place in start..<start + size { values[place] = grey.values[place] }
      }
    }
    return Tensor(shape: input.shape, values: values)
  }

  /// The mean over the squares that cover a pixel of how much less the class got, and at least 0.
  private static func drop(
    _ map: Tensor, from whole: Float, _ squares: Squares, height: Int, width: Int
  ) -> Tensor {
    var (sums, counts) = (
      [Double](repeating: 0, count: height * width), [Double](repeating: 0, count: height * width)
    )
    for (j, row) in squares.rows.enumerated() {
      for (i, column) in squares.columns.enumerated() {
        for y in row..<row + squares.size {
          for x in column..<column + squares.size {
            sums[y * width + x] += Double(whole) - Double(map[[j, i]])
            counts[y * width + x] += 1
          }
        }
      }
    }
    return Tensor(
      shape: [height, width],
      values: zip(sums, counts).map { $1 == 0 ? 0 : Float(max(0, $0 / $1)) })
  }

  /// Where the class gets least.
  var lowest: (row: Int, column: Int, value: Float) {
    let place = map.values.indices.min { map.values[$0] < map.values[$1] } ?? 0
    let columns = squares.columns.count
    return (squares.rows[place / columns], squares.columns[place % columns], map.values[place])
  }

  private func text(_ value: Float) -> String {
    caption.measure == "logit"
      ? number(value, 4) : NumberFormat.percent(Double(value), decimals: 1)
  }

  private func number(_ value: Float, _ digits: Int) -> String { Basics.number(value, digits) }

  var view: View {
    let maps = MapPicture(map)
    let (low, size) = (lowest, squares.size)
    let frame = Frame(rows: low.row..<low.row + size, columns: low.column..<low.column + size)
    let overlay = HeatOverlay.image(drop, over: MapPicture(input).image)
    let first =
      "occlusion of \(caption.name): its \(caption.measure) is \(text(whole)). A grey square of "
      + "\(size)×\(size) lowers it most, to \(text(low.value)), on rows "
      + "\(low.row)…\(low.row + size - 1) and columns \(low.column)…\(low.column + size - 1), the "
      + "frame. The warmer a pixel, the less the class got on average when it was covered."
      + caption.note
    let second =
      "the \(caption.measure) at \(squares.rows.count)×\(squares.columns.count) places of the square: "
      + "\(maps.scaling) (Zeiler and Fergus 2014, arXiv 1311.2901)."
    let (values, squares) = (map, squares)
    var view = View(
      [
        CaptionedImage(overlay, caption: first, frames: [frame]),
        CaptionedImage(maps.image, caption: second),
      ], value: .tensor(map),
      csv: {
        var text = "first row,first column,size,\(caption.measure)\n"
        for (j, row) in squares.rows.enumerated() {
          for (i, column) in squares.columns.enumerated() {
            let value = NumberFormat.shortest(values[[j, i]], minus: .hyphen)
            text += "\(row),\(column),\(squares.size),\(value)\n"
          }
        }
        return text
      })
    view.facts = [
      .init(name: "class", value: .integer(number)),
      .init(name: "name", value: .string(caption.name)),
      .init(name: caption.measure, value: .number(Double(whole))),
      .init(name: "size", value: .integer(size)),
      .init(
        name: "lowest",
        value: [
          "row": .integer(low.row), "column": .integer(low.column),
          "value": .number(Double(low.value)),
        ]),
    ]
    return view
  }
}
