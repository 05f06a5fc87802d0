extension Recipe {
  /// The small AlexNet, as it comes with the program.
  package static let alexnet32 = Recipe(
    name: "alexnet32", title: "the small AlexNet on CIFAR-10, in an hour",
    source: """
      This project's own, for its own network: what practice recommends (He initialization, a one-cycle \
      schedule, padded crops, mirrors, cut-out squares) on AlexNet's eight layers. Without the squares the \
      network fits its training images far better than others.
      """,
    network: "alexnet32", epochs: 60, batch: 128, optimizer: .pytorch(momentum: 0.9), rate: 0.02,
    decay: 0.0005, schedule: .oneCycle(OneCycle()), initialization: .he, dropout: .inverted,
    pictures: PictureSettings(
      crop: 32, padding: 4, mirror: true, cutout: 12, scale: 1, mean: .channels,
      deviation: .channels),
    validation: 0.04, crops: .center)
}
