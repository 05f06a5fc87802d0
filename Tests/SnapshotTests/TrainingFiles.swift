import Datasets
import Foundation
import Tensors

/// The files for a very short training run: a network and images so small that an epoch takes a
/// moment.
enum TrainingFiles {
  /// The command without epochs and folder.
  static let train =
    "train --network DIR/tiny.json --data DIR/images --batch 6 --rate 0.01 --set bias_rate=0.01 "
    + "--set validation=0.2"

  static let network = """
    {"format": "alexnet-network", "version": 1, "name": "tiny", "title": "",
     "input": {"channels": 3, "height": 6, "width": 6, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [
       {"name": "conv1", "kind": "convolution", "filters": 3, "kernel": 3},
       {"name": "norm1", "kind": "batch_normalization"},
       {"name": "relu1", "kind": "relu"},
       {"name": "flatten", "kind": "flatten"},
       {"name": "fc2", "kind": "linear", "outputs": 3},
       {"name": "softmax", "kind": "softmax"}
     ]}
    """
}

extension Stage {
  /// Writes the network, and noisy images in three classes, each with a dominant colour.
  func writeTrainingFiles() throws {
    try write(TrainingFiles.network, to: "tiny.json")
    let random = CounterRandom("images", seed: 1)
    let (side, count) = (6, 14)
    let size = 3 * side * side
    for (label, name) in ["blue", "green", "red"].enumerated() {
      let path = "\(folder)/images/\(name)"
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
      for n in 0..<count {
        let first = (label * count + n) * size
        let bytes = (0..<size).map { i in
          UInt8(random.below(160, UInt64(first + i)) + (i % 3 == 2 - label ? 80 : 0))
        }
        try Image(width: side, height: side, bytes: bytes).writePNG(path: "\(path)/\(n).png")
      }
    }
  }
}
