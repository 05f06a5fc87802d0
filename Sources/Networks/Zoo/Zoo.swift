/// The built-in networks.
public enum Zoo {
  /// Every network; sessions begin with the first.
  public static let networks: [Network] = [
    alexnet, alexnetGrouped, caffenet, alexnetOneWeirdTrick, alexnetBatchNormalization,
    alexnetCIFAR10, alexnet2012, alexnet32, quick32, deep32, cudaConvnet26, cudaConvnet18,
    cudaConvnet13, cudaConvnet11,
  ]

  /// The network with this name; nil if there isn't one.
  public static func network(named name: String) -> Network? {
    networks.first { $0.name == name }
  }

  /// The classes of CIFAR-10, in the order of its label bytes.
  public static let cifar10Labels = [
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
  ]
}
