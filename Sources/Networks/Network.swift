import Layers
import Tensors

/// A layer with its name in the network and its initialization.
public struct NamedLayer: Hashable, Sendable {
  /// The name that commands and files use: `conv1`, `norm1`, `fc6`.
  public var name: String
  /// What the layer is.
  public var layer: Layer
  /// The initial values of its parameters; nil for layers that have none, and for batch
  /// normalization, which starts with γ = 1, β = 0, mean 0, variance 1.
  public var initialization: Initialization?

  /// A layer with this name.
  public init(_ name: String, _ layer: Layer, _ initialization: Initialization? = nil) {
    self.name = name
    self.layer = layer
    self.initialization = initialization
  }
}

/// The initial values of one layer's parameters.
public struct Initialization: Hashable, Sendable {
  /// The standard deviation of the weights, drawn from a normal distribution of mean 0.
  public var deviation: Double
  /// The initial value of every bias.
  public var bias: Double

  /// Weights from N(0, deviation²), biases all `bias`.
  public init(deviation: Double, bias: Double = 0) {
    self.deviation = deviation
    self.bias = bias
  }
}

/// The images that a network takes, and how they become its input.
public struct PictureFormat: Hashable, Sendable {
  /// Channels of the image: 3 for red, green, blue.
  public var channels: Int
  /// Rows of the first layer's input.
  public var height: Int
  /// Columns of the first layer's input.
  public var width: Int
  /// The side of the square that an image is scaled to before its middle is cropped; nil for the
  /// usual one (256 for ImageNet's networks: paper, section 2).
  public var resize: Int?
  /// The value of full brightness before the mean is subtracted: 255 or 1.
  public var scale: Double
  /// What is subtracted from each channel, in units of `scale`.
  public var mean: [Double]
  /// What each channel is then divided by.
  public var deviation: [Double]

  /// Square images of red, green and blue. By default, values from 0 to 1, without normalization.
  public init(
    side: Int, resize: Int? = nil, scale: Double = 1, mean: [Double] = [0, 0, 0],
    deviation: [Double] = [1, 1, 1]
  ) {
    (channels, height, width) = (3, side, side)
    self.resize = resize
    (self.scale, self.mean, self.deviation) = (scale, mean, deviation)
  }

  /// N×C×H×W for a batch.
  public func shape(batch: Int = 1) -> Shape { [batch, channels, height, width] }
}

/// A chain of named layers, with the format of its input and the meaning of its outputs.
public struct Network: Hashable, Sendable {
  /// The name that commands choose it by.
  public var name: String
  /// A description in one line.
  public var title: String
  /// The images that it takes.
  public var input: PictureFormat
  /// The layers, first to last.
  public var layers: [NamedLayer]
  /// The class of each output, if known: one per output.
  public var labels: [String]?

  /// A network of these layers.
  public init(
    name: String, title: String, input: PictureFormat, layers: [NamedLayer],
    labels: [String]? = nil
  ) {
    (self.name, self.title, self.input) = (name, title, input)
    (self.layers, self.labels) = (layers, labels)
  }

  /// The position of the layer with this name.
  public func index(of name: String) -> Int? { layers.firstIndex { $0.name == name } }

  /// The input and output shape of each layer for a batch, with its parameters and work.
  ///
  /// - Throws: `NetworkShapeError` at the first layer that can't take its input, or with which the
  ///   total exceeds `ShapeError.mostInAll` activations or parameters.
  public func geometry(batch: Int = 1) throws(NetworkShapeError) -> [LayerGeometry] {
    var arriving = input.shape(batch: batch)
    var result: [LayerGeometry] = []
    var (work, activations, parameters) = (0, 0, 0)
    for (index, named) in layers.enumerated() {
      do throws(ShapeError) {
        if index == 0 { activations = try arriving.checked().count }
        let leaving = try named.layer.outputShape(for: arriving)
        result.append(
          LayerGeometry(
            index: index, name: named.name, layer: named.layer, input: arriving, output: leaving,
            parameters: try named.layer.parameters(for: arriving),
            multiplyAdds: try named.layer.multiplyAdds(for: arriving)))
        // Sums over a network must not overflow; a machine would never finish that much work
        // anyway.
        let (sum, overflow) = work.addingReportingOverflow(result[index].multiplyAdds)
        guard !overflow else { throw .tooLarge(leaving) }
        (work, arriving) = (sum, leaving)
        activations += leaving.count
        parameters += result[index].parameterCount
        for (total, elements) in [(.activations, activations), (.parameters, parameters)]
          as [(ShapeError.Total, Int)] where elements > ShapeError.mostInAll
        {
          throw .tooMuch(total, elements: elements)
        }
      } catch {
        throw NetworkShapeError(network: self, index: index, input: arriving, shapeError: error)
      }
    }
    return result
  }
}

/// One layer in its network: input and output shape, parameters and cost.
public struct LayerGeometry: Hashable, Sendable {
  /// The position in the chain.
  public let index: Int
  /// The layer's name.
  public let name: String
  /// What the layer is.
  public let layer: Layer
  /// The input shape, with the batch.
  public let input: Shape
  /// The output shape, with the batch.
  public let output: Shape
  /// The layer's parameters.
  public let parameters: [Parameter]
  /// Multiply-adds of a forward pass over the batch.
  public let multiplyAdds: Int

  /// The name of one of the layer's parameters in files and messages: `conv1.weight`.
  public func name(of parameter: Parameter) -> String { "\(name).\(parameter.name)" }

  /// The number of parameters, running statistics included.
  public var parameterCount: Int { parameters.reduce(0) { $0 + $1.shape.count } }
  /// The number of parameters that an optimizer changes.
  public var trainableCount: Int {
    parameters.filter(\.isTrainable).reduce(0) { $0 + $1.shape.count }
  }
}

extension [LayerGeometry] {
  /// Whether a convolution has two groups, as the paper's two halves do.
  package var hasTwoGroups: Bool {
    contains {
      if case .convolution(let convolution) = $0.layer { convolution.groups == 2 } else { false }
    }
  }
}
