import Basics
import Layers
import Tensors

/// The reference engine's plan: runs one kernel per layer, and keeps every output and gradient.
final class ReferencePlan: ScalarPlan, StatisticsSharingPlan {
  let layers: [Layer]
  /// The input shape of each layer, then the chain's output shape; with the batch.
  let shapes: [Shape]
  let mode: Mode
  let precision: Precision

  var parameters: [[Tensor]]
  var masks: [Tensor?]
  /// The layers whose parameters stay as they are.
  var frozen: Set<Int> = []
  var parts: BatchParts?
  /// The input, then each layer's output.
  var values: [Tensor?]
  /// The batch statistics that each batch normalization used last, in training.
  var statistics: [ChannelStatistics?]
  var inputGradients: [Tensor?]
  var parameterGradients: [[Tensor]]
  /// What the optimizer keeps for each trainable parameter.
  var memory: [[[Tensor]]]

  init(layers: [Layer], shapes: [Shape], mode: Mode, precision: Precision) {
    (self.layers, self.shapes) = (layers, shapes)
    (self.mode, self.precision) = (mode, precision)
    parameters = Array(repeating: [], count: layers.count)
    masks = Array(repeating: nil, count: layers.count)
    values = Array(repeating: nil, count: shapes.count)
    statistics = Array(repeating: nil, count: layers.count)
    inputGradients = Array(repeating: nil, count: layers.count)
    parameterGradients = Array(repeating: [], count: layers.count)
    memory = Array(repeating: [], count: layers.count)
  }

  // MARK: Inputs

  func setParameters(_ parameters: [Tensor], of layer: Int) {
    let needed = declaredParameters(of: layer).map(\.shape)
    precondition(
      parameters.map(\.shape) == needed,
      "\(describe(layer)) takes parameters of \(needed), not \(parameters.map(\.shape)).")
    self.parameters[layer] = parameters
    forgetOutputs(from: layer)
  }

  func parameters(of layer: Int) -> [Tensor] { parameters[layer] }

  func freeze(_ layers: Set<Int>) {
    frozen = layers
    for layer in layers { parameterGradients[layer] = [] }
    forgetOutputs(from: 0)
  }

  /// How a batch normalization behaves: as at test time if it is frozen.
  func mode(of layer: Int) -> Mode { frozen.contains(layer) ? .inference : mode }

  func setMask(_ mask: Tensor, of layer: Int) {
    precondition(layers[layer].kind == .dropout, "\(describe(layer)) takes no mask.")
    precondition(
      mask.shape == shapes[layer],
      "\(describe(layer)) takes a mask of \(shapes[layer]), not \(mask.shape).")
    masks[layer] = mask
    forgetOutputs(from: layer)
  }

  // MARK: Outputs

  func parameterGradients(of layer: Int) -> [Tensor] { parameterGradients[layer] }

  func withParameterGradients(
    of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    for slot in parameterGradients[layer].indices {
      parameterGradients[layer][slot].withUnsafeMutableBufferPointer { body($0) }
    }
  }

  func clearGradients() {
    for layer in layers.indices { parameterGradients[layer] = [] }
  }

  // MARK: Checks

  func readyParameters(of layer: Int) -> [Tensor] {
    precondition(
      parameters[layer].count == declaredParameters(of: layer).count,
      "\(describe(layer)) has no parameters; call setParameters first.")
    return parameters[layer]
  }

  /// The mask in training; nil in inference.
  func mask(of layer: Int) -> Tensor? {
    guard mode == .training else { return nil }
    precondition(masks[layer] != nil, "\(describe(layer)) has no mask; call setMask first.")
    return masks[layer]
  }

  func seenStatistics(_ layer: Int) -> ChannelStatistics {
    guard let seen = statistics[layer] else {
      preconditionFailure("\(describe(layer)) has not run.")
    }
    return seen
  }

  func declaredParameters(of layer: Int) -> [Parameter] {
    do {
      return try layers[layer].parameters(for: shapes[layer])
    } catch {
      preconditionFailure("\(describe(layer)) was checked when the plan was made: \(error).")
    }
  }
}
