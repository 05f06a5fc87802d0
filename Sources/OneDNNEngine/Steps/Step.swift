#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// One layer of a plan, with its input and output memory.
  class Step {
    let input: Value
    let output: Value
    /// The layer's parameters, in the order of `Layer.parameters(for:)`.
    var parameters: [ParameterSlot] { [] }
    /// Whether a following ReLU is fused with this layer; the output is then the ReLU's.
    let relu: Bool
    /// Whether the parameters stay as they are, so that they need no gradients.
    var isFrozen = false
    /// Whether the output's gradient is already that of the ReLU's input.
    var gradientIsMasked = false
    /// Whether this step's input gradient should be that of the input of the ReLU before it, for
    /// steps that can compute it directly.
    var masksInputGradient = false

    /// The input, rounded to bfloat16 before each forward pass; nil if the layer takes it as it is.
    private var rounded: Buffer?

    init(input: Value, output: Value, relu: Bool = false) {
      (self.input, self.output, self.relu) = (input, output, relu)
    }

    /// The input, as the layer's products take it.
    var operand: Buffer { rounded ?? input.data }

    /// Rounds the input from now on: in its own memory if nothing else reads it, else in a copy.
    func roundInput(inPlace: Bool) throws(EngineFailure) {
      rounded = inPlace ? input.data : try Buffer(count: input.count)
    }

    /// Computes the output, from the operands in the engine's precision.
    final func run() throws(EngineFailure) {
      if let rounded { fk_round_bfloat16(input.count, input.data.base, rounded.base) }
      try forward()
    }

    /// What computes the layer, in a few words.
    var implementation: String { "CFastKernels" }

    /// Whether the step supports `masksInputGradient`.
    var canMaskInputGradient: Bool { false }

    /// Computes the output.
    func forward() throws(EngineFailure) {
      preconditionFailure("Each kind of step implements this.")
    }

    /// Computes the gradients from `output.gradient`; parameter gradients are assigned, unless the
    /// layer is frozen.
    ///
    /// - Parameter toInput: whether to compute the input's gradient.
    func backward(toInput: Bool) throws(EngineFailure) {
      preconditionFailure("Each kind of step implements this.")
    }

    /// Called after the parameters have changed.
    func parametersChanged() {}

    /// Sets a dropout's mask.
    func setMask(_ mask: Tensor) { preconditionFailure("Only dropout takes a mask.") }

    /// Computes the fused ReLU, if the step hasn't.
    func applyReLU() {
      if relu { fk_relu(output.count, output.data.base, output.data.base) }
    }

    /// The output's gradient, after passing backward through the fused ReLU.
    func arrivingGradient() -> Buffer {
      guard let gradient = output.gradient else {
        preconditionFailure("The output's gradient is there before a layer runs backward.")
      }
      if relu && !gradientIsMasked {
        fk_relu_gradient(output.count, gradient.base, output.data.base, gradient.base)
      }
      return gradient
    }

    /// The buffer of the input's gradient.
    func leavingGradient() -> Buffer {
      guard let gradient = input.gradient else {
        preconditionFailure("The input's gradient has a buffer before a layer runs backward.")
      }
      return gradient
    }
  }
#endif
