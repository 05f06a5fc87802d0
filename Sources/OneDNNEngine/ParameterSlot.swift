#if OneDNN
  import COneDNN
  import CFastKernels
  import Layers
  import Tensors

  /// One parameter of a layer, as the optimizer uses it: values, gradient and the optimizer's
  /// memory have the same layout, so a step works element by element.
  final class ParameterSlot {
    let declared: Parameter
    let values: Buffer
    /// The gradient, if the parameter is trainable and this plan runs backward.
    let gradient: Buffer?
    /// The optimizer's memory: empty before its first step.
    var memory: [Buffer] = []
    private let codec: (any LayoutCodec)?

    /// - Parameters:
    ///   - count: floats of the layout, padding included.
    ///   - shift: how many floats after a cache line's start the values begin.
    ///   - codec: how the layout is read and written; nil for row-major order.
    init(
      _ declared: Parameter, count: Int, runsBackward: Bool, shift: Int = 0,
      codec: (any LayoutCodec)? = nil
    ) throws(EngineFailure) {
      self.declared = declared
      self.codec = codec
      values = try Buffer(count: count, shift: shift)
      gradient = declared.isTrainable && runsBackward ? try Buffer(count: count) : nil
    }

    /// A parameter in row-major order.
    convenience init(
      _ declared: Parameter, runsBackward: Bool, shift: Int = 0
    ) throws(EngineFailure) {
      try self.init(
        declared, count: declared.shape.count, runsBackward: runsBackward, shift: shift)
    }

    /// A buffer of the slot, in row-major order.
    func tensor(_ buffer: Buffer) -> Tensor {
      let values = [Float](unsafeUninitializedCapacity: declared.shape.count) { values, count in
        count = declared.shape.count
        if let codec {
          codec.read(buffer, into: values.baseAddress!)
        } else {
          values.baseAddress!.initialize(from: buffer.base, count: count)
        }
      }
      return Tensor(shape: declared.shape, values: values)
    }

    /// Writes a tensor into a buffer of the slot.
    func write(_ tensor: Tensor, into buffer: Buffer) {
      tensor.withUnsafeBufferPointer { source in
        if let codec {
          codec.write(source.baseAddress!, into: buffer)
        } else {
          buffer.base.update(from: source.baseAddress!, count: source.count)
        }
      }
    }

    /// Gives the optimizer its memory, zeros at first.
    func remember(_ count: Int) {
      while memory.count < count { memory.append(Buffer.orEnd(count: values.count)) }
    }
  }

  /// Reads and writes a layout in row-major order.
  protocol LayoutCodec {
    func read(_ buffer: Buffer, into plain: UnsafeMutablePointer<Float>)
    func write(_ plain: UnsafePointer<Float>, into buffer: Buffer)
  }
#endif
