import Layers

/// How convolutions are computed.
public enum ConvolutionAlgorithm: String, Hashable, Sendable, CaseIterable {
  /// By Winograd's algorithm where its vectors of 16 channels are full.
  case automatic
  /// As defined.
  case direct
  /// By Winograd's algorithm wherever it can.
  case winograd

  /// From how many channels on both sides on Winograd's algorithm is taken; nil where it never is.
  public var leastChannels: Int? {
    switch self {
    case .direct: nil
    case .winograd: 1
    case .automatic: 16
    }
  }

  /// Whether Winograd's algorithm is to compute a layer.
  func transforms(_ layer: Convolution, channels: Int) -> Bool {
    let window = layer.window
    guard let leastChannels, min(channels, layer.filters) >= leastChannels else { return false }
    return [3, 5].contains(window.kernel) && window.stride == 1 && layer.groups == 1
  }
}
