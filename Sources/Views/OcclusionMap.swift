import Basics
import Cells
import Datasets
import Documents
import Expressions
import Layers
import Networks
import RealModule
import TensorFiles
import Tensors

/// A class's probability while a grey square covers a part of the image, for each place of the square
/// (Zeiler, Fergus 2014, arXiv 1311.2901, section 4.2).
///
/// Places are compared by the class's log-odds, since a probability near 0 or 100% hardly changes:
///
///     ln(p / (1 − p)) = s − ln Σ over other classes j of exp(s[j])
///
/// where s is the class's score before the softmax. A network without a softmax is judged by its output.
struct OcclusionMap {
  /// How sure a network is of a class.
  struct Belief: Equatable {
    /// The probability; the output itself if the network has no softmax.
    var measure: Float
    /// The log-odds; the output itself if the network has no softmax.
    var score: Float

    /// The belief in a class, from the scores of all before the softmax.
    init(inClass number: Int, scores: [Float]) {
      let others = scores.indices.filter { $0 != number }.map { Double(scores[$0]) }
      let most = others.max() ?? 0
      let sum = others.reduce(0) { $0 + Double.exp($1 - most) }
      let odds = Double(scores[number]) - most - Double.log(sum)
      (measure, score) = (Float(1 / (1 + Double.exp(-odds))), Float(odds))
    }

    /// The output of a network without a softmax.
    init(output: Float) { (measure, score) = (output, output) }
  }

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

  /// The probability for each place of the square, row by row.
  let map: Tensor
  /// The log-odds for each place.
  let scores: Tensor
  /// Without a square.
  let whole: Belief
  /// H×W: by how much the log-odds fell on average when a pixel was covered; 0 if they rose.
  let drop: Tensor
  private let squares: Squares
  private let input: Tensor
  private let number: Int
  private let caption: (name: String, isProbability: Bool, note: String)

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
    let note = try session.warnIfUntrained()
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
    let layers = network.layers.map(\.layer)
    let hasSoftmax = layers.last == .softmax && outputs.c > 1
    let run = hasSoftmax ? Array(layers.dropLast()) : layers
    let plan = try session.fastEngine().engine.prepare(
      run, input: input.shape, mode: .inference, keeping: .outputsOnly)
    try session.weights.supply(
      plan, of: network, Array(geometry.prefix(run.count)), cancellation: host.cancellation)
    let number = number
    func belief(_ input: Tensor) throws -> Belief {
      plan.setInput(input)
      try plan.forward(cancellation: host.cancellation)
      guard let output = plan.output(of: run.count - 1) else {
        preconditionFailure("A plan keeps its last output.")
      }
      return hasSoftmax
        ? Belief(inClass: number, scores: output.values) : Belief(output: output[[0, number]])
    }
    whole = try belief(input)
    var beliefs: [Belief] = []
    for row in squares.rows {
      for column in squares.columns {
        host.report(progress: "covered  \(beliefs.count) of \(squares.count)")
        beliefs.append(try belief(Self.covered(input, grey, row, column, squares.size)))
      }
    }
    let shape: Shape = [squares.rows.count, squares.columns.count]
    map = Tensor(shape: shape, values: beliefs.map(\.measure))
    scores = Tensor(shape: shape, values: beliefs.map(\.score))
    drop = Self.drop(
      scores, from: whole.score, squares, height: input.shape.h, width: input.shape.w)
    caption = (session.className(number), hasSoftmax, note)
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

  /// The mean over the squares that cover a pixel of how far the score fell, and at least 0.
  private static func drop(
    _ scores: Tensor, from whole: Float, _ squares: Squares, height: Int, width: Int
  ) -> Tensor {
    var (sums, counts) = (
      [Double](repeating: 0, count: height * width), [Double](repeating: 0, count: height * width)
    )
    for (j, row) in squares.rows.enumerated() {
      for (i, column) in squares.columns.enumerated() {
        for y in row..<row + squares.size {
          for x in column..<column + squares.size {
            sums[y * width + x] += Double(whole) - Double(scores[[j, i]])
            counts[y * width + x] += 1
          }
        }
      }
    }
    return Tensor(
      shape: [height, width],
      values: zip(sums, counts).map { $1 == 0 ? 0 : Float(max(0, $0 / $1)) })
  }

  /// The place at which the class gets least.
  var lowest: (row: Int, column: Int, belief: Belief) {
    let place = scores.values.indices.min { scores.values[$0] < scores.values[$1] } ?? 0
    let columns = squares.columns.count
    var belief = whole
    (belief.measure, belief.score) = (map.values[place], scores.values[place])
    return (squares.rows[place / columns], squares.columns[place % columns], belief)
  }

  /// A probability, or an output, as text.
  private func text(_ belief: Belief) -> String {
    caption.isProbability
      ? NumberFormat.percent(Double(belief.measure), decimals: 1) : number(belief.measure, 4)
  }

  private func number(_ value: Float, _ digits: Int) -> String { Basics.number(value, digits) }

  private var measure: String { caption.isProbability ? "probability" : "logit" }
  private var score: String { caption.isProbability ? "log-odds" : "logit" }

  /// What the first image shows.
  private var sentence: String {
    let (low, size) = (lowest, squares.size)
    let rows = "rows \(low.row)…\(low.row + size - 1)"
    let columns = "columns \(low.column)…\(low.column + size - 1)"
    let isLower = low.belief.score < whole.score
    var text =
      "occlusion of \(caption.name)\(caption.note): its \(measure) is \(self.text(whole)). "
      + (isLower
        ? "A grey square of \(size)×\(size) lowers it most, to "
        : "No grey square of \(size)×\(size) lowers it. It is lowest, ")
      + "\(self.text(low.belief)), on \(rows) and \(columns), the frame."
    let (from, to) = (number(whole.score, 4), number(low.belief.score, 4))
    if caption.isProbability {
      text +=
        " There its log-odds ln(p/(1 − p)) \(isLower ? "fall" : "go") from \(from) to \(to); they show "
        + "what a probability near 0 or 100% hides."
    }
    return text + " The warmer a pixel, the more the \(score) "
      + (caption.isProbability ? "fall" : "falls") + " on average when it is covered: yellow is "
      + "\(number(drop.values.max() ?? 0, 3))."
  }

  /// The scores at the places. Of scores with one sign, the differences matter and not how far 0 is.
  private var picture: MapPicture {
    var maps = MapPicture(scores)
    let finite = scores.values.filter(\.isFinite)
    if let low = finite.min(), let high = finite.max(), low < high, low >= 0 || high <= 0 {
      maps.range = low...high
    }
    return maps
  }

  var view: View {
    let maps = picture
    let (low, size) = (lowest, squares.size)
    let frame = Frame(rows: low.row..<low.row + size, columns: low.column..<low.column + size)
    let overlay = HeatOverlay.image(drop, over: MapPicture(input).image)
    let second =
      "the \(score) at \(squares.rows.count)×\(squares.columns.count) places of the square: "
      + "\(maps.scaling) (Zeiler and Fergus 2014, arXiv 1311.2901)."
    let most = drop.values.max() ?? 0
    let (values, odds, squares) = (map, scores, squares)
    let (measure, score) = (measure, score)
    var view = View(
      [
        CaptionedImage(
          overlay, caption: sentence, frames: [frame],
          scale: HeatOverlay.scale(to: most, caption.isProbability ? "less log-odds" : "less")),
        CaptionedImage(maps.image, caption: second),
      ], value: .tensor(map),
      csv: {
        let isBoth = measure != score
        var text = "first row,first column,size,\(measure)" + (isBoth ? ",\(score)\n" : "\n")
        for (j, row) in squares.rows.enumerated() {
          for (i, column) in squares.columns.enumerated() {
            let both = [values[[j, i]]] + (isBoth ? [odds[[j, i]]] : [])
            let numbers = both.map { NumberFormat.shortest($0, minus: .hyphen) }
            text += "\(row),\(column),\(squares.size),\(numbers.joined(separator: ","))\n"
          }
        }
        return text
      })
    view.facts = [
      .init(name: "class", value: .integer(number)),
      .init(name: "name", value: .string(caption.name)),
      .init(name: measure, value: .number(Double(whole.measure))),
      .init(name: "size", value: .integer(size)),
      .init(
        name: "lowest",
        value: [
          "row": .integer(low.row), "column": .integer(low.column),
          "value": .number(Double(low.belief.measure)), "score": .number(Double(low.belief.score)),
        ]),
      .init(name: "score", value: .number(Double(whole.score))),
    ]
    return view
  }
}
