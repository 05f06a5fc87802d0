import Basics
import Layers
import Networks
import Tensors

/// Why an element cannot be explained: one line that says what is wrong, and one that says what to do.
public enum ExplanationError: DescribedError, Hashable, Sendable {
  /// A coordinate lies outside its axis.
  case outside(tensor: String, axis: String, coordinate: Int, size: Int, shape: Shape)
  /// Too few or too many coordinates.
  case coordinates(tensor: String, given: Int, axes: [String], shape: Shape)
  /// The layer has not run yet.
  case notRun(layer: String)
  /// Nothing has run backward yet.
  case notBackward
  /// The gradient of the last layer's output does not exist: the loss is taken from what arrives there.
  case noGradientOfLast(layer: String, before: String)
  /// The layer has no such parameter, or none that has a gradient.
  case noParameter(layer: String, parameter: String, has: [String])
  /// The engine does not hand out this layer's values, having fused it with its neighbour.
  case fused(layer: String)
  /// The layer needs a dropout mask that the trace was not given.
  case noMask(layer: String)

  /// A name or an index.
  public var kind: ErrorKind { .name }

  /// What is wrong.
  public var message: String {
    switch self {
    case .outside(let tensor, let axis, let coordinate, let size, _):
      if size == 0 { return "\(tensor) has no \(axis)" }
      let there = size == 1 ? "there is one, 0" : "there are \(size), 0...\(size - 1)"
      return "\(axis) \(coordinate) of \(tensor) does not exist: \(there)"
    case .coordinates(let tensor, let given, let axes, _):
      let names = axes.isEmpty ? "" : " (\(axes.joined(separator: ", ")))"
      return "\(tensor) takes \(Numerals.count(axes.count, "coordinate"))\(names), not \(given)"
    case .notRun(let layer): return "\(layer) has not run yet"
    case .notBackward: return "there are no gradients yet"
    case .noGradientOfLast(let layer, _):
      return "\(layer) is the last layer: the loss is taken together with it"
    case .noParameter(let layer, let parameter, let has):
      return has.isEmpty
        ? "\(layer) has no parameters, so no \(parameter)"
        : "\(layer) has no \(parameter) with a gradient"
    case .fused(let layer): return "the engine does not keep the values of \(layer)"
    case .noMask(let layer): return "\(layer) has no dropout mask"
    }
  }

  /// What to do about it.
  public var hint: String? {
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
    case .noMask: return "in training mode each dropout layer is given its mask first"
    }
  }
}
