import Networks

extension Experiment {
  /// Sections 1 and 7 of the paper.
  static let depth = Experiment(
    name: "depth", title: "does every middle layer count?",
    claim: Claim(
      "Removing any of the middle layers costs about 2 points of top-1 accuracy, although none of "
        + "them has many of the parameters.",
      source: "paper, section 7, on ImageNet"),
    remarks: """
      The network is alexnet32 with a third or a quarter of its filters. Its images are 32 wide, \
      not 227: a middle layer sees 8×8 maps, and the fifth convolution already sees the whole image.
      """,
    network: "alexnet32", edits: .slim,
    recipe: .study(
      rate: 0.02, decay: 0.0005, schedule: .study,
      pictures: PictureSettings(mirror: true, scale: 1, mean: .channels, deviation: .channels)),
    arms: [
      Arm("whole", "five convolutions"),
      Arm("3 out", "without the third", edits: [.remove("conv3"), .remove("relu3")]),
      Arm("4 out", "without the fourth", edits: [.remove("conv4"), .remove("relu4")]),
      Arm("5 out", "without the fifth", edits: [.remove("conv5"), .remove("relu5")]),
    ],
    measure: .testError,
    comparisons: [
      Comparison(
        "whole", beats: "3 out", elsewhere: "the paper reports about 2 points on ImageNet"),
      Comparison("whole", beats: "4 out"), Comparison("whole", beats: "5 out"),
    ],
    full: Budget(seeds: 3, epochs: 8, pictures: 25_000),
    quick: Budget(seeds: 2, epochs: 5, pictures: 6_000, testPictures: 2_000))
}
