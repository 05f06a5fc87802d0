import Layers

// Variants of AlexNet by others, with He's initialization, which is usual with ReLU.

extension Zoo {
  /// The variant of 2014 ("One weird trick", the network that torchvision ships as AlexNet): fewer
  /// filters, no normalization, dropout before fc6 and fc7. The average pooling doesn't change 6×6
  /// maps; torchvision has it for other input sizes.
  static let alexnetOneWeirdTrick = Network(
    name: "alexnet-owt", title: "One weird trick (2014), as torchvision has it",
    input: .imageNetNormalized(side: 224),
    layers: [
      .convolution("conv1", 64, 11, stride: 4, padding: 2), .relu("relu1"),
      .maxPooling("pool1"),
      .convolution("conv2", 192, 5, padding: 2), .relu("relu2"),
      .maxPooling("pool2"),
      .convolution("conv3", 384, 3, padding: 1), .relu("relu3"),
      .convolution("conv4", 256, 3, padding: 1), .relu("relu4"),
      .convolution("conv5", 256, 3, padding: 1), .relu("relu5"),
      .maxPooling("pool5"), .averagePooling("avgpool", kernel: 1, stride: 1), .flatten,
      .dropout("drop6", .inverted), .linear("fc6", 4096), .relu("relu6"),
      .dropout("drop7", .inverted), .linear("fc7", 4096), .relu("relu7"),
      .linear("fc8", 1000), .softmax,
    ]
  ).heInitialized()

  /// Batch normalization instead of local response normalization, as in Keras code.
  static let alexnetBatchNormalization = Network(
    name: "alexnet-batchnorm", title: "AlexNet with batch normalization for LRN, Keras style",
    input: .imageNet(side: 227),
    layers: [
      .convolution("conv1", 96, 11, stride: 4), .relu("relu1"),
      .maxPooling("pool1"), .batchNormalization("bn1"),
      .convolution("conv2", 256, 5, padding: 2), .relu("relu2"),
      .maxPooling("pool2"), .batchNormalization("bn2"),
      .convolution("conv3", 384, 3, padding: 1), .relu("relu3"),
      .batchNormalization("bn3"),
      .convolution("conv4", 384, 3, padding: 1), .relu("relu4"),
      .batchNormalization("bn4"),
      .convolution("conv5", 256, 3, padding: 1), .relu("relu5"),
      .batchNormalization("bn5"), .maxPooling("pool5"), .flatten,
      .linear("fc6", 4096), .relu("relu6"), .dropout("drop6", .inverted),
      .linear("fc7", 4096), .relu("relu7"), .dropout("drop7", .inverted),
      .linear("fc8", 1000), .softmax,
    ]
  ).heInitialized()

  /// AlexNet on CIFAR-10's images enlarged to 227, as in PyTorch code: dropout *before* fc6 and
  /// fc7.
  static let alexnetCIFAR10 = Network(
    name: "alexnet-cifar10", title: "AlexNet for CIFAR-10, PyTorch style",
    input: .cifar10Normalized(side: 227),
    layers: [
      .convolution("conv1", 96, 11, stride: 4), .relu("relu1"),
      .norm("norm1", .pytorch), .maxPooling("pool1"),
      .convolution("conv2", 256, 5, padding: 2), .relu("relu2"),
      .norm("norm2", .pytorch), .maxPooling("pool2"),
      .convolution("conv3", 384, 3, padding: 1), .relu("relu3"),
      .convolution("conv4", 384, 3, padding: 1), .relu("relu4"),
      .convolution("conv5", 256, 3, padding: 1), .relu("relu5"),
      .maxPooling("pool5"), .flatten,
      .dropout("drop6", .inverted), .linear("fc6", 4096), .relu("relu6"),
      .dropout("drop7", .inverted), .linear("fc7", 4096), .relu("relu7"),
      .linear("fc8", 10), .softmax,
    ],
    labels: cifar10Labels
  ).heInitialized()

  /// A network of this project, not from a paper: AlexNet's eight layers with half its channels,
  /// for images of 32×32, so that it can be trained in minutes.
  static let alexnet32 = Network(
    name: "alexnet32", title: "this project's own small AlexNet, for CIFAR-10",
    input: .cifar10Normalized(side: 32),
    layers: [
      .convolution("conv1", 48, 5, padding: 2), .relu("relu1"),
      .norm("norm1"), .maxPooling("pool1", .ceil),
      .convolution("conv2", 128, 5, padding: 2), .relu("relu2"),
      .norm("norm2"), .maxPooling("pool2", .ceil),
      .convolution("conv3", 192, 3, padding: 1), .relu("relu3"),
      .convolution("conv4", 192, 3, padding: 1), .relu("relu4"),
      .convolution("conv5", 128, 3, padding: 1), .relu("relu5"),
      .maxPooling("pool5", .ceil), .flatten,
      .linear("fc6", 512), .relu("relu6"), .dropout("drop6", .paper),
      .linear("fc7", 512), .relu("relu7"), .dropout("drop7", .paper),
      .linear("fc8", 10), .softmax,
    ],
    labels: cifar10Labels
  ).heInitialized()
}
