#if OneDNN
  import Basics
  import CFastKernels
  import COneDNN
  import Layers
  import Tensors

  #if canImport(Darwin)
    import Darwin
  #elseif canImport(Musl)
    import Musl
  #else
    import Glibc
  #endif

  /// Thrown where the system allows fewer threads than the engine was told to use.
  public struct ThreadShortage: DescribedError, Hashable {
    /// How many it was told to use.
    public let threads: Int
    /// The system's reason.
    public let reason: String

    init(threads: Int, status: Int32) {
      (self.threads, reason) = (threads, String(cString: strerror(status)))
    }

    /// `2 threads cannot be started: Resource temporarily unavailable`.
    public var message: String { "\(threads) threads cannot be started: \(reason)" }
    /// Fewer threads.
    public var hint: String? { "--threads 1 needs none beside the program's own" }
    /// The machine.
    public var kind: ErrorKind { .resource }
  }

  /// The engine that is fast: convolutions and matrix products by oneDNN, everything else by kernels
  /// of our own on oneDNN's blocked layouts, on as many threads as there are cores.
  ///
  /// A NaN in an input or a parameter is seen at the end of the chain, as with the reference. Where a
  /// convolution's filters are infinite, its padding of zeros makes NaN of what the reference, which
  /// reads no padding, keeps a number; and sums that overflow Float inside a convolution fused with a
  /// ReLU may become 0.
  public struct OneDNNEngine: Engine {
    /// How many threads compute; nil takes one for each core.
    public var threads: Int?
    /// How convolutions are computed.
    public var convolutions: ConvolutionAlgorithm

    /// The engine on this many threads.
    public init(threads: Int? = nil, convolutions: ConvolutionAlgorithm = .automatic) {
      (self.threads, self.convolutions) = (threads, convolutions)
    }

    /// `onednn`.
    public var name: String { "onednn" }

    /// oneDNN's version and the threads.
    public var title: String {
      guard Self.isAvailable else { return "oneDNN, not installed" }
      useThreads()
      let count = fk_threads()
      return "oneDNN \(Self.version), \(count) thread\(count == 1 ? "" : "s")"
    }

    /// Whether oneDNN is installed. It is loaded when this is first asked.
    public static var isAvailable: Bool { dn_is_available() }

    /// The version of oneDNN that the program runs with: `2.6.3`. Empty where it isn't installed.
    public static var version: String {
      guard isAvailable else { return "" }
      var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
      dn_version(&major, &minor, &patch)
      return "\(major).\(minor).\(patch)"
    }

    /// Makes ready to run a chain of layers: operations and memory are made once, here.
    ///
    /// - Throws: `Misfit` where a layer cannot take what arrives, `Unsupported` where this engine
    ///   cannot compute one, `ThreadShortage` or `EngineFailure` where the machine is too small.
    public func prepare(
      _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
    ) throws -> any Plan {
      guard Self.isAvailable else {
        throw Unsupported(
          engine: name, layer: 0,
          reason: "\(String(cString: dn_library_name())) isn't installed (on Debian: libdnnl2)")
      }
      useThreads()
      let status = fk_start_threads()
      guard status == 0 else { throw ThreadShortage(threads: Int(fk_threads()), status: status) }
      return try OneDNNPlan(
        layers: layers, input: input, mode: mode, keeping: keeping, engine: self)
    }

    /// How many operations a second a large matrix product gets, two to a multiply-add: what everything
    /// else is held against.
    ///
    /// - Parameter size: rows and columns of the square matrices.
    /// - Returns: nil where oneDNN isn't installed.
    public func matrixProductRate(size: Int = 2048) -> Double? {
      guard Self.isAvailable else { return nil }
      useThreads()
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

    /// Has this thread's work done by as many threads as were asked for.
    func useThreads() { fk_set_threads(Int32(threads ?? 0)) }
  }
#endif
