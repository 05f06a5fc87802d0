import Layers

/// How smooth a layer is, which decides how differences approximate its slopes.
struct Smoothness: Hashable {
  /// Where the slope has jumps.
  enum Kinks: Hashable {
    /// Nowhere.
    case none
    /// Where an element of the input has one of these values.
    case at([Double])
    /// Where elements of the input are equal: to be found by comparing the slopes of both sides.
    case amongInputs
  }

  /// On which scale the layer bends, apart from its kinks.
  enum Curvature: Hashable {
    /// Not at all: it's piecewise linear in each element.
    case straight
    /// On the scale of its inputs.
    case likeInputs
    /// On a scale of 1: functions made of exponentials.
    case exponential
  }

  /// Which outputs depend on an element but can still stay the same, since the change is rounded off.
  enum Saturation: Hashable {
    /// None.
    case none
    /// The output at the same place.
    case sameElement
    /// Any output.
    case everyElement
  }

  var kinks = Kinks.none
  var curvature = Curvature.straight
  var saturation = Saturation.none

  /// Whether a kink that is known by its place is within h of x.
  func hasKink(near x: Float, within h: Float) -> Bool {
    guard case .at(let places) = kinks else { return false }
    return places.contains { Double(x - h) <= $0 && $0 <= Double(x + h) }
  }

  /// The step of a difference to each side: a share of the scale on which the layer bends; at 1 only
  /// if rounding allows such a short step.
  func step(at x: Float, rms: Float) -> Float {
    switch curvature {
    case .exponential: max(1, abs(x) * 0x1p-8) * 0x1p-7
    case .straight, .likeInputs: max(abs(x), rms, 1e-3) * 0x1p-7
    }
  }

  /// Whether an output depends on an element of the input but can still stay the same.
  func saturates(_ output: Int, with element: Int) -> Bool {
    switch saturation {
    case .none: false
    case .sameElement: output == element
    case .everyElement: true
    }
  }
}

extension Layer {
  /// How smooth the layer is, in inference.
  var smoothness: Smoothness {
    switch self {
    case .maxPooling: Smoothness(kinks: .amongInputs)
    case .localResponseNormalization, .spatialNormalization: Smoothness(curvature: .likeInputs)
    case .activation(let activation): activation.smoothness
    case .softmax: Smoothness(curvature: .exponential, saturation: .everyElement)
    case .convolution, .locallyConnected, .averagePooling, .batchNormalization, .flatten, .linear,
      .dropout:
      Smoothness()
    }
  }
}
