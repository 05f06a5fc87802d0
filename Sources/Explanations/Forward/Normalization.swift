import Layers
import Tensors

/// What an element of a local response normalization was computed from, across channels or within
/// one.
///
///     S = k + s · Σ a²        b = a / S^β
package struct NormalizationDetail: Hashable, Sendable {
  /// A value whose square is part of the sum.
  package struct Neighbour: Hashable, Sendable {
    /// Channel, row and column of the input.
    package let index: [Int]
    /// The value.
    package let a: Float
    /// Its square, exact in Double.
    package var square: Double { Double(a) * Double(a) }
  }

  /// One axis of the window: the range in the definition, and its part on the map.
  package struct Reach: Hashable, Sendable {
    /// The axis: `channel`, `row`, `column`.
    package let axis: String
    /// The range in the definition.
    package let whole: Range<Int>
    /// The part of it on the map and, for channels, in the group.
    package let inside: Range<Int>
    /// The ends of the map, or of the group.
    package let limits: Range<Int>
    /// Whether a group's end clips the window, rather than the map's.
    package let isClippedByGroup: Bool
    /// The positions of the window that don't exist.
    package var missing: [Int] { whole.filter { !inside.contains($0) } }
  }

  /// The layer's definition of the operation.
  package let convention: NormalizationConvention
  /// The side of the window.
  package let n: Int
  /// What is added to the sum.
  package let k: Double
  /// α, before any division.
  package let alpha: Double
  /// The power.
  package let beta: Double
  /// The factor before the sum: α, α/n or α/n².
  package let s: Double
  /// The value that is normalized.
  package let a: Float
  /// The window: one axis across channels, two within a channel.
  package let reach: [Reach]
  /// The values whose squares are summed, including the element itself.
  package let neighbours: [Neighbour]
  /// Which of `neighbours` is the element itself.
  package let own: Int
  /// Σ a²
  package let sumOfSquares: Double
  /// S = k + s · Σ a²
  package let scale: Double
  /// S^β
  package let divisor: Double
  /// b = a / S^β, in Double.
  package let b: Double
  /// The same element under every definition of this normalization.
  package let conventions: [ConventionRow]

  /// Whether the window is within a channel rather than across channels. There, `.paper` in
  /// `conventions` means s = α, as the paper writes the other formula; the paper doesn't have this
  /// normalization.
  package var isWithinChannel: Bool { reach.count == 2 }
  /// Which neighbours are used, if the definition leaves that open; nil if it doesn't.
  package var note: String? { isWithinChannel ? nil : convention.note(n: n) }
}

/// The same element normalized by one of the definitions in use.
package struct ConventionRow: Hashable, Sendable {
  /// The result of the definition.
  package struct Outcome: Hashable, Sendable {
    /// How many squares are summed.
    package let count: Int
    /// Σ a²
    package let sumOfSquares: Double
    /// S = k + s · Σ a²
    package let scale: Double
    /// b = a / S^β
    package let b: Double
  }

  /// Whose definition of the formula.
  package let convention: NormalizationConvention
  /// Whether n, k, α and β are the definition's own defaults rather than the layer's.
  package let usesOwnDefaults: Bool
  /// Whether this is the definition that the layer uses.
  package let isTheLayers: Bool
  /// The side of the window.
  package let n: Int
  /// What is added to the sum.
  package let k: Double
  /// α, before any division.
  package let alpha: Double
  /// The power.
  package let beta: Double
  /// The factor before the sum.
  package let s: Double
  /// The result; nil if the definition doesn't exist for this n (Caffe's for even n).
  package let outcome: Outcome?
}

extension NormalizationConvention {
  /// The system's default values; nil if it has none. PyTorch and ONNX have no default for n, so n
  /// is the layer's.
  ///
  /// Sources: the paper's section 3.3 and the ImageNet configuration of the authors' program;
  /// Caffe's `LRNParameter`; the documentation of PyTorch's `LocalResponseNorm`, TensorFlow's
  /// `local_response_normalization` (radius 5, so 11 neighbours) and ONNX' `LRN`.
  package func defaults(n: Int) -> (n: Int, k: Double, alpha: Double, beta: Double)? {
    switch self {
    case .paper, .source2012: (5, 2, 1e-4, 0.75)
    case .caffe: (5, 1, 1, 0.75)
    case .pytorch, .onnx: (n, 1, 1e-4, 0.75)
    case .tensorflow: (11, 1, 1, 0.5)
    case .onednn: nil
    }
  }
}
