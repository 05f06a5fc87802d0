import Networks

extension Experiment {
  /// Simonyan and Zisserman 2015, sections 2.3 and 4.1.
  static let smallFilters = Experiment(
    name: "stacks", title: "are two filters of 3×3 better than one of 5×5?",
    claim: Claim(
      "A network with convolutions of 5×5 has a top-1 error 7% higher than one with two of 3×3 for each, "
        + "which see as much and have a ReLU between them.",
      source: "Simonyan, Zisserman 2015, section 4.1, on ImageNet"),
    remarks: """
      All convolutions have 32 filters, so a pair of 3×3 has 18/25 of the parameters of a 5×5. The first \
      convolution, on the image, is 5×5 in all arms. Without a ReLU between them, two convolutions \
      compute a single linear map: what the pair gains over that comes from the ReLU alone.
      """,
    network: "quick32",
    edits: [.set("conv2.filters", "32"), .set("conv3.filters", "32")],
    recipe: .study(rate: 0.05, decay: 0.0005, schedule: .study),
    arms: [
      Arm(
        "five", "conv2 and conv3 of 5×5",
        edits: ["conv2", "conv3"].flatMap {
          [.set("\($0).kernel", "5"), .set("\($0).padding", "2")]
        }),
      Arm(
        "pair", "two of 3×3 for each, with a ReLU between them",
        edits: ["conv2", "conv3"].flatMap {
          [.small(after: $0), .insert(after: $0, kind: "relu", fields: [])]
        }),
      Arm(
        "linear", "two of 3×3 with nothing between",
        edits: [.small(after: "conv2"), .small(after: "conv3")]),
    ],
    measure: .testError,
    comparisons: [
      Comparison(
        "pair", beats: "five", elsewhere: "the authors report 7% on ImageNet, in favour of the pair"
      ),
      Comparison("pair", beats: "linear"),
    ],
    full: Budget(seeds: 5, epochs: 6, pictures: 12_000),
    quick: Budget(seeds: 2, epochs: 5, pictures: 4_000, testPictures: 2_000))
}

extension NetworkEdit {
  /// A second convolution of 3×3 that keeps the size of the maps.
  fileprivate static func small(after layer: String) -> NetworkEdit {
    .insert(
      after: layer, kind: "convolution",
      fields: [
        FieldSetting("filters", .whole(32)), FieldSetting("kernel", .whole(3)),
        FieldSetting("padding", .whole(1)),
      ])
  }
}
