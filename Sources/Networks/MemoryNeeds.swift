import Basics
import Tensors

// The memory that work on a network needs: lower bounds, so that nothing that would fit is refused.

extension Trace {
  /// For running every layer up to `end`: outputs, and weights that haven't been drawn.
  public func memory(through end: Int, weights: Weights) -> ByteCount {
    var floats = 0
    for layer in geometry[position..<max(position, min(end, geometry.count))] {
      floats += layer.output.count
      let initialization = network.layers[layer.index].initialization
      if weights.made(of: layer, initialization) == nil { floats += layer.parameterCount }
    }
    return ByteCount(floats: floats)
  }

  /// For gradients, in addition to a forward pass.
  public var backwardMemory: ByteCount {
    ByteCount(floats: geometry.reduce(0) { $0 + $1.input.count + $1.trainableCount })
  }
}

extension Network {
  /// For training: weights, their gradients and the optimizer's memory, outputs, and a copy of the
  /// weights for the checkpoint.
  ///
  /// - Parameters:
  ///   - batch: images in a step.
  ///   - memories: how many numbers the optimizer keeps per trainable parameter.
  ///   - waiting: batches prepared in advance.
  public func trainingMemory(
    batch: Int, memories: Int, waiting: Int
  ) throws(NetworkShapeError) -> ByteCount {
    var floats = (1 + waiting) * input.shape(batch: batch).count
    for layer in try geometry(batch: batch) {
      floats +=
        layer.output.count + 2 * layer.parameterCount + (1 + memories) * layer.trainableCount
    }
    return ByteCount(floats: floats)
  }

  /// For a forward pass without a backward pass: weights, input and the largest output.
  public func inferenceMemory(batch: Int) throws(NetworkShapeError) -> ByteCount {
    let layers = try geometry(batch: batch)
    let largest = layers.map(\.output.count).max() ?? 0
    return ByteCount(
      floats: input.shape(batch: batch).count + largest
        + layers.reduce(0) { $0 + $1.parameterCount })
  }
}
