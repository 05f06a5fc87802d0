import Layers

// Krizhevsky's networks for CIFAR-10, published with cuda-convnet before AlexNet. The number in each
// name is its published test error in percent. Every pooling is rounded up: 32 → 16 → 8 → 4.

extension Zoo {
  /// 26% in 80 seconds.
  static let cudaConvnet26 = Network(
    name: "cuda-convnet-26",
    title: "cuda-convnet's quickest: 26% test error in 80 seconds, as published",
    input: .cifar10(side: 32),
    layers: [
      .convolution("conv1", 32, 5, padding: 2, .normal(1e-4)), .maxPooling("pool1", .ceil),
      .relu("relu1"),
      .convolution("conv2", 32, 5, padding: 2, .normal(0.01)), .relu("relu2"),
      .averagePooling("pool2", .ceil),
      .convolution("conv3", 64, 5, padding: 2, .normal(0.01)), .relu("relu3"),
      .averagePooling("pool3", .ceil), .flatten,
      .linear("fc64", 64, .normal(0.1)), .relu("relu4"),
      .linear("fc10", 10, .normal(0.1)), .softmax,
    ],
    labels: cifar10Labels)

  /// 18%: the same convolutions, with normalization within each map after the first two poolings.
  static let cudaConvnet18 = Network(
    name: "cuda-convnet-18",
    title: "cuda-convnet, normalized within maps: 18% test error, as published",
    input: .cifar10(side: 32),
    layers: [
      .convolution("conv1", 32, 5, padding: 2, .normal(1e-4)), .maxPooling("pool1", .ceil),
      .relu("relu1"), .spatial("norm1", n: 3, alpha: 5e-5),
      .convolution("conv2", 32, 5, padding: 2, .normal(0.01)), .relu("relu2"),
      .averagePooling("pool2", .ceil), .spatial("norm2", n: 3, alpha: 5e-5),
      .convolution("conv3", 64, 5, padding: 2, .normal(0.01)), .relu("relu3"),
      .averagePooling("pool3", .ceil), .flatten,
      .linear("fc10", 10, .normal(0.01)), .softmax,
    ],
    labels: cifar10Labels)

  /// 13%: two convolutions and two locally connected layers, on crops of 24×24.
  static let cudaConvnet13 = Network(
    name: "cuda-convnet-13", title: "cuda-convnet, locally connected: 13% test error, as published",
    input: .cifar10(side: 24),
    layers: [
      .convolution("conv1", 64, 5, padding: 2, .normal(1e-4)), .relu("relu1"),
      .maxPooling("pool1", .ceil),
      .convolution("conv2", 64, 5, padding: 2, .normal(0.01)), .relu("relu2"),
      .maxPooling("pool2", .ceil),
      .local("local3", 32, .normal(0.04)), .relu("relu3"),
      .local("local4", 32, .normal(0.04)), .relu("relu4"), .flatten,
      .linear("fc10", 10, .normal(0.01)), .softmax,
    ],
    labels: cifar10Labels)

  /// 11%: like the 13% network, but with LRN across 9 channels and a wider third layer.
  static let cudaConvnet11 = Network(
    name: "cuda-convnet-11", title: "cuda-convnet, LRN across maps: 11% test error, as published",
    input: .cifar10(side: 24),
    layers: [
      .convolution("conv1", 64, 5, padding: 2, .normal(1e-4)), .relu("relu1"),
      .maxPooling("pool1", .ceil), .norm("norm1", n: 9, k: 1, alpha: 1e-3, .source2012),
      .convolution("conv2", 64, 5, padding: 2, .normal(0.01)), .relu("relu2"),
      .norm("norm2", n: 9, k: 1, alpha: 1e-3, .source2012), .maxPooling("pool2", .ceil),
      .local("local3", 64, .normal(0.04)), .relu("relu3"),
      .local("local4", 32, .normal(0.04)), .relu("relu4"), .flatten,
      .linear("fc10", 10, .normal(0.01)), .softmax,
    ],
    labels: cifar10Labels)
}
