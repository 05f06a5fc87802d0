import Basics
import Layers

extension ShapeError: DescribedError {
  /// Always `.network`.
  public var kind: ErrorKind { .network }
  /// The same as `words`.
  public var message: String { words }

  /// Why a layer can't take its input, for layers outside a network; inside one, `NetworkShapeError`
  /// says more.
  public var words: String {
    switch self {
    case .windowTooLarge(let window, let input):
      "a window of \(window.kernel) does not fit on \(input) with padding \(window.padding)"
    case .paddingTooLarge(let window):
      "a padding of \(window.padding) is not less than the window's \(window.kernel)"
    case .inputs(let declared, let arriving):
      "the weights are for \(NumberFormat.count(declared, "input")), but there "
        + (arriving == 1 ? "is 1" : "are \(arriving)")
    case .groups(let groups, let channels, let side):
      NumberFormat.count(
        channels, "\(side.rawValue) channel doesn't", "\(side.rawValue) channels don't")
        + " divide into \(groups) groups"
    case .rank(let needs, let arriving):
      "the input must be \(needs == 4 ? "N×C×H×W" : "N×F"), not \(arriving)"
    case .range(let name, let value, let least):
      value < least ? "\(name) must be at least \(least), not \(value)" : "\(name) is too large"
    case .value(let name, let value, let allowed):
      "\(name) must be \(allowed), not \(NumberFormat.shortest(value))"
    case .convention(let convention, let n):
      "the convention \(convention.rawValue) is not defined for n = \(n)"
    case .tooLarge(let shape):
      "the result of \(shape) is too large"
    case .tooMuch(let total, let elements):
      "\(NumberFormat.grouped(elements)) \(total.rawValue) in all are more than the "
        + "\(NumberFormat.grouped(ShapeError.mostInAll)) that a network may have"
    }
  }
}
