#if OneDNN
  import CFastKernels
  import CLibrary
  import Tensors

  /// Memory for floats, aligned to cache lines unless it is shifted, and initially zero.
  final class Buffer {
    let base: UnsafeMutablePointer<Float>
    /// The number of floats.
    let count: Int
    private let memory: UnsafeMutableRawPointer

    /// - Parameter shift: how many floats after a cache line's start it begins.
    /// - Throws: `EngineFailure` of kind `resource` if memory is short.
    init(count: Int, shift: Int = 0) throws(EngineFailure) {
      let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.stride)
      guard !overflow, size < .max - 64 else { throw EngineFailure(numbers: count) }
      let bytes = max(64, (size + shift * MemoryLayout<Float>.stride + 63) & ~63)
      guard let memory = fk_allocate(bytes) else { throw EngineFailure(numbers: count) }
      memset(memory, 0, bytes)
      base = memory.assumingMemoryBound(to: Float.self) + shift
      (self.count, self.memory) = (count, memory)
    }

    /// A buffer for code that can't throw: if memory is short, the program ends with one line.
    static func orEnd(count: Int) -> Buffer {
      do {
        return try Buffer(count: count)
      } catch {
        fk_end_without_memory()
      }
    }

    deinit { free(memory) }
  }

  /// The values between two layers: activations in a layout of this engine, and their gradient.
  final class Value {
    /// N×C×H×W or N×F, as outside the engine.
    let shape: Shape
    /// The same with its layout; N×F as N×F×1×1.
    let map: fk_map
    var data: Buffer
    var gradient: Buffer?

    init(shape: Shape, block: Int, data: Buffer? = nil) throws(EngineFailure) {
      self.shape = shape
      map = fk_map(shape, block: block)
      if let data {
        self.data = data
      } else {
        self.data = try Buffer(count: fk_count(map))
      }
    }

    /// The number of floats, including the lanes beyond its channels.
    var count: Int { fk_count(map) }

    /// A copy in row-major order.
    func tensor(_ buffer: Buffer) -> Tensor {
      let values = [Float](unsafeUninitializedCapacity: shape.count) { values, count in
        fk_reorder(map, 1, buffer.base, values.baseAddress!)
        count = shape.count
      }
      return Tensor(shape: shape, values: values)
    }

    /// Copies a tensor of this shape into one of its buffers.
    func take(_ tensor: Tensor, into buffer: Buffer) {
      let plain = fk_map(shape, block: 1)
      tensor.withUnsafeBufferPointer {
        fk_reorder(plain, map.block, $0.baseAddress!, buffer.base)
      }
    }
  }

  extension fk_map {
    /// The map of a shape N×C×H×W, or N×F, in a layout.
    init(_ shape: Shape, block: Int) {
      let isMap = shape.rank == 4
      self.init(
        n: Int32(shape.n), c: Int32(shape.c), h: Int32(isMap ? shape.h : 1),
        w: Int32(isMap ? shape.w : 1), block: Int32(block))
    }
  }
#endif
