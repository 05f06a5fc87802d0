import Networks

extension Experiment {
  /// Section 5 of the paper.
  static let initialization = Experiment(
    name: "init", title: "how should weights and biases be initialized?",
    claim: Claim(
      "Initial biases of one speed up the early stages of learning, since they give the ReLUs "
        + "positive inputs.",
      source: "paper, section 5"),
    remarks: """
      The network is quick32 without batch normalization, which would hide the effect of initial weights. In the \
      first two arms all weights have the paper's deviation, 0.01. Each arm has its own learning \
      rate. Early means: until half of the training images are classified correctly.
      """,
    network: "quick32", edits: .fourLayers,
    recipe: .study(rate: 0.02, initialization: .network, validation: 0),
    arms: [
      Arm("zero", "deviation 0.01, all biases 0", edits: .begin(convolution: "0")),
      Arm(
        "one", "deviation 0.01, biases 1 in the second and third convolution",
        edits: .begin(convolution: "1")),
      Arm(
        "He", "deviation √(2 / fan-in), all biases 0",
        changes: [RecipeChange("initialization", "he")]),
    ],
    measure: .epochs(toTrainingError: 0.5),
    comparisons: [
      Comparison("one", beats: "zero"),
      Comparison("He", beats: "one", elsewhere: "practice since 2015 (He, Zhang, Ren, Sun)"),
    ],
    full: Budget(seeds: 3, epochs: 20, pictures: 10_000, rates: [0.003, 0.01, 0.03, 0.1]),
    quick: Budget(seeds: 2, epochs: 10, pictures: 3_000, rates: [0.03, 0.1]))
}

extension [NetworkEdit] {
  /// The paper's deviation everywhere, and this bias after the first convolution.
  fileprivate static func begin(convolution bias: String) -> [NetworkEdit] {
    ["conv1", "conv2", "conv3", "fc10"].map { .set("\($0).deviation", "0.01") }
      + ["conv2", "conv3"].map { .set("\($0).bias", bias) }
  }
}
