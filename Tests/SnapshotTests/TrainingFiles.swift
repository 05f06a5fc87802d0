import TestSupport

/// The files for a very short training run: a network and images so small that an epoch takes a
/// moment.
enum TrainingFiles {
  /// The command without epochs and folder.
  static let train =
    "train --network DIR/tiny.json --data DIR/images --batch 6 --rate 0.01 --set bias_rate=0.01 "
    + "--set validation=0.2"
}

extension Stage {
  /// Writes the network, and noisy images in three classes, each with a dominant colour.
  func writeTrainingFiles() throws {
    try write(tinyNetwork(dropout: false), to: "tiny.json")
    try writeNoisyImages(to: "\(folder)/images", side: 6, perClass: 14, stream: "images")
  }
}
