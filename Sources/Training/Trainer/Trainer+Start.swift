import Digests
import Layers
import Networks
import Parallel
import TensorFiles
import Tensors

extension Trainer {
  /// Checks that every rank starts the same run. `TrainingParts` has compared images and recipe.
  func requireSameStart() throws(TrainingError) {
    guard ranks.size > 1 else { return }
    // First, because in other modes the ranks put their weights together.
    try ranks.requireSame([("mode", mode.name)])
    try ranks.requireSame([
      ("number of shards", String(shards.count)), ("network", NetworkFile.text(of: network)),
      ("engine", "\(engine.name), \(layouts)"), ("place", "epoch \(epoch), step \(step)"),
      ("weights", digest),
    ])
  }

  /// How the engine arranges the gradients: it may depend on the processor.
  private var layouts: String {
    guard let plan = plan as? any ExplainedPlan else { return "" }
    return plan.layers.indices.map(plan.implementation).joined(separator: ", ")
  }

  /// The SHA-256 of parameters and optimizer memory.
  private var digest: String {
    var digest = SHA256()
    for layer in geometry where !layer.parameters.isEmpty {
      for tensor in plan.parameters(of: layer.index)
        + plan.optimizerMemory(of: layer.index).joined()
      {
        tensor.withUnsafeBufferPointer { digest.update(UnsafeRawBufferPointer($0)) }
      }
    }
    return digest.digits
  }
}
