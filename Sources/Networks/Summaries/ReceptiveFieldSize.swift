import Layers

/// How much of the image one element of a layer's output can see.
public enum ReceptiveFieldSize: Hashable, Sendable {
  /// A square of `size` rows and columns; from one output to the next it moves by `jump`. Near the
  /// edges, part of it is outside the image.
  case square(size: Int, jump: Int)
  /// The whole image: after a fully connected layer.
  case whole

  /// One element of the image itself.
  static let pixel = ReceptiveFieldSize.square(size: 1, jump: 1)

  /// What an element sees after one more layer.
  ///
  ///     size ← size + (kernel − 1) · jump        jump ← jump · stride
  func after(_ layer: Layer) -> ReceptiveFieldSize {
    guard case .square(let size, let jump) = self else { return .whole }
    // A jump larger than any image no longer grows, so that no chain of strides overflows.
    let reach = 1 << 40
    switch layer {
    case .linear: return .whole
    case .spatialNormalization(let normalization):
      return .square(size: min(reach, size + (normalization.n - 1) * jump), jump: jump)
    case .convolution, .locallyConnected, .maxPooling, .averagePooling:
      guard let window = layer.window else { return self }
      return .square(
        size: min(reach, size + (window.kernel - 1) * jump), jump: min(reach, jump * window.stride))
    case .softmax, .localResponseNormalization, .batchNormalization, .activation, .flatten,
      .dropout:
      return self
    }
  }
}
