import Tensors

/// Dropout: in training each element is kept with probability 1 − rate (paper, section 4.2).
public struct Dropout: Hashable, Sendable {
  /// When kept elements are rescaled: at test time or in training.
  public enum Convention: String, CaseIterable, Hashable, Sendable {
    /// The paper: y = mask·x in training, (1 − rate)·x at test time.
    case paper
    /// Most libraries: y = mask·x / (1 − rate) in training, x at test time.
    case inverted
  }

  /// The probability that an element is dropped.
  public var rate: Double
  /// When kept elements are rescaled.
  public var convention: Convention

  /// Dropout with this rate; the defaults are the paper's.
  public init(rate: Double = 0.5, convention: Convention = .paper) {
    self.rate = rate
    self.convention = convention
  }

  /// What every element is multiplied by at test time.
  public var factorInInference: Double { convention == .paper ? 1 - rate : 1 }

  /// What the kept elements are multiplied by in training.
  public var factorInTraining: Double { convention == .paper ? 1 : 1 / (1 - rate) }

  func outputShape(for input: Shape) throws(ShapeError) -> Shape {
    guard rate >= 0, rate < 1 else { throw .value("rate", rate, allowed: "from 0 to below 1") }
    return input
  }
}
