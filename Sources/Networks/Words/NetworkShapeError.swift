import Basics
import Layers
import Tensors

/// A layer of a network that can't take its input.
public struct NetworkShapeError: DescribedError, Hashable, Sendable {
  /// The network.
  public let network: Network
  /// The position of the layer that doesn't fit.
  public let index: Int
  /// The shape of its input.
  public let input: Shape
  /// Why it doesn't fit.
  public let shapeError: ShapeError

  /// The name of the layer that doesn't fit.
  public var layerName: String { network.layers[index].name }

  /// The layer at this position of the network doesn't fit.
  public init(network: Network, index: Int, input: Shape, shapeError: ShapeError) {
    (self.network, self.index, self.input, self.shapeError) = (network, index, input, shapeError)
  }
}

extension NetworkShapeError: CustomStringConvertible {
  /// Always `.network`.
  public var kind: ErrorKind { .network }

  /// The message and the hint, in one line.
  public var description: String { hint.map { "\(message); \($0)" } ?? message }

  /// Which layer doesn't fit, and the arithmetic: `pool5: (2 + 2·0 − 3) / 2 is below zero: …`.
  public var message: String { "\(layerName): \(reason)" }

  private var reason: String {
    let arriving = "\(input.withoutBatch)"
    switch shapeError {
    case .windowTooLarge(let window, let input):
      return
        "(\(input) + 2·\(window.padding) − \(window.kernel)) / \(window.stride) is below zero: "
        + "no \(window.kernel)×\(window.kernel) window fits on its \(arriving) input"
    case .paddingTooLarge(let window):
      return "the padding \(window.padding) is not less than the kernel \(window.kernel): "
        + "some windows would see only padding"
    case .inputs(let declared, let given):
      let what = (input.rank == 4 ? "channel" : "feature") + (declared == 1 ? "" : "s")
      return "declared for \(declared) \(what), but gets \(given)\(origin)"
    case .groups(let groups, let channels, let which):
      let what =
        (which == .input ? "input channel" : "filter") + (channels == 1 ? " doesn't" : "s don't")
      return "\(channels) \(what) divide into \(groups) groups: "
        + "\(channels) / \(groups) = \(NumberFormat.quotient(channels, groups))"
    case .rank(let needs, _):
      return needs == 2
        ? "takes a row of features, but gets maps of \(arriving)\(before)"
        : "takes maps (channels × rows × columns), but gets a row of \(arriving) features\(before)"
    case .range(let name, let value, let least):
      return
        "\(name) \(value) is not between \(least) and \(NumberFormat.grouped(ShapeError.largest))"
    case .value(let name, let value, let allowed):
      return "\(name) \(NumberFormat.shortest(value)) is not allowed; it must be \(allowed)"
    case .convention(let convention, let n):
      return "n \(n) is even, but \(convention.title) is defined for odd n only"
    case .tooLarge(let shape):
      return "\(shape) is too large: no activation or parameter here has more than "
        + "\(NumberFormat.grouped(ShapeError.mostElements)) elements"
    case .tooMuch(let total, let elements):
      return
        "up to this layer the network has \(NumberFormat.grouped(elements)) \(total.rawValue), "
        + "more than the \(NumberFormat.grouped(ShapeError.mostInAll)) that a network may have"
    }
  }

  /// ` from relu3 (conv3 has 384 filters)`, ` from flatten`; ` from the image` at the first layer.
  private var origin: String {
    guard let source, source != index - 1 else { return before }
    switch network.layers[source].layer.weighted {
    case .convolution(let convolution):
      return "\(before) (\(network.layers[source].name) has \(convolution.filters) filters)"
    case .locallyConnected(let local):
      return "\(before) (\(network.layers[source].name) has \(local.filters) filters)"
    case .linear(let linear):
      return "\(before) (\(network.layers[source].name) has \(linear.outputs) outputs)"
    case .batchNormalization, nil: return before
    }
  }

  private var before: String {
    index > 0 ? " from \(network.layers[index - 1].name)" : " from the image"
  }

  /// The layer that determines the number of input channels or features; nil if the image does, or
  /// if a flatten is in between.
  var source: Int? {
    network.layers[..<index].lastIndex {
      switch $0.layer.kind.family {
      case .convolution, .linear, .flatten: true
      case .pooling, .normalization, .activation, .dropout, .softmax: false
      }
    }
  }
}
