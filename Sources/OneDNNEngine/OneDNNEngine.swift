#if OneDNN
  import Basics
  import CFastKernels
  import CLibrary
  import COneDNN
  import Layers
  import Tensors

  /// Thrown if the system allows fewer threads than the engine should use.
  package struct ThreadShortage: DescribedError, Hashable {
    /// How many it should use.
    package let threads: Int
    /// The system's reason.
    package let reason: String

    init(threads: Int, status: Int32) {
      (self.threads, reason) = (threads, String(cString: strerror(status)))
    }

    /// `can't start 2 threads: Resource temporarily unavailable`.
    package var message: String { "can't start \(threads) threads: \(reason)" }
    /// `--threads 1 needs no further threads`.
    package var hint: String? { "--threads 1 needs no further threads" }
    /// Always `.resource`.
    package var kind: ErrorKind { .resource }
  }

  /// The fast engine: convolutions and matrix products by oneDNN, everything else by this project's
  /// kernels on oneDNN's blocked layouts, with one thread per core.
  ///
  /// A NaN in an input or a parameter is visible at the end of the chain, as with the reference.
  /// There are two differences: with infinite filters, a convolution's zero padding gives NaN,
  /// while the reference, which doesn't read padding, gives a number; and sums that overflow Float
  /// inside a convolution fused with a ReLU may become 0.
  package struct OneDNNEngine: RatedEngine {
    /// The number of threads; nil for one per core.
    package var threads: Int?
    /// How convolutions are computed.
    package var convolutions: ConvolutionAlgorithm
    /// How exact the operands of products are.
    package var precision: Precision

    /// The engine on this many threads.
    package init(
      threads: Int? = nil, convolutions: ConvolutionAlgorithm = .automatic,
      precision: Precision = .float
    ) {
      (self.threads, self.convolutions, self.precision) = (threads, convolutions, precision)
    }

    /// `onednn`.
    package var name: String { "onednn" }

    /// oneDNN's version, the threads, and the precision unless it is Float.
    package var title: String {
      guard Self.isAvailable else { return "oneDNN, not installed" }
      useThreads()
      let count = fk_threads()
      return "oneDNN \(Self.version), \(count) thread\(count == 1 ? "" : "s")"
        + (precision == .float ? "" : ", \(precision.rawValue)")
    }

    /// Whether oneDNN is installed. The first access loads it.
    package static var isAvailable: Bool { dn_is_available() }

    /// The version of oneDNN that the program runs with: `2.6.3`. Empty if it isn't installed.
    package static var version: String {
      guard isAvailable else { return "" }
      var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
      dn_version(&major, &minor, &patch)
      return "\(major).\(minor).\(patch)"
    }

    /// Prepares a chain of layers to run: all operations and memory are created here, once.
    ///
    /// - Throws: `ShapeError` if a layer can't take its input, `Unsupported` if this engine can't
    ///   compute a layer, `ThreadShortage` or `EngineFailure` if memory or threads are short.
    package func prepare(
      _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
    ) throws -> any Plan {
      guard Self.isAvailable else {
        throw Unsupported(
          engine: name, layer: 0,
          reason: "\(String(cString: dn_library_name())) isn't installed (on Debian: libdnnl2)")
      }
      try precision.requireInference(mode, engine: name)
      useThreads()
      let status = fk_start_threads()
      guard status == 0 else { throw ThreadShortage(threads: Int(fk_threads()), status: status) }
      return try OneDNNPlan(
        layers: layers, input: input, mode: mode, keeping: keeping, engine: self)
    }

    /// Operations per second of a product of two matrices of 2048×2048, the best of five; nil if
    /// oneDNN isn't installed.
    package func matrixProductRate() -> Double? {
      guard Self.isAvailable else { return nil }
      useThreads()
      let size = 2048
      let (a, b, c) = (
        Buffer.orEnd(count: size * size), Buffer.orEnd(count: size * size),
        Buffer.orEnd(count: size * size)
      )
      for i in 0..<size * size {
        a.base[i] = Float(i % 251) / 251
        b.base[i] = Float(i % 241) / 241
      }
      let n = Int32(size)
      var best = Double.infinity
      for _ in 0..<5 {
        let start = ContinuousClock.now
        _ = dn_matrix_product(false, false, n, n, n, a.base, n, b.base, n, 0, c.base, n)
        best = min(best, (ContinuousClock.now - start) / .seconds(1))
      }
      return 2 * Double(size) * Double(size) * Double(size) / best
    }

    /// Bytes per second that are read from 128 MB, more than most caches hold, the best of eight; nil if
    /// oneDNN isn't installed.
    package func readRate() -> Double? {
      guard Self.isAvailable else { return nil }
      useThreads()
      let memory = Buffer.orEnd(count: 1 << 25)
      var best = Double.infinity
      for _ in 0..<8 {
        let start = ContinuousClock.now
        _ = fk_read(memory.count, memory.base)
        best = min(best, (ContinuousClock.now - start) / .seconds(1))
      }
      return Double(memory.count * MemoryLayout<Float>.stride) / best
    }

    /// Sets the number of threads for this thread's work.
    func useThreads() { fk_set_threads(Int32(threads ?? 0)) }
  }
#endif
