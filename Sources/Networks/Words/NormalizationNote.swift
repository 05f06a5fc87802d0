import Layers

extension NormalizationConvention {
  /// A note for an n for which the printed definition doesn't give n neighbours; nil if it does.
  /// The paper's bounds i − n/2 … i + n/2 hold n + 1 channels for even n.
  public func note(n: Int) -> String? {
    guard self == .paper, n > 0, n % 2 == 0 else { return nil }
    let last = n / 2 == 1 ? "i" : "i + \(n / 2 - 1)"
    return
      "for n = \(n) the paper's bounds, i − \(n / 2) to i + \(n / 2), would take \(n + 1) channels; "
      + "\(n) are taken here, leaning low: i − \(n / 2) to \(last)"
  }
}

extension LocalResponseNormalization {
  /// A note for an even n under the paper's convention; nil otherwise.
  public var note: String? { convention.note(n: n) }
}
