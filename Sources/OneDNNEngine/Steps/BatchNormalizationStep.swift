#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// Batch normalization. In training, each batch updates the running statistics.
  final class BatchNormalizationStep: Step {
    private let layer: BatchNormalization
    private let mode: Mode
    private let slots: [ParameterSlot]
    private var mean: [Double]
    private var variance: [Double]

    init(
      _ layer: BatchNormalization, parameters: [Parameter], input: Value, output: Value,
      relu: Bool, mode: Mode, runsBackward: Bool
    ) throws(EngineFailure) {
      (self.layer, self.mode) = (layer, mode)
      slots = try parameters.map { parameter throws(EngineFailure) in
        try ParameterSlot(parameter, runsBackward: runsBackward)
      }
      mean = [Double](repeating: 0, count: input.shape.c)
      variance = mean
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { slots }

    /// The batch's statistics in training, unless the layer is frozen; else the running ones.
    private var usesBatch: Bool { mode == .training && !isFrozen }

    override func forward() {
      if usesBatch {
        fk_batch_statistics(input.map, input.data.base, &mean, &variance)
        fk_batch_running_statistics(
          input.map, layer.momentum, mean, variance, slots[2].values.base, slots[3].values.base)
      } else {
        for c in mean.indices {
          mean[c] = Double(slots[2].values.base[c])
          variance[c] = Double(slots[3].values.base[c])
        }
      }
      fk_batch_normalization(
        input.map, layer.epsilon, mean, variance, slots[0].values.base, slots[1].values.base,
        input.data.base, output.data.base)
      applyReLU()
    }

    override func backward(toInput: Bool) {
      guard let weights = slots[0].gradient, let bias = slots[1].gradient else { return }
      fk_batch_normalization_gradient(
        input.map, layer.epsilon, mean, variance, slots[0].values.base, usesBatch,
        arrivingGradient().base, input.data.base, false,
        toInput ? leavingGradient().base : nil, weights.base, bias.base)
    }
  }
#endif
