import Layers
import Tensors

extension ReferencePlan {
  func update(_ rules: [[UpdateRule?]]) {
    precondition(rules.count == layers.count, "An update takes rules for each layer.")
    for layer in layers.indices where rules[layer].contains(where: { $0 != nil }) {
      let trainable = trainableParameters(of: layer)
      precondition(
        rules[layer].count == trainable.count && parameterGradients[layer].count == trainable.count,
        "\(describe(layer)) takes \(trainable.count) rules, after a backward pass.")
      if memory[layer].isEmpty { memory[layer] = trainable.map { _ in [] } }
      for (slot, index) in trainable.enumerated() {
        guard let rule = rules[layer][slot] else { continue }
        rule.step(
          &parameters[layer][index], memory: &memory[layer][slot],
          gradient: parameterGradients[layer][slot])
      }
    }
  }

  func optimizerMemory(of layer: Int) -> [[Tensor]] {
    memory[layer].isEmpty ? trainableParameters(of: layer).map { _ in [] } : memory[layer]
  }

  func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) {
    let shapes = trainableParameters(of: layer).map { declaredParameters(of: layer)[$0].shape }
    precondition(
      memory.count == shapes.count
        && zip(memory, shapes).allSatisfy { kept, shape in kept.allSatisfy { $0.shape == shape } },
      "\(describe(layer)) takes an optimizer's memory in the shapes \(shapes).")
    self.memory[layer] = memory
  }

  private func trainableParameters(of layer: Int) -> [Int] {
    let declared = declaredParameters(of: layer)
    return declared.indices.filter { declared[$0].isTrainable }
  }
}
