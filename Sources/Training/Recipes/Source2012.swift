extension Recipe {
  /// AlexNet as the authors' program trains it.
  public static let source2012 = Recipe(
    name: "source-2012", title: "AlexNet as the authors' 2012 program trains it",
    source: """
      The authors' program, published as AlexNet-Source-Code by the Computer History Museum, configuration \
      layers-145 and the log of its ILSVRC-2010 run. Biases have a rate of their own there and do not \
      decay; that it is twice the weights' is inferred from cuda-convnet's. Pictures are divided by 1.1, as \
      there where their colours are noisy. Its 1000 classes become those of the data.
      """,
    network: "alexnet-2012", epochs: 93, batch: 128, optimizer: .paper(momentum: 0.9), rate: 0.01,
    biasRate: 0.02, decay: 0.0005, biasDecay: 0, schedule: .source2012,
    initialization: .source2012, dropout: .paper,
    pictures: PictureSettings(
      resize: 256, crop: 224, mirror: true, scale: 255, mean: .image,
      deviation: .values([1.1, 1.1, 1.1]), colorNoise: .source2012, colorEpochs: 68),
    validation: 0.1, views: .tenCrop)
}
