#if OneDNN
  import CFastKernels
  import COneDNN
  import Layers
  import Tensors

  /// A fully connected layer: matrix products, all in row-major order.
  ///
  ///     Y = X·Wᵀ + b        dX = dY·W        dW = dYᵀ·X        db = Σ dY
  ///
  /// For one image, Y is a product of a matrix and a vector, which has a separate kernel.
  final class LinearStep: Step {
    private let weights: ParameterSlot
    private let bias: ParameterSlot
    private let (batch, inputs, outputs): (Int32, Int32, Int32)
    /// The transpose of the output, if that product is faster: W is then on the left and is read in
    /// order. Measured on AlexNet's fc6: equally fast for 8 images, and more than twice as fast
    /// from 16 on.
    private let turned: Buffer?

    init(
      parameters: [Parameter], input: Value, output: Value, relu: Bool, runsBackward: Bool
    ) throws(EngineFailure) {
      weights = try ParameterSlot(parameters[0], runsBackward: runsBackward)
      bias = try ParameterSlot(parameters[1], runsBackward: runsBackward)
      (batch, inputs, outputs) = (
        Int32(input.shape.n), Int32(input.shape.c), Int32(output.shape.c)
      )
      turned = batch >= 16 ? try Buffer(count: output.count) : nil
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { [weights, bias] }

    override var implementation: String {
      batch == 1 ? "CFastKernels matrix × vector" : "oneDNN sgemm"
    }

    override func forward() throws(EngineFailure) {
      if batch == 1 {
        fk_matrix_vector(
          inputs, outputs, input.data.base, weights.values.base, bias.values.base,
          output.data.base)
      } else if let turned {
        try product(
          false, true, outputs, batch, inputs, weights.values, inputs, input.data, inputs, turned,
          batch)
        fk_add_bias_turned(batch, outputs, turned.base, bias.values.base, output.data.base)
      } else {
        try product(
          false, true, batch, outputs, inputs, input.data, inputs, weights.values, inputs,
          output.data, outputs)
        fk_add_bias(output.map, output.data.base, bias.values.base, output.data.base)
      }
      applyReLU()
    }

    override func backward(toInput: Bool) throws(EngineFailure) {
      let gradient = arrivingGradient()
      if !isFrozen, let weights = weights.gradient, let bias = bias.gradient {
        try product(
          true, false, outputs, inputs, batch, gradient, outputs, input.data, inputs, weights,
          inputs)
        fk_bias_gradient(output.map, gradient.base, false, bias.base)
      }
      guard toInput else { return }
      try product(
        false, false, batch, inputs, outputs, gradient, outputs, weights.values, inputs,
        leavingGradient(), inputs)
    }

    private func product(
      _ transposeA: Bool, _ transposeB: Bool, _ m: Int32, _ n: Int32, _ k: Int32, _ a: Buffer,
      _ rowA: Int32, _ b: Buffer, _ rowB: Int32, _ c: Buffer, _ rowC: Int32
    ) throws(EngineFailure) {
      guard
        dn_matrix_product(
          transposeA, transposeB, m, n, k, a.base, rowA, b.base, rowB, 0, c.base, rowC)
      else { throw EngineFailure("oneDNN reports a failure in a matrix product") }
    }
  }
#endif
