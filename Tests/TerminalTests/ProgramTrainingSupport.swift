import Foundation
import TestSupport
import Testing

/// A place for training with the program: a folder with a network and images so small that an epoch
/// takes only a moment.
final class TrainingPlace {
  let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.file("tiny.json", tinyNetwork(dropout: true))
    try makeImages("pictures", side: 6, perClass: 14)
  }

  /// Creates a folder of noisy images in three classes, each with a dominant colour.
  func makeImages(_ data: String, side: Int, perClass count: Int, seed: UInt64 = 1) throws {
    try writeNoisyImages(
      to: "\(folder.path)/\(data)", side: side, perClass: count, stream: "pictures", seed: seed)
  }

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
