import Tensors

/// A fully connected layer: y = W·x + b, from N×I to N×O. Weights are O×I.
public struct Linear: Hashable, Sendable {
  /// O, the number of outputs.
  public var outputs: Int
  /// I, the number of inputs that the layer was declared for; nil accepts any.
  public var inputs: Int?

  /// A fully connected layer with `outputs` outputs.
  public init(outputs: Int, inputs: Int? = nil) {
    self.outputs = outputs
    self.inputs = inputs
  }

  func outputShape(for input: Shape) throws(Misfit) -> Shape {
    guard input.rank == 2 else { throw .rank(needs: 2, arriving: input) }
    try requireCount("outputs", outputs)
    try requireInputs(declared: inputs, arriving: input.c)
    _ = try Shape([outputs, input.c]).checked()
    return try Shape([input.n, outputs]).checked()
  }

  func parameters(for input: Shape) -> [Parameter] {
    [
      Parameter(.weight, [outputs, input.c], fanIn: input.c),
      Parameter(.bias, [outputs], fanIn: input.c),
    ]
  }
}

/// Dropout: in training each element is kept with probability 1 − rate (paper, section 4.2).
public struct Dropout: Hashable, Sendable {
  /// When kept elements are rescaled: at test time or in training.
  public enum Convention: String, CaseIterable, Hashable, Sendable {
    /// The paper: y = mask·x in training, (1 − rate)·x at test.
    case paper
    /// Most libraries: y = mask·x / (1 − rate) in training, x at test.
    case inverted
  }

  /// The probability that an element is dropped.
  public var rate: Double
  /// When kept elements are rescaled: at test time or in training.
  public var convention: Convention

  /// Dropout with this rate; the defaults are the paper's.
  public init(rate: Double = 0.5, convention: Convention = .paper) {
    self.rate = rate
    self.convention = convention
  }

  /// What every element is multiplied by at test.
  public var factorInInference: Double { convention == .paper ? 1 - rate : 1 }

  /// What the elements that are kept are multiplied by in training.
  public var factorInTraining: Double { convention == .paper ? 1 : 1 / (1 - rate) }

  func outputShape(for input: Shape) throws(Misfit) -> Shape {
    guard rate >= 0, rate < 1 else { throw .value("rate", rate, allowed: "from 0 to below 1") }
    return input
  }
}
