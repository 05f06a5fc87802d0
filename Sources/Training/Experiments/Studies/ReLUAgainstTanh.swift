import Networks

extension Experiment {
  /// Figure 1 of the paper, under the conditions of its time.
  static let reluAgainstTanh = Experiment(
    name: "relu-vs-tanh", title: "do networks with ReLU learn faster than with tanh?",
    claim: Claim(
      "A four-layer convolutional network on CIFAR-10 reaches a training error of 25% in a sixth of "
        + "the epochs with ReLU that it takes with tanh, each with its own learning rate and "
        + "without regularization.",
      source: "paper, section 3.1 and figure 1"),
    remarks: """
      The paper doesn't say what its four layers were, nor how their weights were initialized. Here they are \
      quick32's without batch normalization; weights have the initial deviation of the paper's section 5, \
      0.01, and images are its 0 to 255 less the mean image. A small part of the training images is \
      memorized in fewer steps than all of them. The training error is that of an epoch's steps, each \
      measured before the step, and is interpolated linearly between two epochs.
      """,
    network: "quick32",
    edits: .fourLayers
      + ["conv1", "conv2", "conv3", "fc10"].map { .set("\($0).deviation", "0.01") },
    recipe: .study(
      rate: 0.001, initialization: .network, pictures: PictureSettings(scale: 255, mean: .image),
      validation: 0),
    arms: [
      Arm("ReLU", "max(0, x)"),
      Arm("tanh", "the hyperbolic tangent", edits: [.set("activation", "tanh")]),
    ],
    measure: .epochs(toTrainingError: 0.25),
    comparisons: [Comparison("ReLU", beats: "tanh", factor: 6)],
    full: Budget(seeds: 3, epochs: 100, pictures: 4_000, rates: [0.001, 0.002, 0.004, 0.008]),
    quick: Budget(seeds: 2, epochs: 40, pictures: 1_500, rates: [0.001, 0.004]))

  /// The same with today's usual initial weights and image scaling.
  static let reluAgainstTanhToday = Experiment(
    name: "relu-vs-tanh-today", title: "does ReLU still win with today's initializations?",
    claim: Claim(
      "ReLU learns several times faster than tanh: what the paper found for its initialization "
        + "is often claimed for any.",
      source: "paper, section 3.1, taken as a rule"),
    remarks: """
      Like relu-vs-tanh, with images of mean 0 and deviation 1, and weights by the rule that was made for \
      each activation: He's for ReLU, Xavier's for tanh. With Xavier's, tanh starts where it is steep.
      """,
    network: "quick32", edits: .fourLayers, recipe: .study(rate: 0.02, validation: 0),
    arms: [
      Arm("ReLU", "max(0, x)", changes: [RecipeChange("initialization", "he")]),
      Arm(
        "tanh", "the hyperbolic tangent", edits: [.set("activation", "tanh")],
        changes: [RecipeChange("initialization", "xavier")]),
    ],
    measure: .epochs(toTrainingError: 0.25),
    comparisons: [Comparison("ReLU", beats: "tanh")],
    full: Budget(seeds: 3, epochs: 40, pictures: 10_000, rates: [0.005, 0.01, 0.02, 0.04, 0.08]),
    quick: Budget(seeds: 2, epochs: 15, pictures: 3_000, rates: [0.01, 0.04]))
}
