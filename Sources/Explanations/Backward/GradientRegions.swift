import Layers
import Networks
import Tensors

extension Explanation {
  /// The regions that a gradient was computed from, each the smallest box that holds everything used: of the
  /// gradient after it, or of the output of its layer for a parameter; for a weight also of the layer's input.
  ///
  /// - Parameter geometry: the network's layers.
  /// - Returns: nothing for a gradient that comes from the loss, and for a number that isn't a gradient.
  package func gradientRegions(_ geometry: [LayerGeometry]) -> [ReceptiveField.Region] {
    func gradient(of place: Int, _ used: [[Int]]) -> [ReceptiveField.Region] {
      guard !used.isEmpty else { return [] }
      return [
        region(place, "gradient \(geometry[place].name)", geometry[place].output, used)
      ]
    }
    switch detail {
    case .gradient(let detail):
      return gradient(
        of: detail.consumer, used(detail.parts, output: geometry[detail.consumer].output))
    case .weightGradient(let sum):
      guard !sum.terms.isEmpty else { return [] }
      let input = region(layer - 1, source, geometry[layer].input, sum.terms.map(\.secondIndex))
      return gradient(of: layer, sum.terms.map(\.firstIndex)) + [input]
    case .biasGradient(let sum), .scaleGradient(let sum):
      return gradient(of: layer, sum.terms.map(\.index))
    case .convolution, .locallyConnected, .linear, .maxPooling, .averagePooling,
      .localResponseNormalization, .spatialNormalization, .batchNormalization, .activation,
      .dropout, .flatten, .softmax:
      return []
    }
  }

  /// The elements of the gradient after it that an activation's gradient was computed from.
  private func used(_ parts: GradientDetail.Parts, output: Shape) -> [[Int]] {
    switch parts {
    case .products(let sum): sum.terms.map(\.firstIndex)
    case .activation, .dropout: [index]
    case .maxPooling(let shares):
      shares.map { [index[0], $0.output.row, $0.output.column] }
    case .averagePooling(let shares):
      shares.map { [index[0], $0.output.row, $0.output.column] }
    case .normalization(let detail): detail.neighbours.map(\.index)
    case .batchNormalization(let detail):
      // In training the mean and the variance of the whole channel depend on each of its elements.
      detail.meanOfG == nil || index.count < 3
        ? [index] : [[index[0], 0, 0], [index[0], output.h - 1, output.w - 1]]
    case .flatten(let feature, _): [[feature]]
    case .softmax(let detail): detail.g.indices.map { [$0] }
    case .loss: []
    }
  }

  /// The smallest box that holds some elements of a layer's output.
  ///
  /// - Parameter shape: that output's shape, with the batch.
  private func region(
    _ layer: Int, _ name: String, _ shape: Shape, _ elements: [[Int]]
  ) -> ReceptiveField.Region {
    let extents = axisNames(of: shape).enumerated().map { axis, name in
      let places = elements.map { $0[axis] }
      let inside = (places.min() ?? 0)..<(places.max() ?? 0) + 1
      return ReceptiveField.Extent(
        axis: name, inside: inside, whole: inside, size: shape[axis + 1])
    }
    return ReceptiveField.Region(
      layer: layer, name: name, shape: shape.withoutBatch, extents: extents,
      holdsOtherPictures: false)
  }
}
