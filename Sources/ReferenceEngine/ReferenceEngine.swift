import Layers
import Tensors

/// The engine that defines each operation: scalar kernels, one per file in `Kernels`, with sums in
/// Double that are rounded once. It computes every layer, on one thread.
public struct ReferenceEngine: Engine {
  /// How exact the operands of its products are.
  public let precision: Precision

  /// The reference engine.
  public init(precision: Precision = .float) { self.precision = precision }

  /// `reference`.
  public var name: String { "reference" }

  /// Every plan keeps everything.
  public var dependsOnRetention: Bool { false }

  /// Prepares a chain of layers to run; every layer keeps its output and gradients.
  ///
  /// - Parameters:
  ///   - layers: the chain; the output of each layer is the input of the next.
  ///   - input: the shape of the first layer's input, N×C×H×W or N×F.
  ///   - mode: training or inference.
  ///   - keeping: what will be read; this engine always keeps everything.
  /// - Throws: `ShapeError` if a layer can't take its input, `Unsupported` for training in bfloat16.
  public func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> any Plan {
    try precision.requireInference(mode, engine: name)
    guard input.rank == 4 || input.rank == 2 else {
      throw ShapeError.rank(needs: 4, arriving: input)
    }
    var shapes = [input]
    for layer in layers {
      let shape = shapes[shapes.count - 1]
      _ = try layer.parameters(for: shape)
      shapes.append(try layer.outputShape(for: shape))
    }
    return ReferencePlan(layers: layers, shapes: shapes, mode: mode, precision: precision)
  }
}
