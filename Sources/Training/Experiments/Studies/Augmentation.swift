import Networks

extension Experiment {
  /// Section 4.1 of the paper.
  static let augmentation = Experiment(
    name: "augmentation", title: "do shifted, mirrored and recoloured images help?",
    claim: Claim(
      "Without shifted and mirrored images the network overfits substantially; noise along the "
        + "principal colours lowers the top-1 error by more than 1 point.",
      source: "paper, section 4.1, on ImageNet"),
    remarks: """
      A fifth of the images, seen often, gives the network something to overfit to. Images are 32 \
      wide and are cropped after padding with 4 zeros; the paper crops 224 from 256.
      """,
    network: "quick32",
    recipe: .study(rate: 0.05, decay: 0.0005, schedule: .study),
    arms: [
      Arm("plain", "unchanged images"),
      Arm("moved", "shifted by up to 4 and mirrored", changes: .moved),
      Arm(
        "coloured", "the same, with the paper's colour noise",
        changes: .moved + [RecipeChange("pictures.color_noise", "paper")]),
    ],
    measure: .testError,
    comparisons: [
      Comparison("moved", beats: "plain"),
      Comparison(
        "coloured", beats: "moved", elsewhere: "the paper reports more than 1 point on ImageNet"),
    ],
    full: Budget(seeds: 3, epochs: 25, pictures: 10_000),
    quick: Budget(seeds: 2, epochs: 12, pictures: 4_000, testPictures: 2_000))
}

extension [RecipeChange] {
  /// Crops of 32 out of 40, and mirrors.
  fileprivate static let moved = [
    RecipeChange("pictures.crop", "32"), RecipeChange("pictures.padding", "4"),
    RecipeChange("pictures.mirror", "true"),
  ]
}
