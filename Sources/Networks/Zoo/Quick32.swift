import Layers

extension Zoo {
  /// Three convolutions, each pooled and batch-normalized: enough for a short training run. Pooling
  /// comes before normalization and saves three quarters of its work.
  static let quick32 = Network(
    name: "quick32",
    title: "three batch-normalized convolutions for small images, trained in a minute",
    input: PictureFormat(
      side: 32, scale: 1, mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616]),
    layers: [
      .convolution("conv1", 32, 5, padding: 2), .maxPooling("pool1", .ceil),
      .quickNormalization("norm1"), .relu("relu1"),
      .convolution("conv2", 64, 3, padding: 1), .maxPooling("pool2", .ceil),
      .quickNormalization("norm2"), .relu("relu2"),
      .convolution("conv3", 128, 3, padding: 1), .maxPooling("pool3", .ceil),
      .quickNormalization("norm3"), .relu("relu3"),
      .flatten, .linear("fc10", 10), .softmax,
    ],
    labels: cifar10Labels
  ).heInitialized()
}

extension NamedLayer {
  /// PyTorch's defaults: the running statistics follow fast enough for runs of a minute.
  static func quickNormalization(_ name: String) -> NamedLayer {
    NamedLayer(name, .batchNormalization(BatchNormalization(epsilon: 1e-5, momentum: 0.9)))
  }
}
