#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// Dropout.
  final class DropoutStep: Step {
    private let layer: Dropout
    private let mode: Mode
    private let mask: Buffer?
    private var hasMask = false

    init(
      _ layer: Dropout, input: Value, output: Value, mode: Mode
    ) throws(EngineFailure) {
      (self.layer, self.mode) = (layer, mode)
      mask = mode == .training ? try Buffer(count: input.count) : nil
      super.init(input: input, output: output)
    }

    override func setMask(_ mask: Tensor) {
      guard let place = self.mask else { return }
      input.take(mask, into: place)
      hasMask = true
    }

    override func forward() { apply(input.data, output.data) }

    override func backward(toInput: Bool) {
      guard toInput, let gradient = output.gradient else { return }
      apply(gradient, leavingGradient())
    }

    private func apply(_ x: Buffer, _ y: Buffer) {
      guard let mask else {
        fk_scale(input.count, x.base, layer.factorInInference, y.base)
        return
      }
      precondition(hasMask, "Dropout has no mask; call setMask first.")
      fk_dropout(input.count, x.base, mask.base, layer.factorInTraining, y.base)
    }
  }

  /// N×C×H×W to N×F: a copy from blocks, or nothing to do.
  final class FlattenStep: Step {
    override var implementation: String {
      input.data === output.data ? "nothing to do" : "CFastKernels"
    }

    override func forward() {
      guard input.data !== output.data else { return }
      fk_reorder(input.map, 1, input.data.base, output.data.base)
    }

    override func backward(toInput: Bool) {
      guard toInput, let gradient = output.gradient else { return }
      let leaving = leavingGradient()
      guard leaving !== gradient else { return }
      var plain = input.map
      plain.block = 1
      fk_reorder(plain, input.map.block, gradient.base, leaving.base)
    }
  }

  /// Probabilities from logits.
  final class SoftmaxStep: Step {
    private var rows: (Int32, Int32) { (Int32(input.shape.n), Int32(input.shape.c)) }

    override func forward() {
      fk_softmax(rows.0, rows.1, input.data.base, output.data.base)
    }

    override func backward(toInput: Bool) {
      guard toInput, let gradient = output.gradient else { return }
      fk_softmax_gradient(
        rows.0, rows.1, gradient.base, input.data.base, leavingGradient().base)
    }

    /// The mean cross-entropy of the labels, in nats.
    func loss(_ labels: [Int]) -> Double {
      fk_cross_entropy(rows.0, rows.1, input.data.base, labels.map(Int32.init))
        / Double(rows.0)
    }

    /// Computes the gradient of that loss with respect to the logits.
    func lossGradient(_ labels: [Int]) {
      fk_cross_entropy_gradient(
        rows.0, rows.1, input.data.base, labels.map(Int32.init), 1 / Double(rows.0),
        leavingGradient().base)
    }
  }
#endif
