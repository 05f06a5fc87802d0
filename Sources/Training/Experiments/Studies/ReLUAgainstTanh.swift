import Networks

extension Experiment {
  /// Figure 1 of the paper.
  static let reluAgainstTanh = Experiment(
    name: "relu-vs-tanh", title: "do networks with ReLU learn faster than with tanh?",
    claim: Claim(
      "A four-layer convolutional network on CIFAR-10 reaches a training error of 25% in a sixth of "
        + "the epochs with ReLU that it takes with tanh, each with a learning rate of its own and "
        + "without regularization.",
      source: "paper, section 3.1 and figure 1"),
    remarks: """
      The paper does not say what its four layers were, nor how their weights began; here they are \
      quick32's without batch normalization, and weights begin by the rule that was made for each, He's \
      for ReLU and Xavier's for tanh, which the paper does not use. A part of the training \
      pictures makes epochs shorter, and more of them. Training error is that of an epoch's \
      steps, each measured before it is made; between two epochs it is taken to fall in a straight line.
      """,
    network: "quick32", edits: .fourLayers,
    recipe: .study(rate: 0.02, validation: 0),
    arms: [
      Arm("ReLU", "max(0, x)", changes: [RecipeChange("initialization", "he")]),
      Arm(
        "tanh", "the hyperbolic tangent", edits: [.set("activation", "tanh")],
        changes: [RecipeChange("initialization", "xavier")]),
    ],
    measure: .epochs(toTrainingError: 0.25),
    comparisons: [Comparison("ReLU", beats: "tanh", factor: 6)],
    full: Budget(seeds: 3, epochs: 40, pictures: 10_000, rates: [0.01, 0.02, 0.04, 0.08]),
    quick: Budget(seeds: 2, epochs: 15, pictures: 3_000, rates: [0.02, 0.04]))
}
