import Layers

// Short forms for the tables of this folder.

extension NamedLayer {
  static func convolution(
    _ name: String, _ filters: Int, _ kernel: Int, stride: Int = 1, padding: Int = 0,
    groups: Int = 1, rounding: Rounding = .floor, _ initialization: Initialization? = nil
  ) -> NamedLayer {
    let window = Window(kernel: kernel, stride: stride, padding: padding, rounding: rounding)
    return NamedLayer(
      name, .convolution(Convolution(filters: filters, window: window, groups: groups)),
      initialization)
  }

  static func local(_ name: String, _ filters: Int, _ initialization: Initialization) -> NamedLayer
  {
    let window = Window(kernel: 3, padding: 1)
    return NamedLayer(
      name, .locallyConnected(LocallyConnected(filters: filters, window: window)), initialization)
  }

  /// Overlapping pooling: kernel 3, stride 2 (paper, section 3.4).
  static func maxPooling(_ name: String, _ rounding: Rounding = .floor) -> NamedLayer {
    NamedLayer(
      name, .maxPooling(Pooling(window: Window(kernel: 3, stride: 2, rounding: rounding))))
  }

  /// Pooling without overlap: the stride is the kernel.
  static func maxPooling(_ name: String, kernel: Int) -> NamedLayer {
    NamedLayer(name, .maxPooling(Pooling(window: Window(kernel: kernel, stride: kernel))))
  }

  static func averagePooling(
    _ name: String, kernel: Int = 3, stride: Int = 2, _ rounding: Rounding = .floor
  ) -> NamedLayer {
    let window = Window(kernel: kernel, stride: stride, rounding: rounding)
    return NamedLayer(name, .averagePooling(Pooling(window: window)))
  }

  /// Normalization over n channels; the defaults are the paper's numbers and formula.
  static func norm(
    _ name: String, n: Int = 5, k: Double = 2, alpha: Double = 1e-4,
    _ convention: NormalizationConvention = .paper, groups: Int = 1
  ) -> NamedLayer {
    NamedLayer(
      name,
      .localResponseNormalization(
        LocalResponseNormalization(
          n: n, k: k, alpha: alpha, beta: 0.75, convention: convention, groups: groups)))
  }

  static func spatial(_ name: String, n: Int, alpha: Double) -> NamedLayer {
    NamedLayer(
      name,
      .spatialNormalization(
        SpatialNormalization(n: n, k: 1, alpha: alpha, beta: 0.75, convention: .source2012)))
  }

  static func batchNormalization(_ name: String) -> NamedLayer {
    NamedLayer(name, .batchNormalization(BatchNormalization(epsilon: 1e-3, momentum: 0.99)))
  }

  static func linear(_ name: String, _ outputs: Int, _ initialization: Initialization? = nil)
    -> NamedLayer
  {
    NamedLayer(name, .linear(Linear(outputs: outputs)), initialization)
  }

  static func dropout(_ name: String, _ convention: Dropout.Convention) -> NamedLayer {
    NamedLayer(name, .dropout(Dropout(rate: 0.5, convention: convention)))
  }

  static func relu(_ name: String) -> NamedLayer { NamedLayer(name, .relu) }
  static var flatten: NamedLayer { NamedLayer("flatten", .flatten) }
  static var softmax: NamedLayer { NamedLayer("softmax", .softmax) }
}

extension Initialization {
  /// Deviation 0.01, bias 0 (paper, section 5).
  static let paper = Initialization(deviation: 0.01)

  /// Deviation 0.01, bias 1: the layers whose ReLUs start with positive inputs in the paper, conv2,
  /// conv4, conv5 and the hidden fully connected ones (section 5).
  static let paperBiasOne = Initialization(deviation: 0.01, bias: 1)

  /// Bias 0, as everywhere in cuda-convnet.
  static func normal(_ deviation: Double) -> Initialization { Initialization(deviation: deviation) }
}

extension Network {
  /// The network with deviation √(2 / fan-in) and bias 0 for every layer that has weights but no
  /// initialization (He, Zhang, Ren, Sun 2015, equation 10).
  func heInitialized() -> Network {
    var network = self
    guard let geometry = try? geometry() else {
      preconditionFailure("The networks of the zoo fit: \(name).")
    }
    for layer in geometry where network.layers[layer.index].initialization == nil {
      if case .batchNormalization = layer.layer { continue }
      guard let weight = layer.parameters.first else { continue }
      network.layers[layer.index].initialization = Initialization(
        deviation: (2 / Double(weight.fanIn)).squareRoot())
    }
    return network
  }
}

extension PictureFormat {
  /// 0–255, minus the mean of each channel over ImageNet as Caffe publishes it; the paper's mean
  /// image was never published.
  static func imageNet(side: Int) -> PictureFormat {
    PictureFormat(side: side, scale: 255, mean: [122.68, 116.67, 104.01])
  }

  /// 0–1, normalized as PyTorch's ImageNet networks are.
  static func imageNetNormalized(side: Int) -> PictureFormat {
    PictureFormat(
      side: side, scale: 1, mean: [0.485, 0.456, 0.406], deviation: [0.229, 0.224, 0.225])
  }

  /// 0–1, normalized by the mean and deviation of CIFAR-10's training images. The whole image is
  /// scaled to the network's side.
  static func cifar10Normalized(side: Int) -> PictureFormat {
    PictureFormat(
      side: side, resize: side, scale: 1, mean: [0.49139965, 0.48215845, 0.4465309],
      deviation: [0.20220213, 0.19931543, 0.20086348])
  }

  /// 0–255, minus the mean of each channel of CIFAR-10; a checkpoint holds the mean image itself.
  static func cifar10(side: Int) -> PictureFormat {
    PictureFormat(side: side, scale: 255, mean: [125.3, 123.0, 113.9])
  }
}
