extension Recipe {
  /// CIFAR-10 in 80 seconds on two cores.
  package static let eightySeconds = Recipe(
    name: "80-seconds", title: "this project's answer to cuda-convnet's 26% in 80 seconds",
    source: """
      A recipe of this project, with the time that cuda-convnet's fastest network took on a GPU of 2010, for two \
      cores of today. Settings were chosen on validation images.
      """,
    network: "quick32", epochs: 4, batch: 128, optimizer: .pytorch(momentum: 0.9),
    rate: 0.05, decay: 0.0005,
    schedule: .oneCycle(OneCycle(warmUp: 0.25, start: 0.1, final: 0.01, anneal: .linear)),
    initialization: .he,
    pictures: PictureSettings(mirror: true, scale: 1, mean: .channels, deviation: .channels),
    validation: 0.04, crops: .center)
}
