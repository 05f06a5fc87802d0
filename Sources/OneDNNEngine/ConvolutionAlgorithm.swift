import Layers

/// How convolutions are computed.
package enum ConvolutionAlgorithm: String, Hashable, Sendable, CaseIterable {
  /// Winograd's algorithm if its vectors of 16 channels are full.
  case automatic
  /// As defined.
  case direct
  /// Winograd's algorithm whenever possible.
  case winograd

  /// From how many channels on both sides Winograd's algorithm is used; nil for never.
  package var leastChannels: Int? {
    switch self {
    case .direct: nil
    case .winograd: 1
    case .automatic: 16
    }
  }

  /// Whether to use Winograd's algorithm for a layer.
  func transforms(_ layer: Convolution, channels: Int) -> Bool {
    let window = layer.window
    guard let leastChannels, min(channels, layer.filters) >= leastChannels else { return false }
    return [3, 5].contains(window.kernel) && window.stride == 1 && layer.groups == 1
  }
}
