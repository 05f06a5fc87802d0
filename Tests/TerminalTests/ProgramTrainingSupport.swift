import Datasets
import Foundation
import Tensors
import Testing

/// A place for training with the program: a folder with a network and images so small that an epoch
/// takes only a moment.
final class TrainingPlace {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.file("tiny.json", Self.network)
    try makeImages("pictures", side: 6, perClass: 14)
  }

  /// Creates a folder of noisy images in three classes, each with a dominant colour.
  func makeImages(_ data: String, side: Int, perClass count: Int, seed: UInt64 = 1) throws {
    let random = CounterRandom("pictures", seed: seed)
    let size = 3 * side * side
    for (label, name) in ["blue", "green", "red"].enumerated() {
      let path = "\(folder.path)/\(data)/\(name)"
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

  private static let network = """
    {"format": "alexnet-network", "version": 1, "name": "tiny", "title": "",
     "input": {"channels": 3, "height": 6, "width": 6, "scale": 1, "mean": [0, 0, 0],
               "deviation": [1, 1, 1]},
     "layers": [
       {"name": "conv1", "kind": "convolution", "filters": 3, "kernel": 3},
       {"name": "norm1", "kind": "batch_normalization"},
       {"name": "relu1", "kind": "relu"},
       {"name": "flatten", "kind": "flatten"},
       {"name": "drop1", "kind": "dropout"},
       {"name": "fc2", "kind": "linear", "outputs": 3},
       {"name": "softmax", "kind": "softmax"}
     ]}
    """

  /// The arguments that start a training run.
  static let begin = [
    "train", "--network", "tiny.json", "--data", "pictures", "--batch", "6", "--rate", "0.01",
    "--set", "bias_rate=0.01", "--set", "validation=0.2",
  ]

  /// Runs the program in the folder.
  func alexnet(_ arguments: [String], limit: String = "") throws -> ProgramResult {
    try start(arguments, limit: limit).waitForExit()
  }

  /// Starts the program in the folder.
  func start(_ arguments: [String], limit: String = "") throws -> ProgramProcess {
    try ProgramProcess(
      arguments, environment: ["COLUMNS": "1000"],
      shell: #"cd "$HOME" && \#(limit) exec "$0" "$@""#, home: folder.path)
  }

  /// The names of the files in a subfolder.
  func files(_ name: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: "\(folder.path)/\(name)").sorted()) ?? []
  }

  /// The checkpoints in a subfolder, by name.
  func checkpoints(_ name: String) throws -> [String: [UInt8]] {
    var checkpoints: [String: [UInt8]] = [:]
    for file in files(name) where file.hasSuffix(".safetensors") {
      checkpoints[file] = try folder.bytes("\(name)/\(file)")
    }
    return checkpoints
  }

  /// The columns of a run's metrics that are reproducible.
  func figures(_ name: String) throws -> [String] {
    try folder.read("\(name)/metrics.csv").split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).prefix(6).joined(separator: ",")
    }
  }
}
