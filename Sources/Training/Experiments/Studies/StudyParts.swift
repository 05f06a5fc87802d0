import Networks

// Shared by several studies.

extension Recipe {
  /// The recipe of a study: simple in everything that the study isn't about.
  static func study(
    rate: Double, decay: Double = 0, schedule: Schedule = .constant,
    initialization: InitializationScheme = .he,
    pictures: PictureSettings = PictureSettings(scale: 1, mean: .channels, deviation: .channels),
    validation: Double = 0.1
  ) -> Recipe {
    Recipe(
      name: "study", title: "what all arms of a study share", source: "this project",
      network: "", epochs: 1, batch: 128, optimizer: .pytorch(momentum: 0.9), rate: rate,
      decay: decay, schedule: schedule, initialization: initialization, pictures: pictures,
      validation: validation)
  }
}

extension Schedule {
  /// Rates that rise for a quarter of the run and fall for the rest, so that no arm ends at its
  /// highest rate, whatever the number of epochs.
  static let study = Schedule.oneCycle(
    OneCycle(warmUp: 0.25, start: 0.1, final: 0.01, anneal: .linear))
}

extension [NetworkEdit] {
  /// `quick32` without its batch normalization: three convolutions and a fully connected layer.
  static let fourLayers: [NetworkEdit] = [.remove("norm1"), .remove("norm2"), .remove("norm3")]

  /// `alexnet32` with a third or a quarter of its filters, so that its eight layers train in minutes.
  static let slim: [NetworkEdit] = [
    .set("conv1.filters", "16"), .set("conv2.filters", "32"), .set("conv3.filters", "48"),
    .set("conv4.filters", "48"), .set("conv5.filters", "32"),
  ]
}
