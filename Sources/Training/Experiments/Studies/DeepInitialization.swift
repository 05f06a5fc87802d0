import Networks

extension Experiment {
  /// He, Zhang, Ren and Sun 2015, section 2.2.
  static let deepInitialization = Experiment(
    name: "init-deep", title: "which initial weights train a deep network?",
    claim: Claim(
      "A network of 30 layers with ReLUs converges with weights of variance 2 / fan-in and doesn't "
        + "learn at all with Xavier's, which leave out the factor of 2.",
      source: "He, Zhang, Ren, Sun 2015, section 2.2 and figure 3, on ImageNet"),
    remarks: """
      The network has 18 convolutions of 3×3 without normalization, 16 of them on maps of 8×8, and a fully \
      connected layer; all biases start at 0. Each arm has its own learning rate. The zeros around \
      maps of 8×8 weaken the signal a little in every layer, with any initial weights.
      """,
    network: "quick32",
    edits: .fourLayers + [
      .remove("conv3"), .remove("pool3"), .remove("relu3"), .set("conv1.filters", "16"),
      .set("conv2.filters", "16"), .set("conv1.deviation", "0.01"), .set("conv2.deviation", "0.01"),
      .set("fc10.deviation", "0.01"),
    ] + .chain(of: 16, after: "relu2", filters: 16),
    recipe: .study(rate: 0.02, initialization: .network, validation: 0),
    arms: [
      Arm("small", "deviation 0.01, as in the paper"),
      Arm(
        "Xavier", "variance 2 / (fan-in + fan-out)",
        changes: [RecipeChange("initialization", "xavier")]),
      Arm("He", "variance 2 / fan-in", changes: [RecipeChange("initialization", "he")]),
    ],
    measure: .epochs(toTrainingError: 0.6),
    comparisons: [Comparison("He", beats: "Xavier"), Comparison("Xavier", beats: "small")],
    full: Budget(seeds: 3, epochs: 10, pictures: 6_000, rates: [0.005, 0.02, 0.08]),
    quick: Budget(seeds: 2, epochs: 8, pictures: 2_000, rates: [0.02, 0.08]))
}

extension [NetworkEdit] {
  /// `count` convolutions of 3×3 with weights of deviation 0.01, each with a ReLU, behind this layer.
  fileprivate static func chain(of count: Int, after layer: String, filters: Int) -> [NetworkEdit] {
    let pair: [NetworkEdit] = [
      .insert(after: layer, kind: "relu", fields: []),
      .insert(
        after: layer, kind: "convolution",
        fields: [
          FieldSetting("filters", .whole(filters)), FieldSetting("kernel", .whole(3)),
          FieldSetting("padding", .whole(1)), FieldSetting("deviation", .real(0.01)),
        ]),
    ]
    return (0..<count).flatMap { _ in pair }
  }
}
