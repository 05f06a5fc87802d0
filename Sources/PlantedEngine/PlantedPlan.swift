import Basics
import Layers
import ReferenceEngine
import Tensors

/// A chain in which the mistake computes some layers and the reference the others, one layer at a
/// time.
final class PlantedPlan: ScalarPlan {
  let layers: [Layer]
  /// The input shape of each layer, then the chain's output shape; with the batch.
  let shapes: [Shape]
  /// The reference's plan of each layer alone.
  private let plans: [any Plan]
  private let mistake: any Mistake

  /// The input, then each layer's output.
  var values: [Tensor?]
  var inputGradients: [Tensor?]
  /// The mistake's accumulated bias gradients; nil if the reference's are used.
  private var biasGradients: [Tensor?]
  /// What the optimizer keeps for each trainable parameter.
  private var memory: [[[Tensor]]]
  private var frozen: Set<Int> = []

  init(layers: [Layer], shapes: [Shape], plans: [any Plan], mistake: any Mistake) {
    (self.layers, self.shapes, self.plans, self.mistake) = (layers, shapes, plans, mistake)
    values = Array(repeating: nil, count: shapes.count)
    inputGradients = Array(repeating: nil, count: layers.count)
    biasGradients = Array(repeating: nil, count: layers.count)
    memory = Array(repeating: [], count: layers.count)
  }

  func setParameters(_ parameters: [Tensor], of layer: Int) {
    plans[layer].setParameters(parameters, of: 0)
    forgetOutputs(from: layer)
  }

  func parameters(of layer: Int) -> [Tensor] { plans[layer].parameters(of: 0) }

  func freeze(_ layers: Set<Int>) {
    frozen = layers
    // A plan of one frozen layer still computes the gradient of its input.
    for (layer, plan) in plans.enumerated() { plan.freeze(layers.contains(layer) ? [0] : []) }
    for layer in layers { biasGradients[layer] = nil }
    forgetOutputs(from: 0)
  }

  func setMask(_ mask: Tensor, of layer: Int) {
    plans[layer].setMask(mask, of: 0)
    forgetOutputs(from: layer)
  }

  // MARK: Forward

  func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    forgetOutputs(from: range.lowerBound)
    for layer in range {
      let x = value(arrivingAt: layer)
      plans[layer].setInput(x)
      // The reference runs too, since its backward kernels need its forward pass.
      try plans[layer].forward(cancellation: cancellation)
      let wrong = try mistake.output(
        of: layers[layer], x, parameters: parameters(of: layer), shape: shapes[layer + 1],
        cancellation: cancellation)
      values[layer + 1] = wrong ?? plans[layer].output(of: 0)
    }
  }

  // MARK: Backward

  func backward(
    from gradient: Tensor, through end: Int, _ cancellation: Cancellation
  ) throws {
    precondition(values.allSatisfy { $0 != nil }, "All layers must have run before backward.")
    for index in layers.indices { inputGradients[index] = nil }
    var g = gradient
    if end < layers.count { inputGradients[end] = g }
    let lowest = lowestTrained(freezing: frozen)
    do {
      for layer in ((lowest ?? 0)..<end).reversed() {
        try plans[layer].backward(from: g, cancellation: cancellation)
        if !frozen.contains(layer) { try accumulateBiasGradient(layer, g, cancellation) }
        if layer == lowest { break }
        let wrong = try mistake.inputGradient(
          of: layers[layer], g, input: value(arrivingAt: layer), parameters: parameters(of: layer),
          cancellation: cancellation)
        inputGradients[layer] = wrong ?? plans[layer].inputGradient(of: 0)
        g = inputGradients[layer] ?? g
      }
    } catch {
      clearGradients()
      for index in layers.indices { inputGradients[index] = nil }
      throw error
    }
  }

  private func accumulateBiasGradient(
    _ layer: Int, _ g: Tensor, _ cancellation: Cancellation
  ) throws {
    let wrong = try mistake.biasGradient(of: layers[layer], g, cancellation: cancellation)
    guard let wrong else { return }
    let before = biasGradients[layer]?.values ?? [Float](repeating: 0, count: wrong.count)
    biasGradients[layer] = Tensor(
      shape: wrong.shape, values: zip(before, wrong.values).map { Float(Double($0) + Double($1)) })
  }

  func parameterGradients(of layer: Int) -> [Tensor] {
    var gradients = plans[layer].parameterGradients(of: 0)
    guard let wrong = biasGradients[layer] else { return gradients }
    if let place = biasPlace(of: layer) { gradients[place] = wrong }
    return gradients
  }

  func withParameterGradients(
    of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
  ) {
    let place = biasGradients[layer].flatMap { _ in biasPlace(of: layer) }
    var slot = 0
    plans[layer].withParameterGradients(of: 0) { gradient in
      if slot == place {
        biasGradients[layer]?.withUnsafeMutableBufferPointer { body($0) }
      } else {
        body(gradient)
      }
      slot += 1
    }
  }

  /// The place of the bias among a layer's parameters: trainable ones come first, and only they have
  /// gradients.
  private func biasPlace(of layer: Int) -> Int? {
    (try? layers[layer].parameters(for: shapes[layer]))?.firstIndex { $0.role == .bias }
  }

  func clearGradients() {
    for plan in plans { plan.clearGradients() }
    for layer in layers.indices { biasGradients[layer] = nil }
  }

  // MARK: Steps

  func update(_ rules: [[UpdateRule?]]) {
    precondition(rules.count == layers.count, "An update takes rules for each layer.")
    for layer in layers.indices where rules[layer].contains(where: { $0 != nil }) {
      let gradients = parameterGradients(of: layer)
      precondition(
        rules[layer].count == gradients.count,
        "Layer \(layer) takes \(gradients.count) rules, after a backward pass.")
      // Trainable parameters come first.
      var parameters = parameters(of: layer)
      var kept = optimizerMemory(of: layer)
      for (slot, rule) in rules[layer].enumerated() {
        guard let rule else { continue }
        let wrong = mistake.step(
          rule, parameters[slot], memory: kept[slot], gradient: gradients[slot])
        if let wrong {
          (parameters[slot], kept[slot]) = wrong
        } else {
          rule.step(&parameters[slot], memory: &kept[slot], gradient: gradients[slot])
        }
      }
      memory[layer] = kept
      plans[layer].setParameters(parameters, of: 0)
    }
  }

  func optimizerMemory(of layer: Int) -> [[Tensor]] {
    memory[layer].isEmpty ? plans[layer].optimizerMemory(of: 0) : memory[layer]
  }

  func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) { self.memory[layer] = memory }
}
