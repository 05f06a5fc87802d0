import Networks

extension Experiment {
  /// Section 3.4 of the paper.
  static let overlappingPooling = Experiment(
    name: "overlap", title: "does overlapping pooling help?",
    claim: Claim(
      "Windows of 3×3 with stride 2 lower the error by 0.4 points (top-1) and 0.3 (top-5) "
        + "compared with windows of 2×2 with stride 2, and the network overfits a little less.",
      source: "paper, section 3.4, on ImageNet"),
    remarks: """
      Both poolings leave maps of the same size, 32 to 16 to 8 to 4, since quick32 rounds up: only the \
      windows differ.
      """,
    network: "quick32",
    recipe: .study(rate: 0.05, decay: 0.0005, schedule: .study),
    arms: [
      Arm("3/2", "kernel 3, stride 2: each window shares a row and a column with the next"),
      Arm(
        "2/2", "kernel 2, stride 2: windows don't overlap",
        edits: [.set("pool1.kernel", "2"), .set("pool2.kernel", "2"), .set("pool3.kernel", "2")]),
    ],
    measure: .testError,
    comparisons: [
      Comparison("3/2", beats: "2/2", elsewhere: "the paper reports 0.4 points on ImageNet")
    ],
    full: Budget(seeds: 5, epochs: 5),
    quick: Budget(seeds: 2, epochs: 4, pictures: 15_000, testPictures: 2_000))
}
