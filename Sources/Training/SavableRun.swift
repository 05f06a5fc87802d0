import Tensors

/// What a checkpoint is written from: a state with all its tensors, or a trainer, which copies them
/// from its engine a layer at a time, so that a large run is saved without a second copy of itself.
package protocol SavableRun {
  /// The run. Its `parameters` and `memory` don't count, and may be empty.
  var outline: TrainingState { get }
  /// The number of groups that the tensors are copied in.
  var groupCount: Int { get }
  /// The parameters of a group, by their names.
  func parameters(of group: Int) -> [String: Tensor]
  /// The optimizer's memory for a group, by its names; none for parameters that haven't moved so far.
  func memory(of group: Int) -> [String: Tensor]
}

extension TrainingState: SavableRun {
  package var outline: TrainingState { self }
  package var groupCount: Int { 1 }
  package func parameters(of group: Int) -> [String: Tensor] { parameters }
  package func memory(of group: Int) -> [String: Tensor] { memory }
}

extension Trainer: SavableRun {
  package var outline: TrainingState {
    var state = TrainingState(
      recipe: recipe, network: network, datasetName: datasetName,
      datasetFingerprint: datasetFingerprint, classNames: training.classNames,
      pipeline: pipeline, parameters: [:], memory: [:], epoch: epoch, step: step, sums: sums,
      schedule: schedule, best: best, history: history, engineTitle: engine.title,
      threads: threads)
    (state.shards, state.mode) = (shards.count, mode)
    return state
  }

  /// The number of layers.
  package var groupCount: Int { geometry.count }

  package func parameters(of group: Int) -> [String: Tensor] {
    let layer = geometry[group]
    guard !layer.parameters.isEmpty else { return [:] }
    let names = layer.parameters.map(layer.name(of:))
    return Dictionary(uniqueKeysWithValues: zip(names, plan.parameters(of: layer.index)))
  }

  package func memory(of group: Int) -> [String: Tensor] {
    let layer = geometry[group]
    let trainable = layer.parameters.filter(\.isTrainable)
    guard !trainable.isEmpty else { return [:] }
    var memory: [String: Tensor] = [:]
    for (parameter, kept) in zip(trainable, plan.optimizerMemory(of: layer.index)) {
      for (name, tensor) in zip(recipe.optimizer.memoryNames, kept) {
        memory["\(layer.name(of: parameter)).\(name)"] = tensor
      }
    }
    return memory
  }

  /// The whole run, with copies of all its tensors.
  package func snapshot() -> TrainingState { snapshot(keepingTensors: true) }

  /// What a checkpoint is written from. If layers are split, every rank must ask for it at the same time, and
  /// rank 0 gets all of their parts.
  package func savable() -> any SavableRun {
    split == nil ? self : snapshot(keepingTensors: ranks.isFirst)
  }

  private func snapshot(keepingTensors isKept: Bool) -> TrainingState {
    var state = outline
    for group in 0..<groupCount {
      let (parameters, memory) = (parameters(of: group), memory(of: group))
      guard isKept else { continue }
      state.parameters.merge(parameters) { $1 }
      state.memory.merge(memory) { $1 }
    }
    return state
  }
}
