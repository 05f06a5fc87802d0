import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Datasets

/// Mutated images are decoded or refused with an error that names the file: no crash, no hang. Both
/// ways to decode agree on which. `ALEXNET_FUZZ` is the number of images, `ALEXNET_FUZZ_SEED` the seed.
struct MutatedImageTests {
  static let files =
    Fixture.names("jpg").filter { $0.hasPrefix("square") }.map { $0 + ".jpg" } + [
      "restarts.jpg", "stored-as-rgb.jpg", "ycck.jpg", "rgb8.png", "palette4-interlaced.png",
      "rgba16.png",
    ]

  /// A number from the environment.
  static func variable(_ name: String) -> Int? {
    ProcessInfo.processInfo.environment[name].flatMap(Int.init)
  }

  @Test func mutatedImages() throws {
    let count = Self.variable("ALEXNET_FUZZ") ?? 400
    let seed = UInt64(Self.variable("ALEXNET_FUZZ_SEED") ?? 1)
    let originals = try Self.files.map { try Fixture.bytes($0) }
    var (accepted, refused) = (0, 0)
    for number in 0..<count {
      var mutator = Mutator("image \(number)", seed: seed)
      let bytes = mutator.bytes(originals[number % originals.count])
      let side = [8, 16, 32, 33, 64][mutator.below(5)]
      do throws(ImageError) {
        let square = try SquareDecodingTests.square(bytes, side: side, name: "mutated")
        let image = try Image.decode(bytes, name: "mutated")
        // A JPEG that the decoder scaled down differs a little.
        if min(image.width, image.height) < 2 * side {
          #expect(square == image.centerSquare(side: side), "image \(number)")
        }
        accepted += 1
      } catch {
        #expect(error.message.hasPrefix("mutated "), "image \(number): \(error)")
        #expect(!error.message.contains("\n"), "image \(number): \(error)")
        let whole = imageError { () throws(ImageError) in
          try Image.decode(bytes, name: "mutated")
        }
        #expect(whole != nil, "image \(number): only the square is refused: \(error)")
        refused += 1
      }
    }
    #expect(tookLittleMemory())
    #expect(accepted > count / 100 && refused > count / 4)
  }
}
