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
    /// The batch that the input is a part of.
    var parts: BatchParts?

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
        if let parts { share(parts) }
        fk_batch_running_statistics(
          input.map.c, elements, layer.momentum, mean, variance, slots[2].values.base,
          slots[3].values.base)
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
      let g = arrivingGradient().base
      var (dBeta, dGamma) = (mean, variance)
      fk_batch_parameter_gradients(
        input.map, layer.epsilon, mean, variance, g, input.data.base, &dBeta, &dGamma)
      for c in mean.indices {
        (weights.base[c], bias.base[c]) = (Float(dGamma[c]), Float(dBeta[c]))
      }
      guard toInput else { return }
      if usesBatch, let parts {
        parts.sum(&dBeta)
        parts.sum(&dGamma)
      }
      fk_batch_normalization_gradient(
        input.map, layer.epsilon, mean, variance, slots[0].values.base, usesBatch ? elements : 0,
        dBeta, dGamma, g, input.data.base, leavingGradient().base)
    }

    /// The number of elements of the statistics of a channel.
    private var elements: Double {
      Double(input.shape.n * input.shape.h * input.shape.w * (parts?.count ?? 1))
    }

    /// Turns the statistics of a part into those of the batch. Its mean is the mean of the parts'; its
    /// variance the mean of each part's variance plus the square of its mean's distance.
    private func share(_ parts: BatchParts) {
      let own = mean
      parts.sum(&mean)
      for c in mean.indices {
        mean[c] /= Double(parts.count)
        variance[c] += (own[c] - mean[c]) * (own[c] - mean[c])
      }
      parts.sum(&variance)
      for c in variance.indices { variance[c] /= Double(parts.count) }
    }
  }
#endif
