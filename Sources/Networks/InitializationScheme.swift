import Layers

/// A rule for the initial weights of all layers, instead of what each layer specifies.
public enum InitializationScheme: String, CaseIterable, Hashable, Sendable {
  /// What each layer specifies.
  case network
  /// The paper's (section 5): deviation 0.01; bias 1 in the second, fourth and fifth convolution and in
  /// the hidden fully connected layers, 0 elsewhere.
  case paper
  /// The authors' 2012 program: like the paper, but with deviation 0.03 from the third convolution
  /// on.
  case source2012 = "source-2012"
  /// cuda-convnet's: deviation 1e-4 in the first convolution and 0.01 in the others, 0.04 in
  /// locally connected layers; 0.1 in fully connected ones, or 0.01 if there is only one; bias 0.
  case cudaConvnet = "cuda-convnet"
  /// Deviation √(2 / fan-in), bias 0 (He, Zhang, Ren, Sun 2015, equation 10).
  case he
  /// Deviation √(2 / (fan-in + fan-out)), bias 0 (Glorot and Bengio 2010, equation 12), drawn from a
  /// normal distribution.
  case xavier
}

extension Network {
  /// The network with its layers initialized by a scheme. As always, the random numbers depend only
  /// on the seed and the layer's name.
  ///
  /// - Throws: `NetworkShapeError` if the layers don't fit together.
  public func initialized(by scheme: InitializationScheme) throws(NetworkShapeError) -> Network {
    guard scheme != .network else { return self }
    var network = self
    let drawn = try geometry().filter { $0.layer.kind.drawsWeights }
    let linear = drawn.filter { $0.layer.kind == .linear }.count
    var (convolutions, linears) = (0, 0)
    for layer in drawn {
      let place: LayerPlace
      switch layer.layer.kind {
      case .convolution:
        convolutions += 1
        place = .convolution(convolutions)
      case .linear:
        linears += 1
        place = linears == linear ? (linear == 1 ? .only : .last) : .hidden
      default: place = .local
      }
      network.layers[layer.index].initialization = scheme.initialization(of: layer, at: place)
    }
    return network
  }
}

/// The place of a layer with weights among those of its kind.
private enum LayerPlace {
  /// A convolution, counted from 1.
  case convolution(Int)
  /// A locally connected layer.
  case local
  /// A fully connected layer before the last one.
  case hidden
  /// The last fully connected layer of several.
  case last
  /// The only fully connected layer.
  case only
}

extension InitializationScheme {
  fileprivate func initialization(of layer: LayerGeometry, at place: LayerPlace) -> Initialization?
  {
    switch self {
    case .network: return nil
    case .paper: return Initialization(deviation: 0.01, bias: paperBias(place))
    case .source2012:
      if case .convolution(3...) = place {
        return Initialization(deviation: 0.03, bias: paperBias(place))
      }
      return Initialization(deviation: 0.01, bias: paperBias(place))
    case .cudaConvnet:
      switch place {
      case .convolution(1): return Initialization(deviation: 1e-4)
      case .convolution, .only: return Initialization(deviation: 0.01)
      case .local: return Initialization(deviation: 0.04)
      case .hidden, .last: return Initialization(deviation: 0.1)
      }
    case .he: return Initialization(deviation: (2 / layer.fans.in).squareRoot())
    case .xavier:
      return Initialization(deviation: (2 / (layer.fans.in + layer.fans.out)).squareRoot())
    }
  }

  private func paperBias(_ place: LayerPlace) -> Double {
    switch place {
    case .convolution(2), .convolution(4), .convolution(5), .hidden: 1
    case .convolution, .local, .last, .only: 0
    }
  }
}

extension LayerGeometry {
  /// How many weights feed one output, and how many outputs one input feeds (strides and edges aside).
  fileprivate var fans: (in: Double, out: Double) {
    let fanIn = Double(parameters.first?.fanIn ?? 1)
    switch layer.weighted {
    case .convolution(let convolution):
      let kernel = convolution.window.kernel
      return (fanIn, Double(convolution.filters / convolution.groups * kernel * kernel))
    case .locallyConnected(let local):
      return (fanIn, Double(local.filters * local.window.kernel * local.window.kernel))
    case .linear(let linear): return (fanIn, Double(linear.outputs))
    case .batchNormalization, nil: return (fanIn, fanIn)
    }
  }
}
