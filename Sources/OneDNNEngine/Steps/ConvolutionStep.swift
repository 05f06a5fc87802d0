#if OneDNN
  import CFastKernels
  import COneDNN
  import Layers
  import Tensors

  /// A direct convolution by oneDNN: forward, backward to its input, and backward to its filters,
  /// each in the layouts in which it is fastest. The filters are copied to them once after each
  /// change.
  final class ConvolutionStep: Step {
    private let filters: ParameterSlot
    private let bias: ParameterSlot
    private let run: ConvolutionRun
    private let toFilters: ConvolutionRun?
    private let toInput: ConvolutionRun?
    private let runFilters: Reordering
    private let toInputFilters: Reordering?
    /// The convolution without the ReLU, for NaNs that oneDNN's fused ReLU would hide.
    private var careful: (run: ConvolutionRun, filters: Reordering)?
    private let makeCareful: () throws(EngineFailure) -> (run: ConvolutionRun, filters: Reordering)
    private var parametersAreFinite = true
    private var runIsStale = true
    private var toInputIsStale = true

    /// - Parameter runsBackward: whether it runs backward, and to the input too.
    init(
      _ layer: Convolution, parameters: [Parameter], input: Value, output: Value, relu: Bool,
      runsBackward: (filters: Bool, input: Bool)
    ) throws(EngineFailure) {
      let sizes = ConvolutionSizes(layer, input: input, output: output)
      func make(_ use: ConvolutionRun.Use) throws(EngineFailure) -> ConvolutionRun {
        try ConvolutionRun(use, sizes, input: input, output: output)
      }
      run = try make(.forward(training: runsBackward.filters, relu: relu))
      toFilters = runsBackward.filters ? try make(.backwardFilters) : nil
      toInput = runsBackward.input ? try make(.backwardInput) : nil

      // The optimizer works in the layout of the filters' gradient.
      let plain = sizes.filters
      let home = toFilters?.layout(dn_weights_gradient) ?? plain
      filters = try ParameterSlot(
        parameters[0], count: home.count, runsBackward: runsBackward.filters,
        codec: FilterCodec(home: home, plain: plain))
      bias = try ParameterSlot(parameters[1], runsBackward: runsBackward.filters)
      runFilters = try Reordering(filters.values, home, to: run.layout(dn_weights))
      let values = filters.values
      if let toInput {
        toInputFilters = try Reordering(values, home, to: toInput.layout(dn_weights))
      } else {
        toInputFilters = nil
      }
      let (biases, isTraining) = (bias.values, runsBackward.filters)
      makeCareful = { () throws(EngineFailure) in
        let run = try ConvolutionRun(
          .forward(training: isTraining, relu: false), sizes, input: input, output: output)
        let filters = try Reordering(values, home, to: run.layout(dn_weights))
        run.set(dn_weights, filters.target)
        run.set(dn_bias, biases)
        return (run, filters)
      }
      run.set(dn_weights, runFilters.target)
      run.set(dn_bias, bias.values)
      if let toInput, let toInputFilters { toInput.set(dn_weights, toInputFilters.target) }
      if let toFilters, let gradient = filters.gradient, let biasGradient = bias.gradient {
        toFilters.set(dn_weights_gradient, gradient)
        toFilters.set(dn_bias_gradient, biasGradient)
      }
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { [filters, bias] }

    /// oneDNN's names of its implementations: forward, then backward to the filters and to the input.
    override var implementation: String {
      let backward = [toFilters, toInput].compactMap { $0?.implementation }
      return "oneDNN " + ([run.implementation] + backward).joined(separator: ", ")
    }

    override func parametersChanged() { (runIsStale, toInputIsStale) = (true, true) }

    override func forward() throws(EngineFailure) {
      if runIsStale {
        try runFilters.run()
        parametersAreFinite = isFinite(filters.values) && isFinite(bias.values)
      }
      runIsStale = false
      guard relu, !parametersAreFinite || !isFinite(operand) else {
        return try run.run(operand, output.data)
      }
      // oneDNN's ReLU turns NaN into 0, so a diverged network would look fine.
      if careful == nil { careful = try makeCareful() }
      guard let careful else { return }
      try careful.filters.run()
      try careful.run.run(operand, output.data)
      applyReLU()
    }

    private func isFinite(_ buffer: Buffer) -> Bool { fk_is_finite(buffer.count, buffer.base) }

    override func backward(toInput wanted: Bool) throws(EngineFailure) {
      let gradient = arrivingGradient()
      if !isFrozen { try toFilters?.run(input.data, gradient) }
      guard wanted, let toInput else { return }
      if toInputIsStale { try toInputFilters?.run() }
      toInputIsStale = false
      try toInput.run(leavingGradient(), gradient)
    }
  }

  /// Converts filters between their layout and row-major order.
  private struct FilterCodec: LayoutCodec {
    private let count: Int
    private let toPlain: Operation
    private let fromPlain: Operation

    init(home: Layout, plain: Layout) {
      count = plain.count
      toPlain = home.reorder(to: plain)
      fromPlain = plain.reorder(to: home)
    }

    func read(_ buffer: Buffer, into plain: UnsafeMutablePointer<Float>) {
      let copy = Buffer.orEnd(count: count)
      toPlain.set(dn_source, buffer)
      toPlain.set(dn_destination, copy)
      run(toPlain)
      plain.initialize(from: copy.base, count: count)
    }

    func write(_ plain: UnsafePointer<Float>, into buffer: Buffer) {
      let copy = Buffer.orEnd(count: count)
      copy.base.update(from: plain, count: count)
      fromPlain.set(dn_source, copy)
      fromPlain.set(dn_destination, buffer)
      run(fromPlain)
    }

    private func run(_ operation: Operation) {
      do {
        try operation.run()
      } catch {
        // oneDNN allocates memory for some copies.
        fk_end_without_memory()
      }
    }
  }
#endif
