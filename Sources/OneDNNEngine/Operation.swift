#if OneDNN
  import Basics
  import COneDNN

  /// One of oneDNN's operations with its arguments. A class, since noncopyable values don't work
  /// well in optionals and tuples.
  final class Operation {
    private let handle: OpaquePointer

    /// Takes ownership of an operation; nil if oneDNN has none.
    init?(_ handle: OpaquePointer?) {
      guard let handle else { return nil }
      self.handle = handle
    }

    deinit { dn_operation_destroy(handle) }

    /// The name of the implementation that oneDNN chose.
    var implementation: String { String(cString: dn_operation_implementation(handle)) }

    /// How fast implementations of a convolution are, beside each other.
    enum Speed: Int {
      /// oneDNN's reference.
      case reference
      /// A matrix product of filters and copied windows.
      case product
      /// Made for convolutions.
      case direct
    }

    /// How fast the implementation is.
    var speed: Speed {
      let name = implementation
      return name.hasPrefix("ref") ? .reference : name.contains("gemm") ? .product : .direct
    }

    /// The layout that it needs for an argument.
    func layout(_ argument: dn_argument) -> Layout {
      guard let layout = Layout(dn_operation_layout(handle, argument)) else {
        preconditionFailure("The operation lacks this argument.")
      }
      return layout
    }

    /// Sets the memory of an argument.
    func set(_ argument: dn_argument, _ buffer: Buffer) {
      dn_operation_set(handle, argument, buffer.base)
    }

    /// Runs it on the memory set before.
    func run() throws(EngineFailure) {
      guard dn_operation_run(handle) else {
        throw EngineFailure("oneDNN reports a failure in \(implementation)")
      }
    }
  }

  /// A layout of a tensor's elements in oneDNN.
  final class Layout {
    fileprivate let handle: OpaquePointer

    init?(_ handle: OpaquePointer?) {
      guard let handle else { return nil }
      self.handle = handle
    }

    deinit { dn_layout_destroy(handle) }

    /// The number of floats of a tensor, including padding.
    var count: Int { dn_layout_size(handle) / MemoryLayout<Float>.stride }

    /// A buffer for a tensor of this layout.
    func buffer() throws(EngineFailure) -> Buffer { try Buffer(count: count) }

    /// Whether both are the same layout.
    func isSame(as other: Layout) -> Bool { dn_layout_equal(handle, other.handle) }

    /// The operation that copies from this layout to another.
    func reorder(to other: Layout) -> Operation {
      guard let operation = Operation(dn_reorder(handle, other.handle)) else {
        preconditionFailure("oneDNN reorders between any two layouts of one shape.")
      }
      return operation
    }
  }

  /// Copies between two buffers of different layouts; if the layouts are the same, both are one
  /// buffer and nothing is copied.
  final class Reordering {
    let target: Buffer
    private let operation: Operation?

    init(_ source: Buffer, _ from: Layout, to layout: Layout) throws(EngineFailure) {
      if from.isSame(as: layout) {
        target = source
        operation = nil
      } else {
        target = try layout.buffer()
        let reorder = from.reorder(to: layout)
        reorder.set(dn_source, source)
        reorder.set(dn_destination, target)
        operation = reorder
      }
    }

    func run() throws(EngineFailure) { try operation?.run() }
  }

  /// Thrown if oneDNN fails at run time, usually because memory is short.
  package struct EngineFailure: DescribedError {
    /// What failed.
    package let message: String
    /// `.internal`, or `.resource` if memory is short: never a user's mistake.
    package let kind: ErrorKind
    /// What to try.
    package let hint: String?

    init(_ message: String) {
      (self.message, kind) = (message, .internal)
      hint = "--engine reference computes the same without oneDNN, slowly"
    }

    /// Memory is short for this many numbers.
    init(numbers: Int) {
      message = "not enough memory for \(numbers) more numbers, \(ByteCount(floats: numbers))"
      kind = .resource
      hint = "a smaller batch or network needs less"
    }
  }
#endif
