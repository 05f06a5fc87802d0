extension Recipe {
  /// AlexNet as the authors' program trains it.
  package static let source2012 = Recipe(
    name: "source-2012", title: "AlexNet as the authors' 2012 program trains it",
    source: """
      The authors' program, published as AlexNet-Source-Code by the Computer History Museum: its \
      configuration layers-145 with the dates and rates of the ILSVRC-2010 run. Biases have their own learning \
      rate and don't decay. That their rate stays at 0.002 while the weights' falls is \
      inferred: the configurations print the same bias rate whatever the weight rate is. 32 consecutive \
      images share a crop and a flip; the mean image's centre crop is subtracted from every crop; images \
      are divided by 1.1 in training, as long as noise is added to their colours. The 1000 classes become \
      those of the data.
      """,
    network: "alexnet-2012", epochs: 93, batch: 128, optimizer: .paper(momentum: 0.9), rate: 0.01,
    biasRate: 0.002, decay: 0.0005, biasDecay: 0, schedule: .source2012,
    initialization: .source2012, dropout: .paper,
    pictures: PictureSettings(
      resize: 256, crop: 224, mirror: true, cropChunk: 32, scale: 255, mean: .imageCenter,
      colorNoise: .source2012, colorEpochs: 68, colorDivisor: 1.1),
    validation: 0.1, crops: .tenCrop)
}
