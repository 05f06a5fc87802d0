import Networks
import Tensors
import Training

extension TrainingState {
  /// A layer's parameters, in the layer's order.
  package func tensors(of layer: LayerGeometry) -> [Tensor] {
    layer.parameters.map { parameter in
      guard let tensor = parameters[layer.name(of: parameter)] else {
        preconditionFailure("A checkpoint that was read has every parameter.")
      }
      return tensor
    }
  }
}
