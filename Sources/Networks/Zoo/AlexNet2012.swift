import Layers

extension Zoo {
  /// The network of the authors' 2012 program, configuration `layers-145`, where it differs from
  /// the paper: windows rounded up at 224, normalization of each GPU's half of the channels
  /// separately, ReLU after pooling in blocks 1 and 5, a normalization within each map in block 2,
  /// and deviation 0.03 in conv3, conv4 and conv5.
  static let alexnet2012 = Network(
    name: "alexnet-2012", title: "AlexNet as the authors' 2012 program computes it",
    input: .imageNet(side: 224),
    layers: [
      .convolution("conv1", 96, 11, stride: 4, rounding: .ceil, .paper),
      .norm("norm1", .source2012, groups: 2), .maxPooling("pool1", .ceil), .relu("relu1"),
      .convolution("conv2", 256, 5, padding: 2, groups: 2, rounding: .ceil, .paperBiasOne),
      .relu("relu2"), .norm("norm2", .source2012, groups: 2),
      .spatial("spatial2", n: 5, alpha: 1e-3), .maxPooling("pool2", .ceil),
      .convolution("conv3", 384, 3, padding: 1, rounding: .ceil, wide(bias: 0)), .relu("relu3"),
      .convolution("conv4", 384, 3, padding: 1, groups: 2, rounding: .ceil, wide(bias: 1)),
      .relu("relu4"),
      .convolution("conv5", 256, 3, padding: 1, groups: 2, rounding: .ceil, wide(bias: 1)),
      .maxPooling("pool5", .ceil), .relu("relu5"),
    ] + paperClassifier(.paper))

  private static func wide(bias: Double) -> Initialization {
    Initialization(deviation: 0.03, bias: bias)
  }
}
