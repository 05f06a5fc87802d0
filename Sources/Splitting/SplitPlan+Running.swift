import Layers
import Parallel
import Tensors

extension SplitPlan {
  package func setInput(_ input: Tensor) { self.input = input }

  /// Gives the labels of this rank's images, before the forward pass.
  package func setLabels(_ labels: [Int]) { self.labels = labels }

  /// The shape of a dropout layer's mask: of the whole batch for a layer that is split.
  package func maskShape(of layer: Int) -> Shape {
    let input = geometry[layer].input
    return whole.contains(layer) ? input : Shape([batch] + input.dimensions.dropFirst())
  }

  package func setMask(_ mask: Tensor, of layer: Int) {
    precondition(mask.shape == maskShape(of: layer), "A mask is for all images of a layer.")
    if let lower, whole.contains(layer) {
      lower.plan.setMask(mask, of: layer)
    } else {
      masks[layer] = mask
    }
  }

  /// Runs all layers forward, and those that are split backward too.
  package func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
    precondition(range == layers.indices, "A split plan runs all of its layers.")
    guard let input else { preconditionFailure("The plan has no input; call setInput first.") }
    let own = input.shape.n
    precondition(labels.count == own, "A split plan takes \(own) labels before its forward pass.")
    for stage in upper { stage.plan.clearGradients() }
    let values = try lower?.forward(input.values) ?? input.values
    let columns = values.count / own
    gradient = []
    (meanLoss, probabilities) = (0, [])
    for phase in phases {
      let rows = (phase.own.lowerBound * columns)..<(phase.own.upperBound * columns)
      let outputs = try forward(Array(values[rows]), phase)
      let gradient = try loss(of: outputs, phase, own: own)
      // Phases have this rank's images in their order.
      self.gradient += try backward(gradient, phase)
    }
  }

  /// The split layers' outputs for a phase's images of this rank.
  private func forward(_ values: [Float], _ phase: SplitPhase) throws -> [Float] {
    var values = phase.entry?.forward(values, among: ranks) ?? values
    for stage in upper {
      for layer in stage.layers {
        guard let mask = masks[layer] else { continue }
        let columns = mask.shape.withoutBatch.count
        stage.setMask(
          phase.rows(of: mask.values, columns: columns), columns: columns, of: layer)
      }
      if let entry = stage.entry { values = entry.forward(values, among: ranks) }
      values = try stage.forward(values)
    }
    return phase.exit.forward(values, among: ranks)
  }

  /// Adds a phase's images to the loss.
  ///
  /// - Returns: the gradient of the whole batch's mean loss with respect to their outputs.
  private func loss(of outputs: [Float], _ phase: SplitPhase, own: Int) throws -> [Float] {
    guard !phase.own.isEmpty else { return [] }
    let labels = Array(labels[phase.own])
    softmax.setInput(Tensor(shape: softmax.outputShapes[0], values: outputs))
    try softmax.forward()
    meanLoss += softmax.loss(labels: labels) * Double(labels.count) / Double(own)
    try softmax.backward(labels: labels, cancellation: .never)
    guard let output = softmax.output(of: 0), let gradient = softmax.inputGradient(of: 0) else {
      preconditionFailure("A plan that keeps everything has the softmax and its gradient.")
    }
    probabilities += output.values
    let share = Float(labels.count) / Float(batch)
    return gradient.values.map { $0 * share }
  }

  /// Runs the split layers backward; returns the gradient of their input, for this rank's images.
  private func backward(_ gradient: [Float], _ phase: SplitPhase) throws -> [Float] {
    var gradient = phase.exit.backward(gradient, among: ranks)
    for stage in upper.reversed() {
      gradient = try stage.backward(gradient)
      if let entry = stage.entry { gradient = entry.backward(gradient, among: ranks) }
    }
    return phase.entry?.backward(gradient, among: ranks) ?? []
  }

  /// Runs the layers below the split ones backward. The labels are those of `setLabels`.
  package func backward(labels: [Int], cancellation: Cancellation) throws {
    precondition(labels == self.labels, "The labels came before the forward pass.")
    _ = try lower?.backward(gradient)
  }

  package func loss(labels: [Int]) -> Double {
    precondition(labels == self.labels, "The labels came before the forward pass.")
    return meanLoss
  }

  /// The probabilities of this rank's images; other layers' outputs aren't kept.
  package func output(of layer: Int) -> Tensor? {
    guard layer == layers.count - 1, !probabilities.isEmpty else { return nil }
    return Tensor(shape: outputShapes[layer], values: probabilities)
  }

  // What no step of a training needs.

  package func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    preconditionFailure("A split plan runs backward from a loss.")
  }

  package func inputGradient(of layer: Int) -> Tensor? { nil }

  package func freeze(_ layers: Set<Int>) {
    precondition(layers.isEmpty, "A split plan trains all layers.")
  }
}
