#if OneDNN
  import COneDNN
  import Layers
  import Tensors

  /// The sizes of a convolution in its place.
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
      multiplyAdds =
        y.count * (x.c / layer.groups) * window.kernel * window.kernel
    }

    let multiplyAdds: Int

    /// The same with maps in these layouts.
    func with(source: Int32, destination: Int32) -> dn_convolution {
      var changed = sizes
      (changed.source_block, changed.destination_block) = (source, destination)
      return changed
    }

    /// Filters in row-major order.
    func filters(_ groups: Int) -> Layout {
      Layout(dn_layout_filters(sizes.groups, sizes.oc, sizes.ic, sizes.kernel))!
    }
  }

  /// One direction of a convolution in the layouts in which oneDNN is fast, with copies of the maps
  /// where those are not the layouts in which they lie.
  final class ConvolutionRun {
    /// The direction.
    enum Use {
      case forward(training: Bool, relu: Bool)
      case backwardInput
      case backwardFilters
    }

    private let operation: Operation
    private let use: Use
    private let source: MapCopy?
    private let destination: MapCopy?

    init(
      _ use: Use, _ sizes: ConvolutionSizes, _ algorithms: [dn_algorithm], input: Value,
      output: Value
    ) throws(EngineFailure) {
      // In the order of preference: where the maps lie, then copied to blocks, then row by row.
      let here = (source: input.map.block, destination: output.map.block)
      let places: [(source: Int32, destination: Int32)] = [
        here, (16, here.destination), (here.source, 16), (16, 16), (1, 1),
      ]
      var slow: (place: (source: Int32, destination: Int32), operation: Operation)?
      for place in places {
        for algorithm in algorithms {
          let convolution = sizes.with(source: place.source, destination: place.destination)
          guard let made = Self.make(use, convolution, algorithm) else { continue }
          if !made.isSlow {
            (source, destination) = Self.copies(place, input, output)
            (operation, self.use) = (made, use)
            return
          }
          if slow == nil { slow = (place, made) }
        }
      }
      guard let (place, made) = slow else {
        throw EngineFailure("oneDNN has no convolution for these sizes")
      }
      (source, destination) = Self.copies(place, input, output)
      (operation, self.use) = (made, use)
    }

    /// Which implementation runs.
    var implementation: String { operation.implementation }

    func layout(_ argument: dn_argument) -> Layout { operation.layout(argument) }

    func set(_ argument: dn_argument, _ buffer: Buffer) { operation.set(argument, buffer) }

    /// Runs on the two maps, each an argument of the operation.
    func run(
      _ first: dn_argument, _ x: Buffer, _ second: dn_argument, _ y: Buffer
    ) throws(EngineFailure) {
      let isForward = second == dn_destination
      let isBackwardInput = first == dn_source_gradient
      operation.set(first, source?.copy ?? x)
      operation.set(second, destination?.copy ?? y)
      if !isBackwardInput { try source?.into(from: x) }
      if !isForward { try destination?.into(from: y) }
      try operation.run()
      if isBackwardInput { try source?.out(to: x) }
      if isForward { try destination?.out(to: y) }
    }

    private static func make(
      _ use: Use, _ sizes: dn_convolution, _ algorithm: dn_algorithm
    ) -> Operation? {
      var sizes = sizes
      return switch use {
      case .forward(let training, let relu):
        Operation(dn_convolution_forward(&sizes, algorithm, training, relu))
      case .backwardInput: Operation(dn_convolution_backward_data(&sizes, algorithm))
      case .backwardFilters: Operation(dn_convolution_backward_weights(&sizes, algorithm))
      }
    }

    private static func copies(
      _ place: (source: Int32, destination: Int32), _ input: Value, _ output: Value
    ) -> (MapCopy?, MapCopy?) {
      (
        place.source == input.map.block ? nil : MapCopy(input, block: place.source),
        place.destination == output.map.block ? nil : MapCopy(output, block: place.destination)
      )
    }
  }

  /// A map in another layout than the one in which it lies.
  private final class MapCopy {
    let copy: Buffer
    private let inward: Operation
    private let outward: Operation

    init(_ value: Value, block: Int32) {
      let map = value.map
      func layout(_ block: Int32) -> Layout {
        Layout(dn_layout_map(map.n, map.c, map.h, map.w, block))!
      }
      let (from, to) = (layout(map.block), layout(block))
      copy = to.buffer()
      inward = from.reorder(to: to)
      outward = to.reorder(to: from)
    }

    func into(from buffer: Buffer) throws(EngineFailure) {
      inward.set(dn_source, buffer)
      inward.set(dn_destination, copy)
      try inward.run()
    }

    func out(to buffer: Buffer) throws(EngineFailure) {
      outward.set(dn_source, copy)
      outward.set(dn_destination, buffer)
      try outward.run()
    }
  }
#endif
