import Layers
import Networks
import Tensors

extension GoldenVerifier {
  /// Runs steps of an optimizer, and compares the loss before each step and the parameters after
  /// the last; once keeping everything, and once keeping only the last output, as training does.
  func compare(
    _ example: TrainingCase, cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let parameters = try example.network.parameters(cancellation: cancellation)
    var comparisons = try train(example, parameters, .everything, label: "", cancellation)
    if engine.dependsOnRetention {
      comparisons += try train(
        example, parameters, .outputsOnly, label: " keeping outputs only", cancellation)
    }
    return comparisons
  }

  private func train(
    _ example: TrainingCase, _ parameters: [[Tensor]], _ keeping: Retention, label: String,
    _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let network = example.network
    let plan = try network.plan(engine, mode: .training, keeping: keeping, parameters: parameters)
    var losses: [Double] = []
    for step in 1...example.losses.count {
      plan.setInput(network.image("image.\(step)"))
      for layer in network.geometry {
        guard case .dropout(let dropout) = layer.layer else { continue }
        plan.setMask(network.mask(of: layer, dropout, "\(step)"), of: layer.index)
      }
      try plan.forward(cancellation: cancellation)
      losses.append(plan.loss(labels: example.labels[step - 1]))
      plan.clearGradients()
      try plan.backward(labels: example.labels[step - 1], cancellation: cancellation)
      plan.update(example.rules(step: step))
    }
    var comparisons = [
      GoldenComparison(
        tensor: "losses" + label, got: losses, expected: example.losses,
        bound: StepsBound(example, arithmetic), place: { ([$0], "of step \($0 + 1)") })
    ]
    for layer in network.geometry {
      let tensors = plan.parameters(of: layer.index)
      for (index, parameter) in layer.parameters.enumerated() {
        let name = layer.name(of: parameter)
        guard let final = example.finals[name] else { continue }
        guard index < tensors.count, tensors[index].shape == parameter.shape else {
          comparisons.append(
            GoldenComparison(
              tensor: "final.\(name)\(label)", problem: "\(engine.name) gives nothing"))
          continue
        }
        comparisons.append(
          GoldenComparison(
            tensor: "final.\(name)\(label)",
            got: final.indices.map { Double(tensors[index].values[$0]) }, expected: final.samples,
            bound: FinalBound(example, final, layer: layer.index, arithmetic),
            place: { (parameter.shape.index(at: final.indices[$0]), nil) }))
      }
    }
    return comparisons
  }
}
