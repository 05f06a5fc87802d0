#if OneDNN
  import CFastKernels
  import Layers

  /// Max pooling. The winners are stored for the gradient, as one or four bytes each.
  final class MaxPoolingStep: Step {
    private let window: fk_window
    private let winners: Buffer?

    init(
      _ layer: Pooling, input: Value, output: Value, relu: Bool, runsBackward: Bool
    ) throws(EngineFailure) {
      window = fk_window(layer.window)
      winners =
        runsBackward
        ? try Buffer(count: (fk_max_pooling_winners(output.map, window) + 3) / 4) : nil
      super.init(input: input, output: output, relu: relu)
    }

    override var canMaskInputGradient: Bool { true }

    override func forward() {
      // Maxima of a ReLU's outputs aren't negative, so treating them as if a ReLU followed changes
      // no value, and gives the gradient of that ReLU's input directly.
      fk_max_pooling(
        input.map, output.map, window, input.data.base, relu || masksInputGradient,
        output.data.base, winners?.base)
    }

    override func backward(toInput: Bool) {
      guard toInput, let gradient = output.gradient, let winners else { return }
      fk_max_pooling_gradient(
        input.map, output.map, window, gradient.base, winners.base, leavingGradient().base)
    }
  }

  /// Average pooling.
  final class AveragePoolingStep: Step {
    private let window: fk_window

    init(_ layer: Pooling, input: Value, output: Value, relu: Bool) {
      window = fk_window(layer.window)
      super.init(input: input, output: output, relu: relu)
    }

    override var canMaskInputGradient: Bool { true }

    override func forward() {
      fk_average_pooling(
        input.map, output.map, window, input.data.base, output.data.base)
      applyReLU()
    }

    override func backward(toInput: Bool) {
      guard toInput else { return }
      fk_average_pooling_gradient(
        input.map, output.map, window, arrivingGradient().base,
        masksInputGradient ? input.data.base : nil, leavingGradient().base)
    }
  }

  extension fk_window {
    init(_ window: Window) {
      self.init(
        kernel: Int32(window.kernel), stride: Int32(window.stride),
        padding: Int32(window.padding))
    }
  }
#endif
