extension Recipe {
  /// CIFAR-10 in five minutes on two cores.
  package static let fiveMinutes = Recipe(
    name: "five-minutes", title: "a lower error than 80-seconds, in five minutes on two cores",
    source: """
      A recipe of this project. The network was chosen from three on validation images, in runs of two to \
      four epochs. Eighteen epochs fit five minutes on two cores with AVX2; a faster machine has time for more \
      (--epochs). Benchmarks/accuracy.py compares it with PyTorch.
      """,
    network: "deep32", epochs: 18, batch: 64, optimizer: .pytorch(momentum: 0.9),
    rate: 0.05, decay: 0.0005,
    schedule: .oneCycle(OneCycle(warmUp: 0.25, start: 0.1, final: 0.01, anneal: .linear)),
    initialization: .he,
    pictures: PictureSettings(
      crop: 32, padding: 2, mirror: true, scale: 1, mean: .channels, deviation: .channels),
    validation: 0.04, crops: .mirrored)
}
