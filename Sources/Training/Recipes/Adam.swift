extension Recipe {
  /// The popular way of training AlexNet on CIFAR-10.
  public static let adam = Recipe(
    name: "adam", title: "AlexNet on CIFAR-10 as PyTorch scripts train it",
    source: """
      A script that is widely copied: pictures enlarged to 227, mirrored, normalized by these numbers; \
      Adam with its usual ones, rate 0.001, 15 epochs of batches of 64. The script validates on a part of \
      the test pictures; here a part of the training pictures is held back instead.
      """,
    network: "alexnet-cifar10", epochs: 15, batch: 64,
    optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), rate: 0.001, schedule: .constant,
    initialization: .he, dropout: .inverted,
    pictures: PictureSettings(
      resize: 227, mirror: true, scale: 1, mean: .values([0.49139965, 0.48215845, 0.4465309]),
      deviation: .values([0.20220213, 0.19931543, 0.20086348])),
    validation: 0.1, views: .center)
}
