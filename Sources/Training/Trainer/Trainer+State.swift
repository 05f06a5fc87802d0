import Datasets
import Layers
import Networks
import Parallel
import TensorFiles
import Tensors

extension Trainer {
  /// A run that resumes from a state; with the same engine and threads, bit for bit as if it had
  /// never stopped.
  ///
  /// - Parameters:
  ///   - state: the state. Its recipe may be given more epochs.
  ///   - engine: the engine.
  ///   - dataset: the same images as before.
  ///   - threads: the engine's number of threads, for the record.
  ///   - shards: the parts of a batch from here on; nil for as many as before.
  ///   - ranks: the processes that train together: not necessarily as many as before.
  ///   - mode: how they share the work from here on.
  /// - Throws: `TrainingError` if the data differs, or a parameter is missing or has the wrong
  ///   shape; otherwise as for a new run.
  package convenience init(
    resuming state: TrainingState, engine: any Engine, dataset: Dataset, threads: Int = 1,
    shards: Int? = nil, ranks: any Collective = SingleProcess(), mode: ParallelMode = .data
  ) throws {
    guard dataset.fingerprint == state.datasetFingerprint else {
      throw TrainingError(
        "\(dataset.name) isn't the data of this run: it started with \(state.datasetName), "
          + "fingerprint \(state.datasetFingerprint.prefix(12))…, and here is "
          + "\(dataset.fingerprint.prefix(12))…",
        hint: "a run can only resume with the images that it started with")
    }
    let parts = try TrainingParts(resuming: state, dataset: dataset, ranks: ranks)
    try self.init(
      parts, engine: engine, threads: threads,
      shards: shards ?? (mode == .data ? state.shards : nil), ranks: ranks, mode: mode)
    guard state.epoch >= 0, (0...stepsPerEpoch).contains(state.step),
      state.epoch < recipe.epochs || (state.epoch, state.step) == (recipe.epochs, 0)
    else {
      throw TrainingError(
        "the run is after epoch \(state.epoch), step \(state.step), but its recipe ends after "
          + "epoch \(recipe.epochs), each of \(stepsPerEpoch) steps",
        hint: "give it more epochs than it has done")
    }
    try setParameters(state.parameters)
    try setMemory(state.memory)
    (epoch, step, schedule) = (state.epoch, state.step, state.schedule)
    // At the start of an epoch nothing has been counted, so a run that didn't count can begin to.
    if step > 0 { sums = state.sums }
    (best, history) = (state.best, state.history)
    try requireSameStart()
  }

  private func setParameters(_ parameters: [String: Tensor]) throws(TrainingError) {
    var left = Set(parameters.keys)
    for layer in geometry where !layer.parameters.isEmpty {
      plan.setParameters(
        try layer.parameters(from: parameters, network: network.name), of: layer.index)
      for parameter in layer.parameters { left.remove(layer.name(of: parameter)) }
    }
    if let extra = left.min() {
      throw TrainingError("the state has a parameter \(printable(extra)) that no layer has")
    }
  }

  private func setMemory(_ memory: [String: Tensor]) throws(TrainingError) {
    var left = Set(memory.keys)
    for layer in geometry where !layer.parameters.isEmpty {
      var kept: [[Tensor]] = []
      for parameter in layer.parameters where parameter.isTrainable {
        let names = recipe.optimizer.memoryNames.map { "\(layer.name(of: parameter)).\($0)" }
        let tensors = names.compactMap { memory[$0] }
        guard tensors.isEmpty || tensors.count == names.count else {
          throw TrainingError(
            "the state has only part of the optimizer's memory for "
              + layer.name(of: parameter))
        }
        for (name, tensor) in zip(names, tensors) {
          try tensor.require(parameter.shape, name, network: network.name)
        }
        left.subtract(names)
        kept.append(tensors)
      }
      if kept.contains(where: { !$0.isEmpty }) { plan.setOptimizerMemory(kept, of: layer.index) }
    }
    if let extra = left.min() {
      throw TrainingError("the state has \(printable(extra)), which the optimizer doesn't use")
    }
  }
}
