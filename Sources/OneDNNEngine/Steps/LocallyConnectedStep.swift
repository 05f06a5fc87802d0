#if OneDNN
  import CFastKernels
  import Layers

  /// A locally connected layer: a matrix product over the batch at each position. The optimizer
  /// works on packed filters; the gradient's copy of them is made once after each change.
  final class LocallyConnectedStep: Step {
    private var layer: fk_local
    private let weights: ParameterSlot
    private let biases: ParameterSlot
    private let turned: Buffer?
    private var turnedIsStale = true

    init(
      _ payload: LocallyConnected, parameters: [Parameter], input: Value, output: Value,
      relu: Bool, runsBackward: Bool
    ) throws(EngineFailure) {
      layer = fk_local(input: input.map, output: output.map, window: fk_window(payload.window))
      weights = try ParameterSlot(
        parameters[0], count: fk_local_packed_weights(&layer), runsBackward: runsBackward,
        codec: LocalCodec(layer, isWeights: true))
      biases = try ParameterSlot(
        parameters[1], count: fk_local_packed_biases(&layer), runsBackward: runsBackward,
        codec: LocalCodec(layer, isWeights: false))
      turned = runsBackward ? try Buffer(count: fk_local_turned_weights(&layer)) : nil
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { [weights, biases] }

    override var canMaskInputGradient: Bool { true }

    override func parametersChanged() { turnedIsStale = true }

    override func forward() {
      fk_local_forward(
        &layer, operand.base, weights.values.base, biases.values.base, relu, output.data.base)
    }

    override func backward(toInput: Bool) {
      let gradient = arrivingGradient()
      if !isFrozen, let weights = weights.gradient, let biases = biases.gradient {
        fk_local_parameter_gradients(
          &layer, gradient.base, input.data.base, false, weights.base, biases.base)
      }
      guard toInput, let turned else { return }
      if turnedIsStale { fk_local_turn(&layer, weights.values.base, turned.base) }
      turnedIsStale = false
      fk_local_gradient(
        &layer, gradient.base, turned.base, masksInputGradient ? input.data.base : nil,
        leavingGradient().base)
    }
  }

  /// Converts packed filters or biases to and from the order in files.
  private struct LocalCodec: LayoutCodec {
    private let layer: fk_local
    private let isWeights: Bool

    init(_ layer: fk_local, isWeights: Bool) { (self.layer, self.isWeights) = (layer, isWeights) }

    func read(_ buffer: Buffer, into plain: UnsafeMutablePointer<Float>) {
      var layer = layer
      if isWeights {
        fk_local_unpack(&layer, buffer.base, plain)
      } else {
        fk_local_unpack_biases(&layer, buffer.base, plain)
      }
    }

    func write(_ plain: UnsafePointer<Float>, into buffer: Buffer) {
      var layer = layer
      if isWeights {
        fk_local_pack(&layer, plain, buffer.base)
      } else {
        fk_local_pack_biases(&layer, plain, buffer.base)
      }
    }
  }
#endif
