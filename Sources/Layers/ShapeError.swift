import Tensors

/// Why a layer can't take its input. `Networks` adds the layer's name and the arithmetic.
public enum ShapeError: Error, Hashable, Sendable {
  /// Not one window fits on `input` rows or columns.
  case windowTooLarge(window: Window, input: Int)
  /// A padding as wide as the window would leave some windows without any input.
  case paddingTooLarge(window: Window)
  /// The layer was declared for another number of input channels or features.
  case inputs(declared: Int, arriving: Int)
  /// The channels don't divide into the groups.
  case groups(Int, channels: Int, of: GroupedChannels)
  /// The layer takes N×C×H×W and its input is N×F, or the other way round.
  case rank(needs: Int, arriving: Shape)
  /// A number is below its least value, or absurdly large.
  case range(String, Int, least: Int)
  /// A real number is out of range; `allowed` describes the range.
  case value(String, Double, allowed: String)
  /// The convention isn't defined for this window.
  case convention(NormalizationConvention, n: Int)
  /// The output would have more elements than any machine here could hold.
  case tooLarge(Shape)
  /// The network up to and including this layer holds more activations or parameters than allowed.
  case tooMuch(Total, elements: Int)

  /// The channels that a layer splits into groups.
  public enum GroupedChannels: String, Hashable, Sendable {
    /// The input's channels.
    case input
    /// The output's channels.
    case output
  }

  /// What is counted over all layers of a network.
  public enum Total: String, Hashable, Sendable {
    /// The input and each layer's output, over the batch.
    case activations
    /// Weights, biases and running statistics.
    case parameters
  }

  /// The largest kernel, stride, padding or number of channels that is accepted.
  public static let largest = 1 << 20

  /// The most elements that one activation or parameter may have: 4 GB of Floats.
  public static let mostElements = 1 << 30

  /// The most elements that all activations, or all parameters, of a network may have together: 4 GB.
  public static let mostInAll = 1 << 30
}

extension Shape {
  /// The shape, or a `ShapeError` if it is beyond `ShapeError.mostElements`.
  package func checked() throws(ShapeError) -> Shape {
    var count = 1
    for size in dimensions {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow, product <= ShapeError.mostElements else { throw .tooLarge(self) }
      count = product
    }
    return self
  }

  /// Checks that the shape is N×C×H×W.
  func requireMap() throws(ShapeError) {
    guard rank == 4 else { throw .rank(needs: 4, arriving: self) }
  }
}
