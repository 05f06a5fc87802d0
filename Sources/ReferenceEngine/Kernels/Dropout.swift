import Layers
import Tensors

/// Dropout in training (paper, section 4.2).
///
///     y = mask · x                    the paper's convention
///     y = mask · x / (1 − rate)       inverted, as most libraries have it
///
/// - Parameters:
///   - x: activations of any shape.
///   - mask: 1 where an element is kept and 0 where it is dropped, in the shape of x.
///   - dropout: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x; rounded once.
/// - Throws: `Cancelled`.
public func dropout(
  _ x: Tensor, mask: Tensor, _ dropout: Dropout, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  precondition(mask.shape == x.shape, "The mask is \(mask.shape), and dropout takes \(x.shape).")
  let (xs, masks, factor) = (x.values, mask.values, dropout.factorInTraining)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in
    Double(masks[i]) * Double(xs[i]) * factor
  }
}

/// Dropout in inference, where nothing is dropped.
///
///     y = (1 − rate) · x              the paper's convention: its "multiply by 0.5"
///     y = x                           inverted
///
/// - Parameters:
///   - x: activations of any shape.
///   - dropout: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: y, in the shape of x; rounded once.
/// - Throws: `Cancelled`.
public func dropout(
  _ x: Tensor, _ dropout: Dropout, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  let (xs, factor) = (x.values, dropout.factorInInference)
  return try Tensor(shape: x.shape, cancellation: cancellation) { i in Double(xs[i]) * factor }
}

/// The gradient of `dropout` with respect to its input: g times the factor that x was multiplied
/// by.
///
/// - Parameters:
///   - g: ∂L/∂y, of any shape.
///   - mask: the mask of the forward pass, in the shape of g, or nil after inference.
///   - layer: the settings of the layer.
///   - cancellation: polled while computing.
/// - Returns: ∂L/∂x; assigned, not accumulated.
/// - Throws: `Cancelled`.
public func dropoutGradient(
  _ g: Tensor, mask: Tensor?, _ layer: Dropout, cancellation: Cancellation = .never
) throws(Cancelled) -> Tensor {
  guard let mask else { return try dropout(g, layer, cancellation: cancellation) }
  return try dropout(g, mask: mask, layer, cancellation: cancellation)
}
