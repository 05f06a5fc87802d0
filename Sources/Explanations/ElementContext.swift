import Layers
import Networks
import Tensors

/// One element of a layer's output or input, with everything needed to compute it, or its gradient,
/// again.
struct ElementContext {
  let trace: Trace
  /// The layer that computes.
  let geometry: LayerGeometry
  /// The layer's input.
  var x: Tensor
  /// The layer's output shape.
  var outputs: Shape { geometry.output }
  /// The layer's parameters, in order.
  var parameters: [Tensor]
  /// Which image of the batch.
  let n: Int
  /// The element, without the batch axis.
  let index: [Int]

  var name: String { geometry.name }
  /// The name of the input: the image, or the layer before.
  var source: String { trace.name(of: geometry.index - 1) }

  /// The element's channel, or feature.
  var c: Int { index[0] }
  /// The element's row; 0 for a feature.
  var row: Int { index.count > 1 ? index[1] : 0 }
  /// The element's column; 0 for a feature.
  var column: Int { index.count > 2 ? index[2] : 0 }

  /// The element at this place of a tensor that has it.
  func value(_ tensor: Tensor) -> Float { tensor[[n] + index] }

  /// The place of an element of a layer's output.
  ///
  /// - Parameter index: channel, row and column, or the feature; with the image first if the batch
  ///   has several.
  init(_ trace: Trace, leaving layer: Int, at index: [Int]) throws(ExplanationError) {
    precondition(trace.geometry.indices.contains(layer), "\(layer) isn't the position of a layer.")
    let geometry = trace.geometry[layer]
    guard layer < trace.position else { throw .notRun(layer: geometry.name) }
    let (n, index) = try resolve(index, in: geometry.output, of: geometry.name)
    try self.init(trace, geometry, n, index)
  }

  /// The place of an element of a layer's input, after a whole forward pass.
  ///
  /// - Parameter index: as for an output of the layer before.
  init(_ trace: Trace, arrivingAt layer: Int, at index: [Int]) throws(ExplanationError) {
    let geometry = trace.geometry[layer]
    let (n, index) = try resolve(index, in: geometry.input, of: trace.name(of: layer - 1))
    try self.init(trace, geometry, n, index)
  }

  private init(
    _ trace: Trace, _ geometry: LayerGeometry, _ n: Int, _ index: [Int]
  ) throws(ExplanationError) {
    let layer = geometry.index
    guard let x = trace.input(of: layer) else { throw .fused(layer: trace.name(of: layer - 1)) }
    (self.trace, self.geometry, self.x, self.n, self.index) = (trace, geometry, x, n, index)
    parameters = trace.parameters(of: layer) ?? []
  }
}

extension Trace {
  /// The name of a layer's output: the layer's name, or `image` for the first layer's input.
  func name(of layer: Int) -> String { layer < 0 ? "image" : geometry[layer].name }
}

/// The names of an activation's axes.
func axisNames(of shape: Shape) -> [String] {
  shape.rank == 4 ? ["channel", "row", "column"] : ["feature"]
}

/// Checks an index into an activation.
///
/// - Parameters:
///   - index: one coordinate per axis; the image at the start may be left out, and is then 0.
///   - shape: the activation's shape, with the batch.
///   - tensor: the activation's name.
/// - Returns: the image, and the other coordinates.
func resolve(_ index: [Int], in shape: Shape, of tensor: String) throws(ExplanationError) -> (
  picture: Int, index: [Int]
) {
  let full = index.count == shape.rank - 1 ? [0] + index : index
  try check(
    full, in: shape, axes: ["image"] + axisNames(of: shape), of: tensor, given: index.count)
  return (full[0], Array(full.dropFirst()))
}

/// Checks an index with one coordinate per axis.
///
/// - Parameter given: how many coordinates were given, if some were added.
func check(
  _ index: [Int], in shape: Shape, axes: [String], of tensor: String, given: Int? = nil
) throws(ExplanationError) {
  let batched = axes.first == "image"
  let shown = batched ? shape.withoutBatch : shape
  guard index.count == shape.rank else {
    throw .coordinates(
      tensor: tensor, given: given ?? index.count, axes: batched ? Array(axes.dropFirst()) : axes,
      shape: shown)
  }
  for (axis, coordinate) in index.enumerated() where !(0..<shape[axis]).contains(coordinate) {
    throw .outside(
      tensor: tensor, axis: axes[axis], coordinate: coordinate, size: shape[axis], shape: shown)
  }
}
