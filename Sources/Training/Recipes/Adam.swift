extension Recipe {
  /// The popular way of training AlexNet on CIFAR-10.
  package static let adam = Recipe(
    name: "adam", title: "AlexNet on CIFAR-10 as PyTorch scripts train it",
    source: """
      A script that is widely copied: images enlarged to 227, mirrored, normalized by these numbers; \
      Adam with its usual ones, rate 0.001, 15 epochs of batches of 64. The script validates on a fifth of \
      the test images, the same share of each class, which --set validation=test:0.2 does too. That is \
      wrong: test images are for one measurement at the end, of a network that is already chosen. Images \
      that helped to choose the best epoch make it look better than it is, so they can't be tested with \
      any more; the error on the other 80% can't be compared with errors on the whole test set. By \
      default, a tenth of the training images is held back instead.
      """,
    network: "alexnet-cifar10", epochs: 15, batch: 64,
    optimizer: .adam(beta1: 0.9, beta2: 0.999, epsilon: 1e-8), rate: 0.001, schedule: .constant,
    initialization: .he, dropout: .inverted,
    pictures: PictureSettings(
      resize: 227, mirror: true, scale: 1, mean: .values([0.49139965, 0.48215845, 0.4465309]),
      deviation: .values([0.20220213, 0.19931543, 0.20086348])),
    validation: 0.1, crops: .center)
}
