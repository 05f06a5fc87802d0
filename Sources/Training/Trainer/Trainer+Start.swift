import Digests
import Layers
import Networks
import Parallel
import TensorFiles
import Tensors

extension Trainer {
  /// Checks that every rank starts the same run with the same images.
  ///
  /// - Throws: `TrainingError` on every rank: it names the first rank that differs from rank 0, and what
  ///   differs.
  func requireSameStart() throws(TrainingError) {
    guard ranks.size > 1 else { return }
    let facts = [
      ("number of shards", String(shards.count)),
      // First, because the images' statistics are in the network.
      ("data", "\(datasetName), fingerprint \(datasetFingerprint.prefix(12))…"),
      ("recipe", recipe.json), ("network", NetworkFile.text(of: network)),
      ("engine", "\(engine.name), \(layouts)"), ("place", "epoch \(epoch), step \(step)"),
      ("weights", digest),
    ]
    let mine = facts.map { $0.1.replacing("\0", with: "") }.joined(separator: "\0")
    let all = ranks.gather([UInt8](mine.utf8)).map {
      $0.split(separator: 0, omittingEmptySubsequences: false).map {
        String(decoding: $0, as: UTF8.self)
      }
    }
    for (rank, values) in all.enumerated() {
      for ((name, _), (own, first)) in zip(facts, zip(values, all[0])) where own != first {
        let isShort = max(own.count, first.count) < 80
        throw TrainingError(
          "rank \(rank) differs from rank 0 in the \(name)"
            + (isShort ? ": \(own) there, \(first) on rank 0" : ""),
          hint: "give every rank the same program, files and options")
      }
    }
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
