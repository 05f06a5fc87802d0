import Layers
import Tensors

/// The engine that says how each operation is defined: scalar kernels, one a file in `Kernels`, sums
/// in Double and rounded once. It computes every layer, on one thread.
public struct ReferenceEngine: Engine {
  /// The reference engine.
  public init() {}

  /// `reference`.
  public var name: String { "reference" }

  /// Every plan keeps everything.
  public var dependsOnKeeping: Bool { false }

  /// Makes ready to run a chain of layers; every layer keeps its output and gradients.
  ///
  /// - Parameters:
  ///   - layers: the chain, each layer taking what the one before it gives.
  ///   - input: the shape that arrives at the first, N×C×H×W or N×F.
  ///   - mode: training or inference.
  ///   - keeping: what will be read; this engine always keeps everything.
  /// - Throws: `Misfit` where a layer cannot take what arrives.
  public func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Keeping
  ) throws -> any Plan {
    guard input.rank == 4 || input.rank == 2 else { throw Misfit.rank(needs: 4, arriving: input) }
    var shapes = [input]
    for layer in layers {
      let shape = shapes[shapes.count - 1]
      _ = try layer.parameters(for: shape)
      shapes.append(try layer.outputShape(for: shape))
    }
    return ReferencePlan(layers: layers, shapes: shapes, mode: mode)
  }
}
