#if OneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// The steps of a plan with the memory between them: which layers are fused, the layout of each
  /// map, and which maps share memory.
  struct StepChain {
    /// A step for each layer; nil for a layer that is fused with the one before.
    let steps: [Step?]
    /// The input of each layer, then the chain's output. After a step that is fused with the next
    /// layer, that layer's output comes twice.
    let values: [Value]
    /// The trained parameters of each layer.
    let trainable: [[ParameterSlot]]
    /// Whether the plan can run backward.
    let runsBackward: Bool
    private let keeping: Retention

    init(
      _ layers: [Layer], shapes: [Shape], parameters: [[Parameter]], mode: Mode, keeping: Retention,
      engine: OneDNNEngine
    ) throws {
      let runsBackward = Self.runsBackward(mode, keeping, engine)
      var memory = ActivationMemory(isShared: mode == .inference && keeping == .outputsOnly)
      var steps: [Step?] = []
      var values = [try Value(shape: shapes[0], block: 1)]
      while steps.count < layers.count {
        let index = steps.count
        let layer = layers[index]
        let isNextReLU = index + 1 < layers.count && layers[index + 1] == .relu
        let relu = keeping == .outputsOnly && isNextReLU && layer.takesReLU
        let input = values[index]
        let output = try memory.value(behind: layer, input: input, shape: shapes[index + 1])
        do throws(EngineFailure) {
          let step = try Self.step(
            layer, parameters[index], input, output, relu: relu, mode: mode,
            runsBackward: (runsBackward, runsBackward && (index > 0 || keeping == .everything)),
            engine)
          if engine.precision != .float, layer.sumsProducts {
            try step.roundInput(inPlace: keeping == .outputsOnly)
          }
          steps.append(step)
        } catch {
          if error.kind == .resource { throw error }
          throw Unsupported(engine: engine.name, layer: index, reason: error.message)
        }
        values.append(output)
        if relu {
          steps.append(nil)
          values.append(output)
        }
      }
      if keeping == .outputsOnly && mode == .training {
        for (step, next) in zip(steps.compactMap(\.self), steps.compactMap(\.self).dropFirst())
        where step.relu && next.canMaskInputGradient {
          next.masksInputGradient = true
          step.gradientIsMasked = true
        }
      }
      (self.steps, self.values) = (steps, values)
      (self.runsBackward, self.keeping) = (runsBackward, keeping)
      trainable = steps.map { $0?.parameters.filter { $0.gradient != nil } ?? [] }
    }

    /// Whether a plan can run backward.
    static func runsBackward(_ mode: Mode, _ keeping: Retention, _ engine: OneDNNEngine) -> Bool {
      engine.precision == .float && (mode == .training || keeping == .everything)
    }

    /// Gives every value a buffer for its gradient: a separate one if it can be read, else one of
    /// two in turn.
    func prepareGradients() throws(EngineFailure) {
      guard values[values.count - 1].gradient == nil else { return }
      if keeping == .everything {
        for value in values { value.gradient = try Buffer(count: value.count) }
        return
      }
      let size = values.map(\.count).max() ?? 0
      let turns = [try Buffer(count: size), try Buffer(count: size)]
      var turn = 0
      for (index, value) in values.enumerated() where value.gradient == nil {
        // A flatten that doesn't copy values doesn't copy gradients either.
        if index > 0 && value.data === values[index - 1].data {
          value.gradient = values[index - 1].gradient
        } else {
          value.gradient = turns[turn]
          turn = 1 - turn
        }
      }
    }

    private static func step(
      _ layer: Layer, _ parameters: [Parameter], _ input: Value, _ output: Value, relu: Bool,
      mode: Mode, runsBackward: (filters: Bool, input: Bool), _ engine: OneDNNEngine
    ) throws(EngineFailure) -> Step {
      switch layer {
      case .convolution(let payload):
        if engine.convolutions.transforms(payload, channels: input.shape.c) {
          return try WinogradStep(
            payload, parameters: parameters, input: input, output: output, relu: relu,
            runsBackward: runsBackward)
        }
        return try ConvolutionStep(
          payload, parameters: parameters, input: input, output: output, relu: relu,
          runsBackward: runsBackward)
      case .locallyConnected(let payload):
        return try LocallyConnectedStep(
          payload, parameters: parameters, input: input, output: output, relu: relu,
          runsBackward: runsBackward.filters)
      case .maxPooling(let payload):
        return try MaxPoolingStep(
          payload, input: input, output: output, relu: relu, runsBackward: runsBackward.filters)
      case .averagePooling(let payload):
        return AveragePoolingStep(payload, input: input, output: output, relu: relu)
      case .localResponseNormalization(let payload):
        return NormalizationStep(payload, input: input, output: output, relu: relu)
      case .spatialNormalization(let payload):
        return NormalizationStep(payload, input: input, output: output, relu: relu)
      case .batchNormalization(let payload):
        return try BatchNormalizationStep(
          payload, parameters: parameters, input: input, output: output, relu: relu, mode: mode,
          runsBackward: runsBackward.filters)
      case .activation(let activation):
        return ActivationStep(activation, input: input, output: output)
      case .flatten: return FlattenStep(input: input, output: output)
      case .linear:
        return try LinearStep(
          parameters: parameters, input: input, output: output, relu: relu,
          runsBackward: runsBackward.filters, precision: engine.precision)
      case .dropout(let payload):
        return try DropoutStep(payload, input: input, output: output, mode: mode)
      case .softmax: return SoftmaxStep(input: input, output: output)
      }
    }
  }

  /// The memory of activations: a separate buffer for each if a gradient needs it, else two buffers
  /// in turn.
  private struct ActivationMemory {
    let isShared: Bool
    private var turns: [Buffer?] = [nil, nil]
    private var turn = 0

    init(isShared: Bool) { self.isShared = isShared }

    /// A value for a layer's output.
    mutating func value(
      behind layer: Layer, input: Value, shape: Shape
    ) throws(EngineFailure) -> Value {
      let block = Self.block(behind: layer, input: input)
      if case .flatten = layer, Self.liesFlat(input) {
        return try Value(shape: shape, block: 1, data: input.data)
      }
      guard isShared else { return try Value(shape: shape, block: block) }
      let count = fk_count(fk_map(shape, block: block))
      if turns[turn].map({ $0.count < count || $0 === input.data }) ?? true {
        turns[turn] = try Buffer(count: count)
      }
      defer { turn = 1 - turn }
      return try Value(shape: shape, block: block, data: turns[turn])
    }

    /// Whether a map in blocks of 16 has the same layout as its features: a single pixel with full
    /// blocks.
    private static func liesFlat(_ map: Value) -> Bool {
      let shape = map.shape
      return map.map.block == 1 || (shape.h, shape.w) == (1, 1) && shape.c % 16 == 0
    }

    /// The layout of a layer's output: blocks of 16 channels for convolutions, rows for features,
    /// else the input's layout.
    private static func block(behind layer: Layer, input: Value) -> Int {
      switch layer {
      case .convolution(let payload):
        return payload.filters / payload.groups >= 8 ? 16 : 1
      case .locallyConnected: return 16
      case .flatten, .linear, .softmax: return 1
      case .maxPooling, .averagePooling, .localResponseNormalization, .spatialNormalization,
        .batchNormalization, .activation, .dropout:
        return Int(input.map.block)
      }
    }
  }
#endif
