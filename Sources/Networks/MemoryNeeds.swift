import Basics
import Tensors

// What work on a network takes of memory: lower bounds, so that nothing is refused that would fit.

extension Trace {
  /// What it takes to run every layer up to `end`: outputs, and weights that are still to be drawn.
  public func memory(through end: Int, weights: Weights) -> ByteCount {
    var floats = 0
    for layer in geometry[position..<max(position, min(end, geometry.count))] {
      floats += layer.output.count
      let initialization = network.layers[layer.index].initialization
      if weights.made(of: layer, initialization) == nil { floats += layer.parameterCount }
    }
    return ByteCount(floats: floats)
  }

  /// What gradients take beside what a forward pass takes.
  public var backwardMemory: ByteCount {
    ByteCount(floats: geometry.reduce(0) { $0 + $1.input.count + $1.trainableCount })
  }
}

extension Network {
  /// What it takes to train: weights, their gradients and what the optimizer keeps of them, outputs, and
  /// a copy of the weights for the checkpoint.
  ///
  /// - Parameters:
  ///   - batch: images in a step.
  ///   - memories: what the optimizer keeps for each trainable parameter, in numbers.
  ///   - waiting: batches that are made ahead.
  public func trainingMemory(
    batch: Int, memories: Int, waiting: Int
  ) throws(NetworkMisfit) -> ByteCount {
    var floats = (1 + waiting) * input.shape(batch: batch).count
    for layer in try geometry(batch: batch) {
      floats +=
        layer.output.count + 2 * layer.parameterCount + (1 + memories) * layer.trainableCount
    }
    return ByteCount(floats: floats)
  }

  /// What it takes to run without a way back: weights, and the two largest outputs in turn.
  public func inferenceMemory(batch: Int) throws(NetworkMisfit) -> ByteCount {
    let layers = try geometry(batch: batch)
    let largest = layers.map(\.output.count).max() ?? 0
    return ByteCount(
      floats: input.shape(batch: batch).count + largest
        + layers.reduce(0) { $0 + $1.parameterCount })
  }
}
