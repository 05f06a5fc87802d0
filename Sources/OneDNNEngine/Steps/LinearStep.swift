#if OneDNN
  import CFastKernels
  import COneDNN
  import Layers
  import Tensors

  /// A fully connected layer: matrix products, all in row-major order.
  ///
  ///     Y = X·Wᵀ + b        dX = dY·W        dW = dYᵀ·X        db = Σ dY
  ///
  /// For one image, Y is a product of a matrix and a vector, which has a separate kernel. It reads
  /// bfloat16, if the weights are rounded to that, as 16 bits: it takes as long as reading the weights.
  final class LinearStep: Step {
    private let weights: ParameterSlot
    private let bias: ParameterSlot
    private let (batch, inputs, outputs): (Int32, Int32, Int32)
    /// The transpose of the output, if that product is faster: W is then on the left and is read in
    /// order. Measured on AlexNet's fc6: equally fast for 8 images, and more than twice as fast
    /// from 16 on.
    private let turned: Buffer?
    /// Whether the weights are in memory as 16 bits each.
    private let isNarrow: Bool

    init(
      parameters: [Parameter], input: Value, output: Value, relu: Bool, runsBackward: Bool,
      precision: Precision
    ) throws(EngineFailure) {
      isNarrow = precision == .bfloat16 && input.shape.n == 1
      weights =
        isNarrow
        ? try ParameterSlot(
          parameters[0], count: (parameters[0].shape.count + 1) / 2, runsBackward: false,
          codec: BFloat16Codec(count: parameters[0].shape.count))
        : try ParameterSlot(
          parameters[0], runsBackward: runsBackward,
          shift: runsBackward && input.shape.n > 1 ? Int(fk_weight_shift()) : 0)
      bias = try ParameterSlot(parameters[1], runsBackward: runsBackward)
      (batch, inputs, outputs) = (
        Int32(input.shape.n), Int32(input.shape.c), Int32(output.shape.c)
      )
      turned = batch >= 16 ? try Buffer(count: output.count) : nil
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { [weights, bias] }

    override var implementation: String {
      batch == 1
        ? "CFastKernels matrix × vector" + (isNarrow ? ", weights of 16 bits" : "") : "oneDNN sgemm"
    }

    override func forward() throws(EngineFailure) {
      if isNarrow {
        fk_matrix_vector_bfloat16(
          inputs, outputs, operand.base, weights.values.halves, bias.values.base, output.data.base)
      } else if batch == 1 {
        fk_matrix_vector(
          inputs, outputs, operand.base, weights.values.base, bias.values.base, output.data.base)
      } else if let turned {
        try product(
          false, true, outputs, batch, inputs, weights.values, inputs, operand, inputs, turned,
          batch)
        fk_add_bias_turned(batch, outputs, turned.base, bias.values.base, output.data.base)
      } else {
        try product(
          false, true, batch, outputs, inputs, operand, inputs, weights.values, inputs,
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

  /// Keeps the upper half of each weight only: exact for numbers rounded to bfloat16.
  private struct BFloat16Codec: LayoutCodec {
    let count: Int

    func read(_ buffer: Buffer, into plain: UnsafeMutablePointer<Float>) {
      fk_widen_bfloat16(count, buffer.halves, plain)
    }

    func write(_ plain: UnsafePointer<Float>, into buffer: Buffer) {
      fk_narrow_bfloat16(count, plain, buffer.halves)
    }
  }

  extension Buffer {
    /// The memory as numbers of 16 bits, two in place of each float. Memory that is used so is never read
    /// as floats.
    fileprivate var halves: UnsafeMutablePointer<UInt16> {
      UnsafeMutableRawPointer(base).assumingMemoryBound(to: UInt16.self)
    }
  }
#endif
