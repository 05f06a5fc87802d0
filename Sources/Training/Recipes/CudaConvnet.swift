import Datasets

// Krizhevsky's networks for CIFAR-10 as he trained them.

extension Recipe {
  /// 26% in 80 seconds.
  package static let cudaConvnet26 = cudaConvnet(
    "26", layers: ["fc64": LayerSettings(decay: 0.03), "fc10": LayerSettings(decay: 0.03)],
    decay: 0.004, epochs: 20, schedule: .constant, pictures: whole, crops: .center,
    note: "The number of epochs is this project's; only the time, 80 seconds, was published.")

  /// 18% in 20 minutes.
  package static let cudaConvnet18 = cudaConvnet(
    "18", layers: ["fc10": LayerSettings(decay: 1)], decay: 0.004, epochs: 140,
    schedule: .steps([RateStep(after: 120, factor: 0.1), RateStep(after: 130, factor: 0.01)]),
    pictures: whole, crops: .center,
    note: "Rates are divided by 10 after 120 epochs, and again 10 epochs later.")

  /// 13% in 25 minutes.
  package static let cudaConvnet13 = cudaConvnet(
    "13",
    layers: [
      "conv1": LayerSettings(decay: 0), "conv2": LayerSettings(decay: 0),
    ], decay: 0.004, epochs: 140,
    schedule: .steps([RateStep(after: 120, factor: 0.1), RateStep(after: 130, factor: 0.01)]),
    pictures: crops, crops: .multiView,
    note: "Crops of 24×24 and mirrors; the epochs and steps are those of the 18% network.")

  /// 11% in 75 minutes.
  package static let cudaConvnet11 = cudaConvnet(
    "11",
    layers: [
      "conv1": LayerSettings(decay: 0), "conv2": LayerSettings(decay: 0),
      "fc10": LayerSettings(decay: 0.01),
    ], decay: 0.004, epochs: 500,
    schedule: .steps([RateStep(after: 480, factor: 0.1), RateStep(after: 490, factor: 0.01)]),
    pictures: crops, crops: .multiView,
    note: """
      Crops of 24×24 and mirrors; the epochs are this project's: three times those of the 13% network, as \
      the published times are.
      """)

  /// The whole image minus the mean image.
  private static let whole = PictureSettings(scale: 255, mean: .image)

  /// Crops of 24×24 of the image minus the mean image, half of them mirrored.
  private static let crops = PictureSettings(crop: 24, mirror: true, scale: 255, mean: .image)

  private static func cudaConvnet(
    _ error: String, layers: [String: LayerSettings], decay: Double, epochs: Int,
    schedule: Schedule, pictures: PictureSettings, crops: TestCrops, note: String
  ) -> Recipe {
    Recipe(
      name: "cuda-convnet-\(error)", title: "cuda-convnet's \(error)% network as published",
      source: """
        Krizhevsky's cuda-convnet, its layer and parameter files for CIFAR-10: rates 0.001 for weights and \
        0.002 for biases, momentum 0.9, images 0 to 255 less the mean image. \(note)
        """,
      network: "cuda-convnet-\(error)", epochs: epochs, batch: 128,
      optimizer: .paper(momentum: 0.9), rate: 0.001, biasRate: 0.002, decay: decay, biasDecay: 0,
      layers: layers, schedule: schedule, initialization: .network, pictures: pictures,
      validation: 0.04, crops: crops)
  }
}
