import Basics
import Explanations
import Layers
import Networks
import Tensors

/// A part of an input or output: some of its channels, rows and columns. Features are one row of a single
/// channel.
struct FigureBox: Hashable {
  var channels: Range<Int>
  var rows: Range<Int>
  var columns: Range<Int>

  /// The axes in order.
  var ranges: [Range<Int>] { [channels, rows, columns] }

  /// All of an activation; the shape has the batch.
  init(whole shape: Shape) {
    let sizes = Self.sizes(shape)
    (channels, rows, columns) = (0..<sizes[0], 0..<sizes[1], 0..<sizes[2])
  }

  /// The channels, rows and columns of a shape with its batch.
  static func sizes(_ shape: Shape) -> [Int] {
    shape.rank == 4 ? [shape.c, shape.h, shape.w] : [1, 1, shape.c]
  }

  /// The values of one channel that are in the box, of the first image.
  func plane(_ channel: Int, of tensor: Tensor) -> [Float] {
    guard tensor.shape.rank == 4 else { return Array(tensor.values[columns]) }
    return rows.flatMap { row -> ArraySlice<Float> in
      let start = (channel * tensor.shape.h + row) * tensor.shape.w
      return tensor.values[start + columns.lowerBound..<start + columns.upperBound]
    }
  }

  /// Halves the longer side, as close to a row and column as it can be centred; false if there is only one
  /// value left.
  mutating func shrink(around row: Int, _ column: Int) -> Bool {
    func half(_ range: Range<Int>, _ middle: Int) -> Range<Int> {
      let size = (range.count + 1) / 2
      let start = min(max(range.lowerBound, middle - size / 2), range.upperBound - size)
      return start..<start + size
    }
    guard rows.count > 1 || columns.count > 1 else { return false }
    if rows.count > columns.count {
      rows = half(rows, row)
    } else {
      columns = half(columns, column)
    }
    return true
  }

  /// The part of a layer's input that this part of its output was computed from.
  func input(of geometry: LayerGeometry, definitions: [NormalizationDefinition]) -> FigureBox {
    var box = self
    let whole = FigureBox(whole: geometry.input)
    let reach = definitions.map { max($0.below, $0.above) }.max() ?? 0
    func widened(_ range: Range<Int>, in limits: Range<Int>) -> Range<Int> {
      (range.lowerBound - reach..<range.upperBound + reach).clamped(to: limits)
    }
    func read(_ range: Range<Int>, _ window: Window, _ size: Int) -> Range<Int> {
      let first = window.inputs(of: range.lowerBound, input: size)
      let last = window.inputs(of: range.upperBound - 1, input: size)
      return min(first.lowerBound, size - 1)..<max(last.upperBound, first.upperBound)
    }
    if let window = geometry.layer.window {
      box.rows = read(rows, window, geometry.input.h)
      box.columns = read(columns, window, geometry.input.w)
    }
    switch geometry.layer {
    case .convolution(let convolution):
      let perGroup = geometry.input.c / convolution.groups
      let filters = geometry.output.c / convolution.groups
      let groups = channels.lowerBound / filters..<(channels.upperBound - 1) / filters + 1
      box.channels = groups.lowerBound * perGroup..<groups.upperBound * perGroup
    case .locallyConnected: box.channels = whole.channels
    case .localResponseNormalization: box.channels = widened(channels, in: whole.channels)
    case .spatialNormalization:
      box.rows = widened(rows, in: whole.rows)
      box.columns = widened(columns, in: whole.columns)
    case .flatten, .linear, .softmax: box = whole
    case .maxPooling, .averagePooling, .batchNormalization, .activation, .dropout: break
    }
    return box
  }
}
