#if OneDNN
  import COneDNN
  import Layers
  import Tensors

  /// The sizes of a convolution.
  struct ConvolutionSizes {
    private var sizes: dn_convolution

    init(_ layer: Convolution, input: Value, output: Value) {
      let (window, x, y) = (layer.window, input.shape, output.shape)
      // Rounded up, the last window runs past the far edge over zeros; rounded down, it may end before
      // that edge.
      func far(_ inputs: Int, _ outputs: Int) -> Int32 {
        Int32(max(0, (outputs - 1) * window.stride + window.kernel - inputs - window.padding))
      }
      sizes = dn_convolution(
        n: Int32(x.n), ic: Int32(x.c), ih: Int32(x.h), iw: Int32(x.w), oc: Int32(y.c),
        oh: Int32(y.h), ow: Int32(y.w), kernel: Int32(window.kernel),
        stride: Int32(window.stride), padding: Int32(window.padding), far_h: far(x.h, y.h),
        far_w: far(x.w, y.w), groups: Int32(layer.groups), source_block: input.map.block,
        destination_block: output.map.block)
    }

    /// The same with maps in these layouts.
    func with(source: Int32, destination: Int32) -> dn_convolution {
      var changed = sizes
      (changed.source_block, changed.destination_block) = (source, destination)
      return changed
    }

    /// Filters in row-major order.
    var filters: Layout {
      Layout(dn_layout_filters(sizes.groups, sizes.oc, sizes.ic, sizes.kernel))!
    }
  }

  /// One direction of a convolution in layouts in which oneDNN is fast, with copies of maps that
  /// have other layouts.
  final class ConvolutionRun {
    /// The direction.
    enum Use {
      case forward(training: Bool, relu: Bool)
      case backwardInput
      case backwardFilters

      /// The arguments for the layer's input and output maps, or their gradients.
      fileprivate var maps: (source: dn_argument, destination: dn_argument) {
        switch self {
        case .forward: (dn_source, dn_destination)
        case .backwardInput: (dn_source_gradient, dn_destination_gradient)
        case .backwardFilters: (dn_source, dn_destination_gradient)
        }
      }
    }

    private let operation: Operation
    private let maps: (source: dn_argument, destination: dn_argument)
    private let source: MapCopy?
    private let destination: MapCopy?

    init(
      _ use: Use, _ sizes: ConvolutionSizes, input: Value, output: Value
    ) throws(EngineFailure) {
      // In order of preference: the maps' layouts, then copies in blocks, then row by row. With vectors of 8
      // (AVX2), oneDNN's own kernels take blocks of 8 channels.
      let here = (source: input.map.block, destination: output.map.block)
      let places: [(source: Int32, destination: Int32)] = [
        here, (16, here.destination), (here.source, 16), (16, 16), (8, here.destination),
        (here.source, 8), (8, 8), (1, 1),
      ]
      var found: (place: (source: Int32, destination: Int32), operation: Operation)?
      for place in places {
        let convolution = sizes.with(source: place.source, destination: place.destination)
        guard let made = Self.make(use, convolution) else { continue }
        if found.map({ $0.operation.speed.rawValue < made.speed.rawValue }) ?? true {
          found = (place, made)
        }
        if made.speed == .direct { break }
      }
      guard let (place, made) = found else {
        throw EngineFailure("oneDNN has no convolution for these sizes")
      }
      (source, destination) = try Self.copies(place, input, output)
      (operation, maps) = (made, use.maps)
    }

    /// The name of the implementation.
    var implementation: String { operation.implementation }

    func layout(_ argument: dn_argument) -> Layout { operation.layout(argument) }

    func set(_ argument: dn_argument, _ buffer: Buffer) { operation.set(argument, buffer) }

    /// Runs on the layer's input and output maps, or their gradients.
    func run(_ x: Buffer, _ y: Buffer) throws(EngineFailure) {
      let isForward = maps.destination == dn_destination
      let isBackwardInput = maps.source == dn_source_gradient
      operation.set(maps.source, source?.copy ?? x)
      operation.set(maps.destination, destination?.copy ?? y)
      if !isBackwardInput { try source?.into(from: x) }
      if !isForward { try destination?.into(from: y) }
      try operation.run()
      if isBackwardInput { try source?.out(to: x) }
      if isForward { try destination?.out(to: y) }
    }

    private static func make(_ use: Use, _ sizes: dn_convolution) -> Operation? {
      var sizes = sizes
      return switch use {
      case .forward(let training, let relu):
        Operation(dn_convolution_forward(&sizes, training, relu))
      case .backwardInput: Operation(dn_convolution_backward_data(&sizes))
      case .backwardFilters: Operation(dn_convolution_backward_weights(&sizes))
      }
    }

    private static func copies(
      _ place: (source: Int32, destination: Int32), _ input: Value, _ output: Value
    ) throws(EngineFailure) -> (MapCopy?, MapCopy?) {
      (
        try MapCopy(input, block: place.source), try MapCopy(output, block: place.destination)
      )
    }
  }
#endif
