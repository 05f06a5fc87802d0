#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// One layer of a plan at work on the memory before and behind it.
  class Step {
    let input: Value
    let output: Value
    /// What the layer keeps, in the order of `Layer.parameters(for:)`.
    var parameters: [ParameterSlot] { [] }
    /// Whether a ReLU that follows is computed along with this layer: the output is what leaves it.
    let relu: Bool
    /// Whether the gradient that arrives is already that of what arrived at that ReLU.
    var gradientIsMasked = false
    /// Whether the gradient that this step hands on shall be that of what arrived at the ReLU that its
    /// input left: for steps that can do so in passing.
    var masksInputGradient = false

    init(input: Value, output: Value, relu: Bool = false) {
      (self.input, self.output, self.relu) = (input, output, relu)
    }

    /// What computes the layer, in a few words.
    var implementation: String { "CFastKernels" }

    /// Whether `masksInputGradient` is heard.
    var canMaskInputGradient: Bool { false }

    /// Computes the output.
    func forward() throws(EngineFailure) {
      preconditionFailure("Each layer has a step of its own.")
    }

    /// Computes the gradients from `output.gradient`; parameter gradients are assigned.
    ///
    /// - Parameter toInput: whether the input's gradient is wanted.
    func backward(toInput: Bool) throws(EngineFailure) {
      preconditionFailure("Each layer has a step of its own.")
    }

    /// Tells that the parameters are others than before.
    func parametersChanged() {}

    /// Takes a dropout's mask.
    func setMask(_ mask: Tensor) { preconditionFailure("Only dropout takes a mask.") }

    /// Computes the ReLU behind, where nothing else did.
    func applyReLU() {
      if relu { fk_relu(output.count, output.data.base, output.data.base) }
    }

    /// The gradient that arrives, taken through the ReLU behind.
    func arrivingGradient() -> Buffer {
      guard let gradient = output.gradient else {
        preconditionFailure("A gradient arrives before a layer runs backward.")
      }
      if relu && !gradientIsMasked {
        fk_relu_gradient(output.count, gradient.base, output.data.base, gradient.base)
      }
      return gradient
    }

    /// Where the input's gradient goes.
    func leavingGradient() -> Buffer {
      guard let gradient = input.gradient else {
        preconditionFailure("The input's gradient has a place before a layer runs backward.")
      }
      return gradient
    }
  }
#endif
