import Layers

extension Zoo {
  /// Five convolutions, each batch-normalized, for training runs of minutes. A first convolution of
  /// stride 2 costs a quarter of one that is pooled afterwards, which leaves time for more epochs.
  static let deep32 = Network(
    name: "deep32",
    title: "five batch-normalized convolutions for small images, trained in five minutes",
    input: PictureFormat(
      side: 32, scale: 1, mean: [0.4914, 0.4822, 0.4465], deviation: [0.247, 0.2435, 0.2616]),
    layers: [
      .convolution("conv1", 32, 4, stride: 2, padding: 1),
      .quickNormalization("norm1"), .relu("relu1"),
      .convolution("conv2", 48, 3, padding: 1), .maxPooling("pool2", kernel: 2),
      .quickNormalization("norm2"), .relu("relu2"),
      .convolution("conv3", 96, 3, padding: 1),
      .quickNormalization("norm3"), .relu("relu3"),
      .convolution("conv4", 96, 3, padding: 1), .maxPooling("pool4", kernel: 2),
      .quickNormalization("norm4"), .relu("relu4"),
      .convolution("conv5", 192, 3, padding: 1),
      .quickNormalization("norm5"), .relu("relu5"), .maxPooling("pool5", kernel: 4),
      .flatten, .linear("fc10", 10), .softmax,
    ],
    labels: cifar10Labels
  ).heInitialized()
}
