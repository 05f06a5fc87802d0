import Networks

extension Experiment {
  /// Section 3.3 of the paper.
  static let normalization = Experiment(
    name: "lrn", title: "does local response normalization help?",
    claim: Claim(
      "Normalizing across neighbouring channels lowers the test error of a four-layer network on "
        + "CIFAR-10 from 13% to 11%.",
      source: "paper, section 3.3"),
    remarks: """
      The two published networks with these errors differ in more than the normalization. Here \
      nothing else differs: the network is cuda-convnet-18, which normalizes within each channel, and the \
      numbers of both normalizations are those of Krizhevsky's published configurations, as are the scale \
      of the images, the initialization and the decay. It trains for far fewer epochs than published.
      """,
    network: "cuda-convnet-18",
    recipe: {
      var recipe = Recipe.study(
        rate: 0.002, decay: 0.004, schedule: .study, initialization: .network,
        pictures: PictureSettings(scale: 255, mean: .image))
      (recipe.optimizer, recipe.biasRate) = (.paper(momentum: 0.9), 0.004)
      recipe.layers = ["fc10": LayerSettings(decay: 1)]
      return recipe
    }(),
    arms: [
      Arm("none", "no normalization", edits: [.remove("norm1"), .remove("norm2")]),
      Arm("within", "each channel by itself, 3×3"),
      Arm(
        "across", "9 neighbouring channels",
        edits: [
          .remove("norm1"), .across(after: "relu1"), .remove("norm2"), .across(after: "pool2"),
        ]),
    ],
    measure: .testError,
    comparisons: [
      Comparison(
        "across", beats: "none",
        elsewhere: "the paper reports 2 points on CIFAR-10, and 1.4 (top-1) on ImageNet"),
      Comparison("within", beats: "none"),
    ],
    full: Budget(seeds: 3, epochs: 12, pictures: 25_000),
    quick: Budget(seeds: 2, epochs: 5, pictures: 8_000, testPictures: 2_000))
}

extension NetworkEdit {
  /// Normalization across channels as in cuda-convnet's 11% network.
  fileprivate static func across(after layer: String) -> NetworkEdit {
    .insert(
      after: layer, kind: "local_response_normalization",
      fields: [
        FieldSetting("n", .whole(9)), FieldSetting("k", .whole(1)),
        FieldSetting("alpha", .real(0.001)), FieldSetting("convention", .word("source2012")),
      ])
  }
}
