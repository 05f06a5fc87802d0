import Layers
import Networks

extension StepPlan {
  /// Two ranks with half of each layer's channels, both on the whole batch. Grouped convolutions stay
  /// within a rank; before a layer that sees all channels, each sends its half (the paper's section 3.5).
  /// LRN across the halves sends the
  /// channels at the edge between them.
  mutating func addColumns(of network: Network) throws {
    guard ranks == 2 else {
      throw ParallelCostError("columns takes 2 ranks, not \(ranks)", hint: "--ranks 2")
    }
    guard geometry.hasTwoGroups else {
      throw ParallelCostError(
        "columns takes a network with two groups, which \(network.name) doesn't have",
        hint: "parallel alexnet-grouped --ranks 2 --mode columns")
    }
    var last: [StepTimeline.Task] = []
    for layer in geometry {
      if let bytes = crossing(layer) {
        last = [
          timeline.send(
            content(layer, backward: false), of: layer.name, bytes: bytes, messages: 1, after: last)
        ]
      }
      last = [compute(forward(layer) / 2, images: batch, after: last)]
    }
    // Both ranks need all outputs for the softmax, and both then have all of the outputs' gradients.
    if let output = geometry.last(where: { $0.multiplyAdds > 0 }) {
      last = [
        timeline.send(
          .outputs, of: output.name, bytes: Self.bytes(batch * output.output.c) / 2, messages: 1,
          after: last)
      ]
    }
    for layer in geometry.reversed() {
      last = [compute(backward(layer) / 2, images: batch, after: last)]
      if let bytes = crossing(layer) {
        last = [
          timeline.send(
            content(layer, backward: true), of: layer.name, bytes: bytes, messages: 1, after: last)
        ]
      }
    }
  }

  private func content(_ layer: LayerGeometry, backward: Bool) -> StepTimeline.Content {
    layer.multiplyAdds == 0 ? .edges : backward ? .inputGradients : .inputs
  }

  /// The bytes that a rank sends before a layer, and again in the backward pass; nil if none.
  private func crossing(_ layer: LayerGeometry) -> Double? {
    let place = layer.input.h * layer.input.w
    switch layer.layer {
    case .convolution(let convolution):
      // The first layer's input is the image, which both have.
      guard convolution.groups == 1, layer.index > 0 else { return nil }
      return Self.bytes(batch * layer.input.c * place) / 2
    case .linear: return Self.bytes(batch * layer.input.c * place) / 2
    case .localResponseNormalization(let normalization):
      guard normalization.groups == 1 else { return nil }
      return Self.bytes(batch * (normalization.n / 2) * place)
    default: return nil
    }
  }
}
