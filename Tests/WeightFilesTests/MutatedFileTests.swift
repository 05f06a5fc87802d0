import Basics
import Foundation
import Synchronization
import TensorFiles
import TestSupport
import Testing

@testable import Networks
@testable import WeightFiles

/// Mutated files of every format are read, matched and loaded, or refused with an error that names
/// the file: no crash, no hang, and little memory. `ALEXNET_FUZZ` is the number of files (2,000 in an
/// optimized build), `ALEXNET_FUZZ_SEED` the seed.
struct MutatedFileTests {
  static let files = [
    "protocol2.pth", "protocol4.pth", "checkpoint.pth", "stream.pth", "half.pth", "python2.npy",
    "protocol2.npy", "protocol5.npy", "words.npy", "keras2.npz", "own.npz", "new.caffemodel",
    "old.caffemodel", "raw.onnx", "floats.onnx", "external.onnx", "model.safetensors.index.json",
    "part-1.safetensors",
  ]

  @Test func mutatedFiles() throws {
    func variable(_ name: String) -> Int? {
      ProcessInfo.processInfo.environment[name].flatMap(Int.init)
    }
    let count = variable("ALEXNET_FUZZ") ?? (isOptimized ? 2000 : 360)
    let seed = UInt64(variable("ALEXNET_FUZZ_SEED") ?? 1)
    let network = Fixtures.tiny(groups: 2, normalizes: true)
    var accepted: [String: Int] = [:]
    var refused: [String: Int] = [:]
    try inTemporaryFolder { folder in
      for name in ["external.data", "part-1.safetensors", "part-2.safetensors"] {
        try FileManager.default.copyItem(
          atPath: Fixtures.folder + name, toPath: folder + "/" + name)
      }
      for number in 0..<count {
        let name = Self.files[number % Self.files.count]
        var mutator = Mutator("weight file \(number)", seed: seed)
        let path = "\(folder)/x-\(name)"
        try Data(mutator.bytes(try Fixtures.bytes(name))).write(to: URL(filePath: path))
        do {
          let file = try WeightFile(path: path)
          _ = WeightFit.fitting(file)
          for entry in file.entries.prefix(20) where entry.shape.count < 1 << 20 {
            _ = try entry.tensor()
          }
          var weights = Weights(seed: 1)
          try? WeightFit(file, network: network).load(into: &weights)
          accepted[name, default: 0] += 1
        } catch let error as any DescribedError {
          #expect(error.kind == .file, "\(number): \(error)")
          #expect(
            error.message.contains(folder),
            "\(number): \(error.message)")
          #expect(!error.message.contains("\n"), "\(number): \(error.message)")
          refused[name, default: 0] += 1
        }
      }
    }
    #expect(tookLittleMemory())
    // Mutations that are always refused, or never, would test little.
    guard count >= 2000 else { return }
    for name in Self.files {
      #expect(accepted[name, default: 0] > 0 && refused[name, default: 0] > 0, "\(name)")
    }
  }
}
