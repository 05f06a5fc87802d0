import Layers

/// What happens to parameter gradients between the backward pass and the update: where several
/// processes train on parts of a batch, each would add up here what all of them found.
public protocol GradientReduction {
  /// Makes the plan's parameter gradients those of the whole batch.
  func reduce(_ plan: any Plan) throws
}

/// One process sees the whole batch: its gradients are those of the batch already.
public struct SingleProcess: GradientReduction {
  /// The one value.
  public init() {}

  /// Leaves the gradients as they are.
  public func reduce(_ plan: any Plan) {}
}
