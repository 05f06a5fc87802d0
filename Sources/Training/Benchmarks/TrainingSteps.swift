import Basics
import Layers
import Networks
import Tensors

/// Training steps on batches of one size, with plain SGD, for measurements.
package struct TrainingSteps {
  /// The network, whose input the caller sets.
  package let plan: any Plan
  private let rules: [[UpdateRule?]]
  private var masks: [(layer: Int, masks: DropoutMasks, tensor: Tensor)]
  private var step = 0

  /// Prepares these weights for training.
  package init(
    _ engine: any Engine, _ network: Network, _ weights: inout Weights, batch: Int,
    cancellation: Cancellation
  ) throws {
    let geometry = try network.geometry(batch: batch)
    plan = try engine.prepare(
      geometry.map(\.layer), input: geometry[0].input, mode: .training, keeping: .outputsOnly)
    try weights.supply(plan, of: network, geometry, cancellation: cancellation)
    rules = geometry.map { layer in
      layer.parameters.filter(\.isTrainable).map { _ -> UpdateRule? in
        .pytorch(rate: 0.001, momentum: 0.9, decay: 5e-4)
      }
    }
    masks = geometry.compactMap { layer in
      guard case .dropout(let dropout) = layer.layer else { return nil }
      return (
        layer.index, DropoutMasks(layer: layer.name, rate: dropout.rate, seed: 1),
        Tensor(zeros: layer.input)
      )
    }
  }

  /// Runs forward and backward and updates the weights.
  ///
  /// - Returns: the seconds that the update took.
  @discardableResult package mutating func run(
    labels: [Int], cancellation: Cancellation
  ) throws -> Double {
    for index in masks.indices {
      masks[index].masks.fill(&masks[index].tensor, step: step)
      plan.setMask(masks[index].tensor, of: masks[index].layer)
    }
    step += 1
    try plan.forward(cancellation: cancellation)
    _ = plan.loss(labels: labels)
    plan.clearGradients()
    try plan.backward(labels: labels, cancellation: cancellation)
    let update = ContinuousClock.now
    plan.update(rules)
    return update.duration(to: .now) / .seconds(1)
  }
}
