import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Datasets

/// Mutated shards are listed and their images decoded, or refused with an error that names the shard: no
/// crash, no hang. `ALEXNET_FUZZ` is the number of shards, `ALEXNET_FUZZ_SEED` the seed.
struct MutatedShardTests {
  @Test func mutatedShards() throws {
    let count = MutatedImageTests.variable("ALEXNET_FUZZ") ?? 400
    let seed = UInt64(MutatedImageTests.variable("ALEXNET_FUZZ_SEED") ?? 1)
    let names = ["square32-wide.jpg", "square32-same.jpg", "rgb8.png"]
    let original = TarShardTests.shard(
      try names.enumerated().flatMap { number, name in
        [
          ("0\(number)." + name.suffix(3), try Fixture.bytes(name)),
          ("0\(number).cls", Array("\(number)".utf8)),
        ]
      })
    var (accepted, refused, undecoded) = (0, 0, 0)
    try withTemporaryFolder { folder in
      let path = folder + "/x.tar"
      for number in 0..<count {
        var mutator = Mutator("shard \(number)", seed: seed)
        var bytes = original
        // Most bytes are pixels; every other shard is changed in its headers.
        if number % 2 == 0 {
          bytes = mutator.bytes(original)
        } else {
          let block = mutator.below(original.count / TarFormat.block) * TarFormat.block
          let header = mutator.bytes(Array(original[block..<(block + TarFormat.block)]))
          bytes.replaceSubrange(block..<(block + TarFormat.block), with: header)
        }
        try Data(bytes).write(to: URL(filePath: path))
        do throws(ImageError) {
          let index = try ShardFolder.index(
            of: [("x.tar", try TarShard(path))], root: folder,
            classNames: (0..<65_535).map { "\($0)" })
          accepted += 1
          for image in 0..<index.count {
            let error = imageError { () throws(ImageError) in
              try SquareDecodingTests.square(
                try index.bytes(of: image), side: 32, name: index.name(of: image))
            }
            if let error {
              undecoded += 1
              #expect(error.message.contains("x.tar"), "shard \(number): \(error)")
            }
          }
        } catch {
          refused += 1
          #expect(error.message.contains("x.tar"), "shard \(number): \(error)")
          #expect(!error.message.contains("\n"), "shard \(number): \(error)")
        }
      }
    }
    #expect(tookLittleMemory())
    #expect(accepted > count / 20 && refused > count / 20 && undecoded > count / 50)
  }
}
