import Layers

// The paper's network, and Caffe's.

extension Zoo {
  /// The paper's network in one piece: 227 wide, no groups.
  static let alexnet = Network(
    name: "alexnet", title: "AlexNet in one piece (paper, section 3)",
    input: .imageNet(side: 227), layers: paperLayers(groups: 1))

  /// The paper's network on two GPUs: conv2, conv4 and conv5 see only the half of the channels that
  /// is on their GPU (section 3.2).
  static let alexnetGrouped = Network(
    name: "alexnet-grouped", title: "AlexNet as on the paper's two GPUs",
    input: .imageNet(side: 227), layers: paperLayers(groups: 2))

  /// Caffe's reference network: grouped, and pooling before normalization.
  static let caffenet = Network(
    name: "caffenet", title: "CaffeNet, Caffe's: pooling before normalization",
    input: .imageNet(side: 227),
    layers: [
      .convolution("conv1", 96, 11, stride: 4, .paper), .relu("relu1"),
      .maxPooling("pool1"), .norm("norm1", k: 1, .caffe),
      .convolution("conv2", 256, 5, padding: 2, groups: 2, .paperBiasOne), .relu("relu2"),
      .maxPooling("pool2"), .norm("norm2", k: 1, .caffe),
    ] + upperConvolutions(groups: 2) + paperClassifier(.inverted))

  private static func paperLayers(groups: Int) -> [NamedLayer] {
    [
      .convolution("conv1", 96, 11, stride: 4, .paper), .relu("relu1"),
      .norm("norm1"), .maxPooling("pool1"),
      .convolution("conv2", 256, 5, padding: 2, groups: groups, .paperBiasOne), .relu("relu2"),
      .norm("norm2"), .maxPooling("pool2"),
    ] + upperConvolutions(groups: groups) + paperClassifier(.paper)
  }

  private static func upperConvolutions(groups: Int) -> [NamedLayer] {
    [
      .convolution("conv3", 384, 3, padding: 1, .paper), .relu("relu3"),
      .convolution("conv4", 384, 3, padding: 1, groups: groups, .paperBiasOne), .relu("relu4"),
      .convolution("conv5", 256, 3, padding: 1, groups: groups, .paperBiasOne), .relu("relu5"),
      .maxPooling("pool5"),
    ]
  }

  /// The fully connected half: dropout follows the ReLUs of fc6 and fc7 (section 4.2).
  static func paperClassifier(_ convention: Dropout.Convention) -> [NamedLayer] {
    [
      .flatten, .linear("fc6", 4096, .paperBiasOne), .relu("relu6"), .dropout("drop6", convention),
      .linear("fc7", 4096, .paperBiasOne), .relu("relu7"), .dropout("drop7", convention),
      .linear("fc8", 1000, .paper), .softmax,
    ]
  }
}
