import Layers
import Tensors

/// How the elements of a parameter in a file are arranged, and how they become ours.
struct Arrangement: Hashable, Sendable {
  /// Kernels are H×W×I×O, dense weights inputs×outputs.
  var isTransposed = false
  /// The maps C×H×W whose flattened rows, columns, channels are the layer's inputs.
  var flattened: Shape?
  /// The input channels are blue, green, red.
  var isReversed = false

  /// The shape that a file has for a parameter of ours.
  func stored(_ shape: Shape) -> Shape {
    guard isTransposed else { return shape }
    return shape.rank == 4
      ? [shape[2], shape[3], shape[1], shape[0]] : Shape(shape.dimensions.reversed())
  }

  /// The tensor in our arrangement.
  func arranged(_ tensor: Tensor, as shape: Shape) -> Tensor {
    guard self != Arrangement() else { return tensor }
    var source = strides(shape, of: tensor.shape)
    if isReversed, shape.rank == 4 {
      source.start += (shape[1] - 1) * source.steps[1]
      source.steps[1] = -source.steps[1]
    }
    if let maps = flattened, shape.rank == 2 {
      // The inputs as channels, rows, columns; in the file, channels vary fastest.
      let (c, h, w) = (maps[0], maps[1], maps[2])
      let step = source.steps[1]
      return Self.gather(
        tensor, as: shape, sizes: [shape[0], c, h, w], start: 0,
        steps: [source.steps[0], step, w * c * step, c * step])
    }
    return Self.gather(
      tensor, as: shape, sizes: shape.dimensions, start: source.start, steps: source.steps)
  }

  /// How far apart neighbours along each of our axes are in the file.
  private func strides(_ shape: Shape, of stored: Shape) -> (start: Int, steps: [Int]) {
    var steps = [Int](repeating: 1, count: stored.rank)
    for axis in stored.dimensions.indices.dropLast().reversed() {
      steps[axis] = steps[axis + 1] * stored[axis + 1]
    }
    guard isTransposed else { return (0, steps) }
    return (0, shape.rank == 4 ? [steps[3], steps[2], steps[0], steps[1]] : steps.reversed())
  }

  private static func gather(
    _ tensor: Tensor, as shape: Shape, sizes: [Int], start: Int, steps: [Int]
  ) -> Tensor {
    var values: [Float] = []
    values.reserveCapacity(shape.count)
    tensor.withUnsafeBufferPointer { source in
      func visit(_ axis: Int, _ place: Int) {
        var place = place
        for _ in 0..<sizes[axis] {
          if axis == sizes.count - 1 {
            values.append(source[place])
          } else {
            visit(axis + 1, place)
          }
          place += steps[axis]
        }
      }
      visit(0, start)
    }
    return Tensor(shape: shape, values: values)
  }
}
