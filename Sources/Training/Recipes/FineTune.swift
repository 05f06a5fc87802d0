extension Recipe {
  /// Trained weights on other images.
  package static let fineTune = Recipe(
    name: "fine-tune", title: "continues from trained weights on images of your own (--from)",
    source: """
      Caffe's example that fine-tunes CaffeNet for the style of Flickr photos (models/finetune_flickr_style): \
      a tenth of the rate that the network was trained with (0.001 where that isn't known), and ten times as \
      much in the new last layer; biases at twice the rate of weights, without decay. Images keep the scale \
      and the mean that the weights were trained with. The epochs, the batch, which suits a few dozen images, \
      and the single step down are this project's.
      """,
    network: "caffenet", epochs: 30, batch: 10, optimizer: .paper(momentum: 0.9), rate: 0.001,
    biasRate: 0.002, decay: 0.0005, biasDecay: 0,
    layers: ["last": LayerSettings(rateFactor: 10)],
    schedule: .steps([RateStep(after: 20, factor: 0.1)]),
    pictures: PictureSettings(resize: 256, crop: 227, mirror: true, scale: 255, mean: .channels),
    validation: 0.1, crops: .center, from: .needed)
}
