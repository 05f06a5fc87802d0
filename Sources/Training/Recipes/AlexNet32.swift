extension Recipe {
  /// The small AlexNet in minutes.
  package static let alexnet32 = Recipe(
    name: "alexnet32", title: "the small AlexNet on CIFAR-10, in minutes",
    source: """
      This project's own, for its own network: what practice recommends (He initialization, a one-cycle \
      schedule, padded crops and mirrors) on AlexNet's eight layers.
      """,
    network: "alexnet32", epochs: 20, batch: 128, optimizer: .pytorch(momentum: 0.9), rate: 0.02,
    decay: 0.0005, schedule: .oneCycle(OneCycle()), initialization: .he, dropout: .inverted,
    pictures: PictureSettings(
      crop: 32, padding: 4, mirror: true, scale: 1, mean: .channels, deviation: .channels),
    validation: 0.1, crops: .center)
}
