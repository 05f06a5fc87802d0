import Layers
import Tensors

/// A plan that keeps every output and gradient of its chain as a tensor: the part that the reference
/// and the engine with planted mistakes share.
package protocol ScalarPlan: Plan {
  /// The layers of the chain.
  var layers: [Layer] { get }
  /// The input shape of each layer, then the chain's output shape; with the batch.
  var shapes: [Shape] { get }
  /// The input, then each layer's output; nil until it is computed.
  var values: [Tensor?] { get set }
  /// The gradient of each layer's input; nil until it is computed.
  var inputGradients: [Tensor?] { get set }

  /// Runs backward from the gradient of layer `end`'s input (of the chain's output, if `end` is the
  /// count of layers).
  func backward(from gradient: Tensor, through end: Int, _ cancellation: Cancellation) throws
}

extension ScalarPlan {
  package var outputShapes: [Shape] { Array(shapes.dropFirst()) }

  package func setInput(_ input: Tensor) {
    precondition(input.shape == shapes[0], "The plan takes \(shapes[0]), not \(input.shape).")
    forgetOutputs(from: 0)
    values[0] = input
  }

  /// Forgets outputs that depend on a changed input.
  package func forgetOutputs(from layer: Int) {
    for later in layer..<layers.count { values[later + 1] = nil }
    for index in layers.indices { inputGradients[index] = nil }
  }

  package func output(of layer: Int) -> Tensor? { values[layer + 1] }

  package func inputGradient(of layer: Int) -> Tensor? { inputGradients[layer] }

  /// The input of a layer, which must have been computed.
  package func value(arrivingAt layer: Int) -> Tensor {
    guard let value = values[layer] else {
      preconditionFailure(
        layer == 0
          ? "The plan has no input; call setInput first."
          : "\(describe(layer)) cannot run before \(describe(layer - 1)).")
    }
    return value
  }

  /// The layer in messages: `Layer 3 (relu)`.
  package func describe(_ layer: Int) -> String { "Layer \(layer) (\(layers[layer].kind))" }

  package func loss(labels: [Int]) -> Double { softmaxCrossEntropy(logits(), labels: labels) }

  package func backward(labels: [Int], cancellation: Cancellation) throws {
    let gradient = softmaxCrossEntropyGradient(logits(), labels: labels)
    try backward(from: gradient, through: layers.count - 1, cancellation)
  }

  package func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    requireGradient(gradient, of: shapes[layers.count])
    try backward(from: gradient, through: layers.count, cancellation)
  }

  private func logits() -> Tensor {
    precondition(layers.last == .softmax, "A loss takes a chain that ends with a softmax.")
    precondition(values[layers.count] != nil, "All layers must have run before the loss.")
    return value(arrivingAt: layers.count - 1)
  }
}
