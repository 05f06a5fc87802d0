/// A plan that can explain what computes each layer.
public protocol ExplainedPlan: Plan {
  /// What computes a layer, in a few words; for a fused layer, which layer it is fused with.
  func implementation(of layer: Int) -> String
}

/// A plan that can compute batch statistics over more than its own batch: over all parts of a larger one,
/// each of which has a plan and is as large.
public protocol StatisticsSharingPlan: Plan {
  /// The larger batch; nil if the plan's batch is the whole one.
  var parts: BatchParts? { get set }
}

/// A plan that can hand out gradients while the backward pass goes on.
public protocol GradientStreamingPlan: Plan {
  /// Runs all layers backward from the loss of `loss(labels:)`, after `clearGradients()`.
  ///
  /// - Parameters:
  ///   - labels: one class for each element of the batch.
  ///   - gradientIsReady: called with each parameter's gradient as soon as it is complete, from the last
  ///     layer to the first, within a layer as by `withParameterGradients`. The plan doesn't touch this memory
  ///     until it is used again.
  func backward(
    labels: [Int], gradientIsReady: (UnsafeMutableBufferPointer<Float>) -> Void) throws
}

/// How the parts of a batch add up numbers.
public struct BatchParts {
  /// The parts.
  public let count: Int
  /// Replaces a part's numbers by their sums over all parts, which must call it too.
  public let sum: (inout [Double]) -> Void

  /// Parts of a batch.
  public init(count: Int, sum: @escaping (inout [Double]) -> Void) {
    (self.count, self.sum) = (count, sum)
  }
}

/// An engine that can measure the limits of this machine, to compare its own speed with.
public protocol RatedEngine: Engine {
  /// Operations per second of a large matrix product, two per multiply-add; nil if it can't run.
  func matrixProductRate() -> Double?

  /// Bytes per second that all of the engine's threads together read from memory, in order; nil if
  /// it can't run.
  func readRate() -> Double?
}

/// A plan that can measure how long each layer takes.
public protocol TimedPlan: Plan {
  /// Whether it measures.
  var isTimed: Bool { get set }

  /// How long each layer took since `isTimed` was set, forward and backward, over all passes; 0 for
  /// a layer that is fused with another.
  var times: [LayerTime] { get }
}

/// How long one layer took.
public struct LayerTime: Hashable, Sendable {
  /// Seconds forward.
  public var forward = 0.0
  /// Seconds backward.
  public var backward = 0.0

  /// No time.
  public init() {}
}
