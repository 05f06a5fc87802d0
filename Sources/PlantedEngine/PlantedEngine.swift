import Layers
import ReferenceEngine
import Tensors

/// The reference engine with one kernel replaced by one that is wrong on purpose: for lesson 16, in
/// which learners find it. Each mistake is, or was, in public code.
///
/// The engines have numbers as names, to give nothing away. **The following table does.**
///
///     engine     the kernel that is wrong         what is wrong                       seen by
///     planted-1  LRN, forward and backward        α divided by n for every definition why, golden
///     planted-2  max pooling, backward            every tie takes the whole gradient  golden
///     planted-3  LRN, forward                     a sum that slides forgets a term    all three
///     planted-4  convolution, ∂L/∂bias            divided by the batch once more      golden
///     planted-5  convolution, ∂L/∂x               the filter is not turned            verify gradient, golden
///     planted-6  average pooling, both ways       divides by the full window          why, golden
///     planted-7  the paper's step                 ε before the old velocity           golden (training)
///     planted-8  convolution, forward             every group reads the first         all three
///
/// `why` compares outputs with the definition, `verify gradient` a backward kernel with its forward
/// kernel, and `golden verify` both with independent implementations.
package struct PlantedEngine: Engine {
  /// All of them, in the order of their numbers.
  package static let all: [PlantedEngine] = [
    PlantedEngine(number: 1, mistake: DividedAlpha()),
    PlantedEngine(number: 2, mistake: EveryTieWins()),
    PlantedEngine(number: 3, mistake: ForgetfulSum()),
    PlantedEngine(number: 4, mistake: BiasAveragedTwice()),
    PlantedEngine(number: 5, mistake: FilterNotTurned()),
    PlantedEngine(number: 6, mistake: FullWindow()),
    PlantedEngine(number: 7, mistake: RateBeforeVelocity()),
    PlantedEngine(number: 8, mistake: FirstGroupForAll()),
  ]

  private let number: Int
  private let mistake: any Mistake

  private init(number: Int, mistake: any Mistake) {
    (self.number, self.mistake) = (number, mistake)
  }

  /// The engine of this name; nil if none has it.
  package init?(named name: String) {
    guard let engine = Self.all.first(where: { $0.name == name }) else { return nil }
    self = engine
  }

  /// `planted-1` and so on.
  package var name: String { "planted-\(number)" }

  /// Every plan keeps everything.
  package var dependsOnRetention: Bool { false }

  /// Prepares a chain of layers to run; every layer keeps its output and gradients.
  ///
  /// - Parameters:
  ///   - layers: the chain; the output of each layer is the input of the next.
  ///   - input: the shape of the first layer's input, N×C×H×W or N×F.
  ///   - mode: training or inference.
  ///   - keeping: what will be read; this engine always keeps everything.
  /// - Throws: `ShapeError` if a layer can't take its input.
  package func prepare(
    _ layers: [Layer], input: Shape, mode: Mode, keeping: Retention
  ) throws -> any Plan {
    let reference = ReferenceEngine()
    let chain = try reference.prepare(layers, input: input, mode: mode, keeping: keeping)
    let shapes = [input] + chain.outputShapes
    let plans = try layers.indices.map {
      try reference.prepare([layers[$0]], input: shapes[$0], mode: mode, keeping: keeping)
    }
    return PlantedPlan(layers: layers, shapes: shapes, plans: plans, mistake: mistake)
  }
}
