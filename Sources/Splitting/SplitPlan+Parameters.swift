import Layers
import Parallel
import Tensors

extension SplitPlan {
  package func setParameters(_ parameters: [Tensor], of layer: Int) {
    guard let (stage, place) = stage(of: layer) else { return }
    stage.plan.setParameters(parameters.map { own($0, of: layer, stage) }, of: place)
  }

  package func parameters(of layer: Int) -> [Tensor] {
    guard let (stage, place) = stage(of: layer) else { return [] }
    return stage.plan.parameters(of: place).map { joined($0, of: layer, stage) }
  }

  /// The gradients after a step's backward pass; of the layers in `whole`, this rank's terms.
  package func parameterGradients(of layer: Int) -> [Tensor] {
    guard let (stage, place) = stage(of: layer) else { return [] }
    return stage.plan.parameterGradients(of: place).map { joined($0, of: layer, stage) }
  }

  /// Forgets the gradients of the layers in `whole`. The forward pass forgets the others' and computes them.
  package func clearGradients() { lower?.plan.clearGradients() }

  /// Gives the gradients of this rank's part of a layer.
  package func withParameterGradients(
    of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    guard let (stage, place) = stage(of: layer) else { return }
    stage.plan.withParameterGradients(of: place, body)
  }

  package func update(_ rules: [[UpdateRule?]]) {
    for stage in (lower.map { [$0] } ?? []) + upper {
      stage.plan.update(Array(rules[stage.layers]))
    }
  }

  package func optimizerMemory(of layer: Int) -> [[Tensor]] {
    guard let (stage, place) = stage(of: layer) else { return [] }
    return stage.plan.optimizerMemory(of: place).map { memories in
      memories.map { joined($0, of: layer, stage) }
    }
  }

  package func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) {
    guard let (stage, place) = stage(of: layer) else { return }
    stage.plan.setOptimizerMemory(
      memory.map { memories in memories.map { own($0, of: layer, stage) } }, of: place)
  }

  /// This rank's part of a parameter: a range along its first axis, which is that of the outputs.
  private func own(_ tensor: Tensor, of layer: Int, _ stage: SplitStage) -> Tensor {
    guard let outputs = stage.outputs[layer] else { return tensor }
    let (range, rest) = (outputs[ranks.rank], tensor.shape.withoutBatch)
    return Tensor(
      shape: Shape([range.count] + rest.dimensions),
      values: Array(
        tensor.values[(range.lowerBound * rest.count)..<(range.upperBound * rest.count)]))
  }

  /// The whole parameter, from the parts of all ranks.
  private func joined(_ tensor: Tensor, of layer: Int, _ stage: SplitStage) -> Tensor {
    guard let outputs = stage.outputs[layer] else { return tensor }
    return Tensor(
      shape: Shape(
        [outputs[outputs.count - 1].upperBound] + tensor.shape.withoutBatch.dimensions),
      values: Array(ranks.gather(numbers: tensor.values).joined()))
  }
}
