import Networks

extension Experiment {
  /// Section 4.2 of the paper.
  static let dropout = Experiment(
    name: "dropout", title: "does dropout keep a network from overfitting?",
    claim: Claim(
      "Without dropout in its first two fully connected layers the network overfits substantially; "
        + "with it, it takes about twice as many iterations to converge.",
      source: "paper, section 4.2, on ImageNet"),
    remarks: """
      The network is alexnet32 with a third or a quarter of its filters and all of its fully \
      connected layers; a fifth of the images, seen often, gives it something to overfit to.
      """,
    network: "alexnet32", edits: .slim,
    recipe: .study(rate: 0.02, schedule: .study),
    arms: [
      Arm("without", "no dropout", edits: [.remove("drop6"), .remove("drop7")]),
      Arm("dropout", "half of fc6's and fc7's outputs dropped"),
    ],
    measure: .testError,
    comparisons: [Comparison("dropout", beats: "without")],
    full: Budget(seeds: 3, epochs: 40, pictures: 10_000),
    quick: Budget(seeds: 2, epochs: 20, pictures: 4_000, testPictures: 2_000))
}
