import Layers

/// What happens to parameter gradients between the backward pass and the update. If several
/// processes train on parts of a batch, their gradients are summed here.
package protocol GradientReduction {
  /// Turns the plan's parameter gradients into those of the whole batch.
  func reduce(_ plan: any Plan) throws
}

/// For a single process, whose gradients are already those of the whole batch.
package struct SingleProcess: GradientReduction {
  /// The reduction, which has no settings.
  package init() {}

  /// Doesn't change the gradients.
  package func reduce(_ plan: any Plan) {}
}
