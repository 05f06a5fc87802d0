import Basics
import Layers
import Networks
import Tensors

/// Why an element can't be explained: one line for what is wrong, and one for what to do.
package enum ExplanationError: DescribedError, Hashable, Sendable {
  /// A coordinate is outside its axis.
  case outside(tensor: String, axis: String, coordinate: Int, size: Int, shape: Shape)
  /// Too few or too many coordinates.
  case coordinates(tensor: String, given: Int, axes: [String], shape: Shape)
  /// The layer hasn't run.
  case notRun(layer: String)
  /// No backward pass has run.
  case notBackward
  /// The last layer's output has no gradient, since the loss is computed from its input.
  case noGradientOfLast(layer: String, before: String)
  /// The layer doesn't have the parameter, or it has no gradient.
  case noParameter(layer: String, parameter: String, has: [String])
  /// The engine fused the layer with its neighbour, so it doesn't have its values.
  case fused(layer: String)
  /// The layer needs a dropout mask that the trace wasn't given.
  case noMask(layer: String)

  /// Always `.name`.
  package var kind: ErrorKind { .name }

  /// What is wrong.
  package var message: String {
    switch self {
    case .outside(let tensor, let axis, let coordinate, let size, _):
      if size == 0 { return "\(tensor) has no \(axis)" }
      let there = size == 1 ? "there is one, 0" : "there are \(size), 0...\(size - 1)"
      return "\(axis) \(coordinate) of \(tensor) doesn't exist: \(there)"
    case .coordinates(let tensor, let given, let axes, _):
      let names = axes.isEmpty ? "" : " (\(axes.joined(separator: ", ")))"
      return "\(tensor) takes \(NumberFormat.count(axes.count, "coordinate"))\(names), not \(given)"
    case .notRun(let layer): return "\(layer) hasn't run yet"
    case .notBackward: return "there are no gradients yet"
    case .noGradientOfLast(let layer, _):
      return "\(layer) is the last layer, whose gradient is computed together with the loss"
    case .noParameter(let layer, let parameter, let has):
      return has.isEmpty
        ? "\(layer) has no parameters, so no \(parameter)"
        : "\(layer) has no \(parameter) with a gradient"
    case .fused(let layer): return "the engine doesn't keep the values of \(layer)"
    case .noMask(let layer): return "\(layer) has no dropout mask"
    }
  }

  /// What to do about it.
  package var hint: String? {
    switch self {
    case .outside(let tensor, _, _, _, let shape):
      return "\(tensor) is \(shape); each axis is counted from 0"
    case .coordinates(let tensor, _, let axes, let shape):
      return "write \(tensor)[\(axes.joined(separator: ", "))]; it is \(shape)"
    case .notRun(let layer): return "run it first: goto \(layer), or forward for all layers"
    case .notBackward: return "run backward first, with a class: backward 0"
    case .noGradientOfLast(_, let before): return "ask for the gradient of \(before) instead"
    case .noParameter(_, _, let has):
      return has.isEmpty
        ? "convolutions, linear layers and batch normalization have parameters"
        : "it has \(has.joined(separator: " and "))"
    case .fused: return "the reference engine keeps every layer: --engine reference"
    case .noMask: return "in training mode, set the mask of each dropout layer first"
    }
  }
}
