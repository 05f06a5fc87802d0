#if OneDNN
  import CFastKernels
  import Layers

  /// A convolution on transformed tiles, forward and backward. The optimizer works on the filters;
  /// they are transformed once after each change.
  final class WinogradStep: Step {
    private var layer: fk_winograd
    private let filters: ParameterSlot
    private let bias: ParameterSlot
    private let points: Buffer
    private let turned: Buffer?
    private var pointsAreStale = true
    private var turnedIsStale = true
    /// Copies of the maps in blocks, if they have another layout.
    private let source: MapCopy?
    private let destination: MapCopy?

    /// - Parameter runsBackward: whether it runs backward, and to the input too.
    init(
      _ payload: Convolution, parameters: [Parameter], input: Value, output: Value, relu: Bool,
      runsBackward: (filters: Bool, input: Bool)
    ) throws(EngineFailure) {
      var (from, to) = (input.map, output.map)
      (from.block, to.block) = (16, 16)
      layer = fk_winograd(
        input: from, output: to, kernel: Int32(payload.window.kernel),
        padding: Int32(payload.window.padding))
      filters = try ParameterSlot(
        parameters[0], count: fk_winograd_filters(&layer), runsBackward: runsBackward.filters,
        codec: WinogradCodec(layer: layer))
      bias = try ParameterSlot(parameters[1], runsBackward: runsBackward.filters)
      points = try Buffer(count: fk_winograd_points(&layer))
      turned = runsBackward.input ? try Buffer(count: fk_winograd_points(&layer)) : nil
      (source, destination) = (
        try MapCopy(input, block: 16), try MapCopy(output, block: 16)
      )
      super.init(input: input, output: output, relu: relu)
    }

    override var parameters: [ParameterSlot] { [filters, bias] }

    override var implementation: String {
      "CFastKernels, Winograd on tiles of \(3 + layer.kernel)×\(3 + layer.kernel)"
    }

    override var canMaskInputGradient: Bool { source == nil }

    override func parametersChanged() { (pointsAreStale, turnedIsStale) = (true, true) }

    override func forward() throws(EngineFailure) {
      if pointsAreStale { fk_winograd_transform(&layer, false, filters.values.base, points.base) }
      pointsAreStale = false
      try source?.into(from: operand)
      fk_winograd_forward(
        &layer, points.base, bias.values.base, relu, (source?.copy ?? operand).base,
        (destination?.copy ?? output.data).base)
      try destination?.out(to: output.data)
    }

    override func backward(toInput wanted: Bool) throws(EngineFailure) {
      let gradient = arrivingGradient()
      try destination?.into(from: gradient)
      let g = (destination?.copy ?? gradient).base
      if !isFrozen, let filters = filters.gradient, let bias = bias.gradient {
        try source?.into(from: input.data)
        fk_winograd_filter_gradient(
          &layer, g, (source?.copy ?? input.data).base, filters.base)
        fk_bias_gradient(layer.output, g, false, bias.base)
      }
      guard wanted, let turned else { return }
      if turnedIsStale { fk_winograd_transform(&layer, true, filters.values.base, turned.base) }
      turnedIsStale = false
      fk_winograd_input_gradient(
        &layer, turned.base, g, masksInputGradient ? input.data.base : nil,
        (source?.copy ?? leavingGradient()).base)
      try source?.out(to: leavingGradient())
    }
  }

  /// Converts filters between their layout and the order in files.
  private struct WinogradCodec: LayoutCodec {
    let layer: fk_winograd

    func read(_ buffer: Buffer, into plain: UnsafeMutablePointer<Float>) {
      var layer = layer
      fk_winograd_unpack(&layer, buffer.base, plain)
    }

    func write(_ plain: UnsafePointer<Float>, into buffer: Buffer) {
      var layer = layer
      fk_winograd_pack(&layer, plain, buffer.base)
    }
  }
#endif
