#if OneDNN
  import CFastKernels
  import Layers

  /// Local response normalization, across channels or within them.
  final class NormalizationStep: Step {
    private let settings: fk_normalization
    private let isAcross: Bool

    init(_ layer: LocalResponseNormalization, input: Value, output: Value, relu: Bool) {
      let (below, above) = layer.convention.reach(layer.n)
      settings = fk_normalization(
        below: Int32(below), above: Int32(above), groups: Int32(layer.groups), k: layer.k,
        s: layer.s, beta: layer.beta)
      isAcross = true
      super.init(input: input, output: output, relu: relu)
    }

    init(_ layer: SpatialNormalization, input: Value, output: Value, relu: Bool) {
      let (below, above) = layer.convention.reach(layer.n)
      settings = fk_normalization(
        below: Int32(below), above: Int32(above), groups: 1, k: layer.k, s: layer.s,
        beta: layer.beta)
      isAcross = false
      super.init(input: input, output: output, relu: relu)
    }

    override var canMaskInputGradient: Bool { true }

    override func forward() {
      if isAcross {
        fk_local_response_normalization(input.map, settings, input.data.base, output.data.base)
      } else {
        fk_spatial_normalization(input.map, settings, input.data.base, output.data.base)
      }
      applyReLU()
    }

    override func backward(toInput: Bool) {
      guard toInput else { return }
      let (gradient, leaving) = (arrivingGradient(), leavingGradient())
      if isAcross {
        fk_local_response_normalization_gradient(
          input.map, settings, gradient.base, input.data.base, masksInputGradient, leaving.base)
      } else {
        fk_spatial_normalization_gradient(
          input.map, settings, gradient.base, input.data.base, masksInputGradient, leaving.base)
      }
    }
  }
#endif
