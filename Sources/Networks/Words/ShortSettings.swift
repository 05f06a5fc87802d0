import Basics
import Layers

extension Layer {
  /// The layer's settings, short enough for a table: `11×11/4`, `5×5 pad 2`, `3×3/2 ⌈⌉`, `n 5`.
  public var shortSettings: String {
    switch self {
    case .convolution(let convolution):
      Self.short(convolution.window)
        + (convolution.groups == 1 ? "" : " in \(convolution.groups) groups")
    case .locallyConnected(let local): Self.short(local.window)
    case .maxPooling(let pooling), .averagePooling(let pooling): Self.short(pooling.window)
    case .localResponseNormalization(let lrn):
      "n \(lrn.n)" + (lrn.groups == 1 ? "" : " in \(lrn.groups) groups")
    case .spatialNormalization(let normalization): "\(normalization.n)×\(normalization.n)"
    case .dropout(let dropout): NumberFormat.shortest(dropout.rate)
    case .activation: fieldWords
    case .batchNormalization, .flatten, .linear, .softmax: ""
    }
  }

  private static func short(_ window: Window) -> String {
    "\(window.kernel)×\(window.kernel)" + (window.stride == 1 ? "" : "/\(window.stride)")
      + (window.padding == 0 ? "" : " pad \(window.padding)")
      + (window.rounding == .ceil ? " ⌈⌉" : "")
  }
}
