import Layers
import Tensors

/// Layers that a rank computes without hearing from the others: a part of their channels or outputs, or all.
final class SplitStage {
  /// The layers' positions in the network.
  let layers: Range<Int>
  /// The plan of this rank's part of them.
  let plan: any Plan
  /// How their input gets to this rank; nil if it has that already.
  let entry: Redistribution?
  /// What this rank computes, and what of it counts. More is computed only where it's needed inside, at the
  /// edge of a normalization's window.
  let made: ActivationPart
  let kept: ActivationPart
  /// For a layer whose parameters are split, by its position in the network: the outputs of each rank.
  let outputs: [Int: [Range<Int>]]
  /// For a dropout layer: which columns of its input this rank has.
  let dropped: [Int: Range<Int>]
  /// Whether the gradient of its input is wanted.
  let reachesInput: Bool
  private let input: Shape

  init(
    _ layers: Range<Int>, plan: any Plan, input: Shape, entry: Redistribution?,
    made: ActivationPart, kept: ActivationPart, outputs: [Int: [Range<Int>]],
    dropped: [Int: Range<Int>], reachesInput: Bool
  ) {
    (self.layers, self.plan, self.input, self.entry) = (layers, plan, input, entry)
    (self.made, self.kept, self.outputs, self.dropped) = (made, kept, outputs, dropped)
    self.reachesInput = reachesInput
  }

  /// A layer's position in the plan.
  func place(of layer: Int) -> Int { layer - layers.lowerBound }

  /// What counts of the output.
  func forward(_ values: [Float]) throws -> [Float] {
    plan.setInput(Tensor(shape: input, values: values))
    try plan.forward()
    guard let output = plan.output(of: plan.layers.count - 1) else {
      preconditionFailure("A plan keeps its last output.")
    }
    return made.numbers(of: kept, in: output.values)
  }

  /// The gradient of the input; empty if it isn't wanted.
  func backward(_ gradient: [Float]) throws -> [Float] {
    var whole = gradient
    if made != kept {
      whole = [Float](repeating: 0, count: made.count)
      made.add(gradient, of: kept, to: &whole)
    }
    let output = plan.outputShapes[plan.outputShapes.count - 1]
    try plan.backward(from: Tensor(shape: output, values: whole), cancellation: .never)
    return reachesInput ? plan.inputGradient(of: 0)?.values ?? [] : []
  }

  /// Gives a dropout layer its mask.
  ///
  /// - Parameters:
  ///   - mask: the whole layer's, with a row for each of the stage's images.
  ///   - columns: how many numbers a row of it has.
  func setMask(_ mask: [Float], columns: Int, of layer: Int) {
    let place = place(of: layer)
    let whole = ActivationPart(rows: made.rows, columns: 0..<columns)
    let part = ActivationPart(rows: made.rows, columns: dropped[layer] ?? 0..<columns)
    let shape = place == 0 ? input : plan.outputShapes[place - 1]
    plan.setMask(Tensor(shape: shape, values: whole.numbers(of: part, in: mask)), of: place)
  }
}
