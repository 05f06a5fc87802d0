import Networks

extension Experiment {
  /// Ioffe and Szegedy 2015.
  static let batchNormalization = Experiment(
    name: "batchnorm", title: "does batch normalization do more than LRN?",
    claim: Claim(
      "With batch normalization a network can take much higher learning rates, reaches the same "
        + "accuracy in a fourteenth of the steps, and no longer needs local response normalization.",
      source: "Ioffe, Szegedy 2015, abstract and section 4.2, on ImageNet"),
    remarks: """
      The network is quick32, with three convolutions. Its batch normalization is taken out, or replaced by \
      LRN with AlexNet's numbers behind each ReLU. Each arm has its own learning rate. Weights are He's, so \
      that the network without normalization starts well. The training error is measured before \
      each step, with the means and variances of the batch.
      """,
    network: "quick32", recipe: .study(rate: 0.05, validation: 0),
    arms: [
      Arm("none", "no normalization", edits: .fourLayers),
      Arm(
        "LRN", "5 neighbouring channels, k 2, α 0.0001, β 0.75",
        edits: .fourLayers
          + ["relu1", "relu2", "relu3"].map {
            .insert(after: $0, kind: "local_response_normalization", fields: [])
          }),
      Arm("batch", "batch normalization before each ReLU"),
    ],
    measure: .epochs(toTrainingError: 0.4),
    comparisons: [
      Comparison("batch", beats: "none", factor: 14), Comparison("batch", beats: "LRN"),
      Comparison("LRN", beats: "none"),
    ],
    full: Budget(seeds: 3, epochs: 12, pictures: 8_000, rates: [0.01, 0.04, 0.16, 0.64]),
    quick: Budget(seeds: 2, epochs: 8, pictures: 2_500, rates: [0.02, 0.2]))
}
