import Datasets
import Layers
import Networks
import TensorFiles
import Tensors

extension Trainer {
  /// Everything that the run needs to go on from here. Copies parameters and memory.
  public func snapshot() -> TrainingState {
    var memory: [String: Tensor] = [:]
    let names = recipe.optimizer.memoryNames
    for layer in geometry where !layer.parameters.isEmpty {
      let trainable = layer.parameters.filter(\.isTrainable)
      for (parameter, kept) in zip(trainable, plan.optimizerMemory(of: layer.index)) {
        for (name, tensor) in zip(names, kept) {
          memory["\(layer.name).\(parameter.name).\(name)"] = tensor
        }
      }
    }
    return TrainingState(
      recipe: recipe, network: network, datasetName: datasetName,
      datasetFingerprint: datasetFingerprint, classNames: training.classNames,
      pipeline: pipeline, parameters: parameters, memory: memory, epoch: epoch, step: step,
      sums: sums, schedule: schedule, best: best, history: history, engineTitle: engine.title,
      threads: threads)
  }

  /// The parameters as they stand, by their names.
  public var parameters: [String: Tensor] {
    var parameters: [String: Tensor] = [:]
    for layer in geometry where !layer.parameters.isEmpty {
      for (parameter, tensor) in zip(layer.parameters, plan.parameters(of: layer.index)) {
        parameters["\(layer.name).\(parameter.name)"] = tensor
      }
    }
    return parameters
  }

  /// A run that goes on from a state: with the same engine and threads, bit for bit as if it had never
  /// stopped.
  ///
  /// - Parameters:
  ///   - state: the state. More epochs may be given to its recipe.
  ///   - engine: what computes.
  ///   - dataset: the pictures, the same as before.
  ///   - threads: on how many threads the engine computes, for the record.
  ///   - reduction: what happens to gradients before the update.
  /// - Throws: `TrainingError` where the data is other data or a parameter is missing or misshapen;
  ///   otherwise as a run from the beginning.
  public convenience init(
    resuming state: TrainingState, engine: any Engine, dataset: Dataset, threads: Int = 1,
    reduction: any GradientReduction = SingleProcess()
  ) throws {
    guard dataset.fingerprint == state.datasetFingerprint else {
      throw TrainingError(
        "\(dataset.name) is not the data of this run: it began with \(state.datasetName), "
          + "fingerprint \(state.datasetFingerprint.prefix(12))…, and here is "
          + "\(dataset.fingerprint.prefix(12))…",
        hint: "a run can only go on with the pictures that it began with")
    }
    let parts = try TrainingParts(resuming: state, dataset: dataset)
    try self.init(parts, engine: engine, threads: threads, reduction: reduction)
    guard state.epoch >= 0, (0...stepsPerEpoch).contains(state.step),
      state.epoch < recipe.epochs || (state.epoch, state.step) == (recipe.epochs, 0)
    else {
      throw TrainingError(
        "the run stands after epoch \(state.epoch), step \(state.step), and its recipe ends after "
          + "epoch \(recipe.epochs), each of \(stepsPerEpoch) steps",
        hint: "it can only go on with more epochs than it has done")
    }
    try setParameters(state.parameters)
    try setMemory(state.memory)
    (epoch, step, sums, schedule) = (state.epoch, state.step, state.sums, state.schedule)
    (best, history) = (state.best, state.history)
  }

  private func setParameters(_ parameters: [String: Tensor]) throws(TrainingError) {
    var left = Set(parameters.keys)
    for layer in geometry where !layer.parameters.isEmpty {
      var tensors: [Tensor] = []
      for parameter in layer.parameters {
        let name = "\(layer.name).\(parameter.name)"
        guard let tensor = parameters[name] else {
          throw TrainingError("the state has no parameter \(name)")
        }
        try require(tensor, name, parameter.shape)
        left.remove(name)
        tensors.append(tensor)
      }
      plan.setParameters(tensors, of: layer.index)
    }
    if let extra = left.min() {
      throw TrainingError("the state has a parameter \(printable(extra)) that no layer takes")
    }
  }

  private func setMemory(_ memory: [String: Tensor]) throws(TrainingError) {
    var left = Set(memory.keys)
    for layer in geometry where !layer.parameters.isEmpty {
      var kept: [[Tensor]] = []
      for parameter in layer.parameters where parameter.isTrainable {
        let names = recipe.optimizer.memoryNames.map { "\(layer.name).\(parameter.name).\($0)" }
        let tensors = names.compactMap { memory[$0] }
        guard tensors.isEmpty || tensors.count == names.count else {
          throw TrainingError(
            "the state has only a part of what the optimizer keeps for "
              + "\(layer.name).\(parameter.name)")
        }
        for (name, tensor) in zip(names, tensors) { try require(tensor, name, parameter.shape) }
        left.subtract(names)
        kept.append(tensors)
      }
      if kept.contains(where: { !$0.isEmpty }) { plan.setOptimizerMemory(kept, of: layer.index) }
    }
    if let extra = left.min() {
      throw TrainingError("the state keeps \(printable(extra)), which no optimizer here does")
    }
  }

  private func require(_ tensor: Tensor, _ name: String, _ shape: Shape) throws(TrainingError) {
    guard tensor.shape == shape else {
      throw TrainingError("\(name) is \(tensor.shape), and the network takes \(shape)")
    }
  }
}
