import Tensors

/// An activation: a function of one number, applied to each element by itself.
///
/// The rest of the program handles activations together (`Layer.activation`); only what is different
/// for each, its formula, kernels and bound, is a switch over these cases.
public enum Activation: Hashable, Sendable {
  /// The rectified linear unit: max(0, x).
  case relu
  /// The hyperbolic tangent.
  case tanh
  /// The exponential linear unit: x where x > 0, else α · (e^x − 1).
  case elu(alpha: Double)

  /// Every activation by the name that files, commands and golden cases use.
  public enum Kind: String, CaseIterable, Hashable, Sendable {
    /// The rectified linear unit.
    case relu
    /// The hyperbolic tangent.
    case tanh
    /// The exponential linear unit.
    case elu
  }

  /// The activation of this kind with its usual settings.
  public init(_ kind: Kind) {
    switch kind {
    case .relu: self = .relu
    case .tanh: self = .tanh
    case .elu: self = .elu(alpha: 1)
    }
  }

  /// Which activation this is.
  public var kind: Kind {
    switch self {
    case .relu: .relu
    case .tanh: .tanh
    case .elu: .elu
    }
  }

  /// Checks the settings.
  func check() throws(ShapeError) {
    switch self {
    case .relu, .tanh: break
    case .elu(let alpha):
      guard alpha > 0, alpha.isFinite else { throw .value("alpha", alpha, allowed: "above 0") }
    }
  }
}

extension Layer {
  /// The rectified linear unit as a layer.
  public static let relu = Layer.activation(.relu)
  /// The hyperbolic tangent as a layer.
  public static let tanh = Layer.activation(.tanh)
}
