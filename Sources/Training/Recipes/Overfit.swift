extension Recipe {
  /// A run of a minute that first underfits and then overfits.
  package static let overfit = Recipe(
    name: "overfit", title: "underfits, then overfits, in less than a minute on shapes-hard",
    source: """
      A recipe of this project, for learning to read curves: few images, no decay, no augmentation, a constant rate, and \
      a network that can memorize 2,000 images. Two thirds of the 3,000 training images of \
      shapes-hard are trained on, and the others held back.
      """,
    network: "cuda-convnet-18", epochs: 40, batch: 64, optimizer: .pytorch(momentum: 0.9),
    rate: 0.005, initialization: .he,
    pictures: PictureSettings(scale: 1, mean: .channels, deviation: .channels),
    validation: 1.0 / 3, crops: .center)
}
