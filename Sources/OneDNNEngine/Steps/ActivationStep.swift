#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// An activation; of ReLUs, those that aren't fused with the step before them.
  final class ActivationStep: Step {
    private let activation: Activation

    init(_ activation: Activation, input: Value, output: Value) {
      self.activation = activation
      super.init(input: input, output: output)
    }

    override func forward() {
      let (count, x, y) = (input.count, input.data.base, output.data.base)
      switch activation {
      case .relu: fk_relu(count, x, y)
      case .tanh: fk_tanh(count, x, y)
      case .elu(let alpha): fk_elu(count, alpha, x, y)
      }
    }

    override func backward(toInput: Bool) {
      guard toInput, let gradient = output.gradient else { return }
      let (count, g, x) = (input.count, gradient.base, input.data.base)
      let dx = leavingGradient().base
      switch activation {
      case .relu: fk_relu_gradient(count, g, x, dx)
      case .tanh: fk_tanh_gradient(count, g, x, dx)
      case .elu(let alpha): fk_elu_gradient(count, alpha, g, x, dx)
      }
    }
  }
#endif
