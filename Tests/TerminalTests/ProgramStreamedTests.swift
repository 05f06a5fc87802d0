import Datasets
import Foundation
import TestSupport
import Testing

@testable import Training

/// Training on images that are too many for memory, one of which is damaged.
@Suite struct ProgramStreamedTests {
  /// More images than memory is used for: 30 of 256×256 to train on, and 2,730 for the test, most of
  /// them links to three files. One training image is damaged behind its header.
  private static func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    let data = place.folder.path + "/data"
    for (number, name) in ["blue", "green", "red"].enumerated() {
      let image = Image(
        width: 256, height: 256, filledWith: RGB(gray: UInt8(60 + 60 * number)))
      for (part, count) in [("train", 10), ("test", 910)] {
        let folder = "\(data)/\(part)/\(name)"
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
        try image.writePNG(path: folder + "/0.png")
        for copy in 1..<count {
          try FileManager.default.linkItem(
            atPath: folder + "/0.png", toPath: "\(folder)/\(copy).png")
        }
      }
    }
    let bad = data + "/train/green/4.png"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: bad))
    bytes[bytes.count / 2] ^= 0x55
    try FileManager.default.removeItem(atPath: bad)
    try bytes.write(to: URL(fileURLWithPath: bad))
    return place
  }

  @Test(.enabled(if: isOptimized, "decodes 2,700 images in each test"))
  func aBadImage() throws {
    let place = try Self.place()
    let stopped = try place.alexnet([
      "train", "--network", "tiny.json", "--data", "data", "--batch", "6", "--rate", "0.01",
      "--set", "validation=0", "--set", "pictures.resize=6", "--set", "pictures.mean=none",
      "--set", "pictures.deviation=none", "--epochs", "1", "--out", "run", "--decoders", "1",
    ])
    #expect(stopped.output.contains("streamed: each image is decoded"), "\(stopped)")
    #expect(stopped.status == 1, "\(stopped)")
    #expect(
      stopped.errors.contains("data/train/green/4.png is a damaged or incomplete PNG"),
      "\(stopped)")
    #expect(stopped.errors.contains("; stopped after step "), "\(stopped)")
    #expect(stopped.errors.contains(" of epoch 1; saved"), "\(stopped)")
    #expect(stopped.errors.contains("train --resume run --skip-bad"), "\(stopped)")
    let run = "\(place.folder.path)/run"
    #expect(!(try RunFolder.open(run).settings.skipsBad))
    // Saved where it stopped, and it stops there again.
    let saved = try place.checkpoints("run")
    let again = try place.alexnet(["train", "--resume", "run"])
    #expect(again.status == 1 && again.errors.contains("; saved"), "\(again)")
    #expect(try place.checkpoints("run") == saved)
    let resumed = try place.alexnet(["train", "--resume", "run", "--skip-bad"])
    #expect(resumed.status == 0, "\(resumed)")
    #expect(resumed.output.contains("left out 1 image that can't be read:"), "\(resumed)")
    #expect(resumed.output.contains("data/train/green/4.png is a damaged"), "\(resumed)")
    // From now on the run leaves such images out.
    #expect(try RunFolder.open(run).settings.skipsBad)
    let longer = try place.alexnet(["train", "--resume", "run", "--epochs", "2"])
    #expect(longer.status == 0 && longer.output.contains("left out 1 image"), "\(longer)")
  }
}
