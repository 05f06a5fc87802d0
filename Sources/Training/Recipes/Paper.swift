extension Recipe {
  /// AlexNet as the paper trains it.
  package static let paper = Recipe(
    name: "paper", title: "AlexNet as the paper prints its training",
    source: """
      Krizhevsky, Sutskever and Hinton 2012, sections 2, 4 and 5. The paper divides the rate by hand when \
      validation stalls, three times in about 90 epochs; five epochs of patience are this project's. Its \
      1000 classes become those of the data.
      """,
    network: "alexnet", epochs: 90, batch: 128, optimizer: .paper(momentum: 0.9), rate: 0.01,
    decay: 0.0005, biasDecay: 0.0005,
    schedule: .plateau(Plateau(factor: 0.1, patience: 5, most: 3)),
    initialization: .paper, dropout: .paper,
    pictures: PictureSettings(
      resize: 256, crop: 227, mirror: true, scale: 255, mean: .image, colorNoise: .paper),
    validation: 0.1, crops: .tenCrop)
}
