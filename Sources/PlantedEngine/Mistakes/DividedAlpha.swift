import Layers
import ReferenceEngine
import Tensors

/// Local response normalization, **wrong on purpose**: α is divided by n even if the definition
/// doesn't say so.
///
///     b[i] = a[i] · S[i]^−β        S[i] = k + α/n · Σ a[j]²        right for the paper: k + α · Σ a[j]²
///
/// Forward and backward agree, so central differences don't find it. The right kernel is
/// `ReferenceEngine/Kernels/LocalResponseNormalization.swift`.
///
/// Where it comes from: Caffe's reference AlexNet (BVLC/caffe, issue 1453) and ports that pass the
/// paper's α = 1e-4 to a library that divides (PyTorch, ONNX, oneDNN): α is then 5 times too small.
struct DividedAlpha: Mistake {
  func output(
    of layer: Layer, _ a: Tensor, parameters: [Tensor], shape: Shape, cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .localResponseNormalization(let lrn) = layer else { return nil }
    return try localResponseNormalization(a, divided(lrn), cancellation: cancellation)
  }

  func inputGradient(
    of layer: Layer, _ g: Tensor, input a: Tensor, parameters: [Tensor], cancellation: Cancellation
  ) throws(Cancelled) -> Tensor? {
    guard case .localResponseNormalization(let lrn) = layer else { return nil }
    return try localResponseNormalizationGradient(
      g, input: a, divided(lrn), cancellation: cancellation)
  }

  private func divided(_ lrn: LocalResponseNormalization) -> LocalResponseNormalization {
    var changed = lrn
    if !lrn.convention.dividesAlpha { changed.alpha = lrn.alpha / Double(lrn.n) }
    return changed
  }
}
