#if OneDNN
  import Basics
  import CFastKernels
  import Layers
  import Tensors

  /// A plan whose steps share memory in oneDNN's layouts. After the first run, it allocates
  /// nothing.
  final class OneDNNPlan: TimedPlan, ExplainedPlan, StatisticsSharingPlan, GradientStreamingPlan {
    let layers: [Layer]
    let outputShapes: [Shape]
    private let inputShape: Shape
    private let engine: OneDNNEngine
    private let keeping: Retention
    private let declared: [[Parameter]]
    private let chain: StepChain

    /// How many layers have run on the current input; nil before the first input.
    private var position: Int?
    private var hasRunBackward = false
    /// Layers whose parameters have been set.
    private var supplied: Set<Int> = []
    /// Layers whose parameters stay as they are.
    private var frozen: Set<Int> = []
    /// Where the backward pass ends; nil for the chain's input.
    private var lowest: Int?
    /// Whether there are parameter gradients.
    private var hasGradients = false
    private var sums: [[Buffer]]?
    private(set) var times: [LayerTime]

    var parts: BatchParts? {
      didSet {
        for case let step as BatchNormalizationStep in chain.steps { step.parts = parts }
      }
    }

    var isTimed = false {
      didSet { times = layers.map { _ in LayerTime() } }
    }

    init(
      layers: [Layer], input: Shape, mode: Mode, keeping: Retention, engine: OneDNNEngine
    ) throws {
      guard input.rank == 4 || input.rank == 2 else {
        throw ShapeError.rank(needs: 4, arriving: input)
      }
      var shapes = [input]
      declared = try layers.map { layer in
        let shape = shapes[shapes.count - 1]
        shapes.append(try layer.outputShape(for: shape))
        return try layer.parameters(for: shape)
      }
      (self.layers, inputShape, outputShapes) = (layers, input, Array(shapes.dropFirst()))
      (self.engine, self.keeping) = (engine, keeping)
      times = layers.map { _ in LayerTime() }
      let runsBackward = StepChain.runsBackward(mode, keeping, engine)
      let parameters = declared.joined().reduce(0) { $0 + $1.shape.count }
      let activations = shapes.map(\.count)
      let needed =
        ByteCount(
          floats: parameters * (runsBackward ? 2 : 1)
            + (mode == .training || keeping == .everything
              ? activations.reduce(0, +) : activations.max() ?? 0)) + Memory.headroom
      if needed > .worthChecking {
        try Memory.require(
          needed, for: "this network at a batch of \(input.n) on the fast engine",
          hint: "a smaller batch or network needs less")
      }
      chain = try StepChain(
        layers, shapes: shapes, parameters: declared, mode: mode, keeping: keeping,
        engine: engine)
    }

    // MARK: Inputs

    func setParameters(_ parameters: [Tensor], of layer: Int) {
      let needed = declared[layer].map(\.shape)
      precondition(
        parameters.map(\.shape) == needed,
        "Layer \(layer) takes parameters of \(needed), not \(parameters.map(\.shape)).")
      guard let step = chain.steps[layer], !needed.isEmpty else { return }
      engine.useThreads()
      let operands = engine.precision.parameters(parameters, of: layers[layer])
      for (slot, tensor) in zip(step.parameters, operands) {
        slot.write(tensor, into: slot.values)
      }
      step.parametersChanged()
      supplied.insert(layer)
      forget(from: layer)
    }

    func parameters(of layer: Int) -> [Tensor] {
      guard supplied.contains(layer), let step = chain.steps[layer] else { return [] }
      engine.useThreads()
      return step.parameters.map { $0.tensor($0.values) }
    }

    func freeze(_ layers: Set<Int>) {
      (frozen, lowest) = (layers, lowestTrained(freezing: layers))
      for (layer, step) in chain.steps.enumerated() { step?.isFrozen = layers.contains(layer) }
      clearGradients()
      forget(from: 0)
    }

    func setMask(_ mask: Tensor, of layer: Int) {
      let shape = chain.values[layer].shape
      precondition(layers[layer].kind == .dropout, "Layer \(layer) takes no mask.")
      precondition(
        mask.shape == shape, "Layer \(layer) takes a mask of \(shape), not \(mask.shape).")
      engine.useThreads()
      chain.steps[layer]?.setMask(mask)
      forget(from: layer)
    }

    func setInput(_ input: Tensor) {
      precondition(input.shape == inputShape, "The plan takes \(inputShape), not \(input.shape).")
      engine.useThreads()
      chain.values[0].take(input, into: chain.values[0].data)
      position = 0
      hasRunBackward = false
    }

    /// Forgets outputs that depend on a changed input.
    private func forget(from layer: Int) {
      if let position { self.position = min(position, layer) }
      hasRunBackward = false
    }

    // MARK: Running

    func forward(_ range: Range<Int>, cancellation: Cancellation) throws {
      guard let position else { preconditionFailure("The plan has no input; call setInput first.") }
      precondition(
        range.lowerBound <= position && range.upperBound <= layers.count,
        "Layer \(range.lowerBound) cannot run before layer \(position).")
      engine.useThreads()
      forget(from: range.lowerBound)
      for layer in range {
        try cancellation.check()
        if let step = chain.steps[layer] {
          precondition(
            step.parameters.isEmpty || supplied.contains(layer),
            "Layer \(layer) has no parameters; call setParameters first.")
          try timed(layer, \.forward) { () throws(EngineFailure) in try step.run() }
        }
        self.position = layer + 1
      }
    }

    func loss(labels: [Int]) -> Double { softmax(labels).loss(labels) }

    func backward(labels: [Int], cancellation: Cancellation) throws {
      try backward(labels, cancellation) { _ in }
    }

    func backward(
      labels: [Int], gradientIsReady: (UnsafeMutableBufferPointer<Float>) -> Void
    ) throws {
      precondition(!hasGradients, "Gradients that accumulate are complete only at the end.")
      try backward(labels, .never, gradientIsReady)
    }

    private func backward(
      _ labels: [Int], _ cancellation: Cancellation,
      _ isReady: (UnsafeMutableBufferPointer<Float>) -> Void
    ) throws {
      let softmax = softmax(labels)
      engine.useThreads()
      try chain.prepareGradients()
      softmax.lossGradient(labels)
      try backward(through: layers.count - 1, cancellation, isReady)
    }

    func backward(from gradient: Tensor, cancellation: Cancellation) throws {
      let last = chain.values[layers.count]
      precondition(
        gradient.shape == last.shape,
        "The last layer gives \(last.shape); a gradient of \(gradient.shape) doesn't fit.")
      precondition(position == layers.count, "All layers must have run before backward.")
      engine.useThreads()
      try chain.prepareGradients()
      if let place = last.gradient { last.take(gradient, into: place) }
      try backward(through: layers.count, cancellation) { _ in }
    }

    private func softmax(_ labels: [Int]) -> SoftmaxStep {
      precondition(position == layers.count, "All layers must have run before the loss.")
      guard let softmax = chain.steps.last as? SoftmaxStep else {
        preconditionFailure("A loss takes a chain that ends with a softmax.")
      }
      let classes = softmax.input.shape.c
      precondition(
        labels.count == inputShape.n && labels.allSatisfy((0..<classes).contains),
        "A loss takes \(inputShape.n) labels below \(classes).")
      return softmax
    }

    private func backward(
      through end: Int, _ cancellation: Cancellation,
      _ isReady: (UnsafeMutableBufferPointer<Float>) -> Void
    ) throws {
      precondition(
        chain.runsBackward,
        "A plan for inference can't run backward if it keeps only its ends or rounds to bfloat16.")
      hasRunBackward = false
      let earlier = hasGradients ? try takeGradients() : nil
      do {
        for layer in ((lowest ?? 0)..<end).reversed() {
          try cancellation.check()
          guard let step = chain.steps[layer] else { continue }
          let toInput = layer != lowest && (layer > 0 || keeping == .everything)
          try timed(layer, \.backward) { () throws(EngineFailure) in
            try step.backward(toInput: toInput)
          }
          if !frozen.contains(layer) { withGradients(of: layer, isReady) }
        }
      } catch {
        clearGradients()
        throw error
      }
      if let earlier { add(earlier) }
      (hasGradients, hasRunBackward) = (true, true)
    }

    private func timed(
      _ layer: Int, _ way: WritableKeyPath<LayerTime, Double>,
      _ work: () throws(EngineFailure) -> Void
    ) throws(EngineFailure) {
      guard isTimed else { return try work() }
      let start = ContinuousClock.now
      try work()
      times[layer][keyPath: way] += (ContinuousClock.now - start) / .seconds(1)
    }

    // MARK: Gradients

    /// Copies the current gradients, to add the next ones to them, since steps assign theirs.
    private func takeGradients() throws -> [[Buffer]] {
      let copies =
        try sums ?? chain.trainable.map { try $0.map { try Buffer(count: $0.values.count) } }
      sums = copies
      for (slots, buffers) in zip(chain.trainable, copies) {
        for (slot, copy) in zip(slots, buffers) {
          copy.base.update(from: slot.gradient!.base, count: copy.count)
        }
      }
      return copies
    }

    private func add(_ earlier: [[Buffer]]) {
      for (slots, buffers) in zip(chain.trainable, earlier) {
        for (slot, sum) in zip(slots, buffers) {
          let gradient = slot.gradient!.base
          for i in 0..<sum.count { gradient[i] += sum.base[i] }
        }
      }
    }

    func clearGradients() { hasGradients = false }

    func parameterGradients(of layer: Int) -> [Tensor] {
      guard hasGradients, !frozen.contains(layer) else { return [] }
      engine.useThreads()
      return chain.trainable[layer].map { $0.tensor($0.gradient!) }
    }

    func withParameterGradients(
      of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
    ) {
      guard hasGradients, !frozen.contains(layer) else { return }
      withGradients(of: layer, body)
    }

    private func withGradients(
      of layer: Int, _ body: (UnsafeMutableBufferPointer<Float>) -> Void
    ) {
      for slot in chain.trainable[layer] {
        if let gradient = slot.gradient {
          body(UnsafeMutableBufferPointer(start: gradient.base, count: gradient.count))
        }
      }
    }

    // MARK: Outputs

    func output(of layer: Int) -> Tensor? {
      guard let position, layer < position, keeping == .everything || layer == layers.count - 1
      else { return nil }
      engine.useThreads()
      return chain.values[layer + 1].tensor(chain.values[layer + 1].data)
    }

    func inputGradient(of layer: Int) -> Tensor? {
      let value = chain.values[layer]
      guard hasRunBackward, keeping == .everything, lowest.map({ layer > $0 }) ?? true,
        let gradient = value.gradient
      else { return nil }
      engine.useThreads()
      return value.tensor(gradient)
    }

    func implementation(of layer: Int) -> String {
      guard let step = chain.steps[layer] else { return "fused with the layer before" }
      return step.implementation
    }

    // MARK: The optimizer

    func update(_ rules: [[UpdateRule?]]) {
      precondition(rules.count == layers.count, "An update takes rules for each layer.")
      precondition(hasGradients, "An update follows a backward pass.")
      engine.useThreads()
      var updates: [fk_update] = []
      for (layer, slots) in chain.trainable.enumerated()
      where rules[layer].contains(where: { $0 != nil }) {
        precondition(
          rules[layer].count == slots.count, "Layer \(layer) takes \(slots.count) rules.")
        for (slot, rule) in zip(slots, rules[layer]) {
          if let rule { updates.append(fk_update(slot, rule)) }
        }
        chain.steps[layer]?.parametersChanged()
      }
      fk_update_parameters(updates, Int32(updates.count))
    }

    func optimizerMemory(of layer: Int) -> [[Tensor]] {
      engine.useThreads()
      return chain.trainable[layer].map { slot in slot.memory.map(slot.tensor) }
    }

    func setOptimizerMemory(_ memory: [[Tensor]], of layer: Int) {
      let slots = chain.trainable[layer]
      precondition(
        memory.count == slots.count, "Layer \(layer) has \(slots.count) trained parameters.")
      engine.useThreads()
      for (slot, tensors) in zip(slots, memory) {
        slot.memory = []
        slot.remember(tensors.count)
        for (tensor, buffer) in zip(tensors, slot.memory) { slot.write(tensor, into: buffer) }
      }
    }
  }

  extension fk_update {
    /// One parameter's step by a rule.
    fileprivate init(_ slot: ParameterSlot, _ rule: UpdateRule) {
      slot.remember(rule.memories)
      self.init()
      weights = slot.values.base
      gradient = UnsafePointer(slot.gradient!.base)
      count = slot.values.count
      memory1 = slot.memory[0].base
      switch rule {
      case .paper(let rate, let momentum, let decay):
        (self.rule, self.rate, self.momentum, self.decay) = (fk_rule_paper, rate, momentum, decay)
      case .pytorch(let rate, let momentum, let decay):
        (self.rule, self.rate, self.momentum, self.decay) = (
          fk_rule_pytorch, rate, momentum, decay
        )
      case .adam(let rate, let beta1, let beta2, let epsilon, let decay, let step):
        (self.rule, self.rate, self.momentum, self.decay) = (fk_rule_adam, rate, beta1, decay)
        (self.beta2, self.epsilon, self.step) = (beta2, epsilon, Int32(clamping: step))
        memory2 = slot.memory[1].base
      }
    }
  }
#endif
