import Layers
import Networks
import TensorFiles
import Tensors

extension LayerGeometry {
  /// The layer's parameters in their order, found by their names.
  ///
  /// - Throws: `TrainingError` if one is missing or has another shape.
  func parameters(
    from all: [String: Tensor], network: String
  ) throws(TrainingError) -> [Tensor] {
    var tensors: [Tensor] = []
    for parameter in parameters {
      let name = name(of: parameter)
      guard let tensor = all[name] else {
        throw TrainingError("the parameter \(printable(name)) is missing")
      }
      try tensor.require(parameter.shape, name, network: network)
      tensors.append(tensor)
    }
    return tensors
  }
}

extension Tensor {
  /// Checks the shape of what is stored for a network.
  func require(_ shape: Shape, _ name: String, network: String) throws(TrainingError) {
    guard self.shape == shape else {
      throw TrainingError(
        "\(printable(name)) is \(self.shape), but \(network) takes \(shape)")
    }
  }
}
