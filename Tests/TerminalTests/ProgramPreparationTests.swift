import Foundation
import TestSupport
import Tensors
import Testing

/// `data prepare` that is killed, or whose disk fills up: finished shards are kept, and the same
/// command goes on and ends with the bytes of an undisturbed one.
@Suite struct ProgramPreparationTests {
  /// 60 training and 120 validation images.
  private static func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    try place.makeImages("raw/train", side: 24, perClass: 20)
    try place.makeImages("raw/val", side: 24, perClass: 40, seed: 2)
    return place
  }

  private static func prepare(_ out: String) -> [String] { ["data", "prepare", "raw", out] }

  /// The files in a folder, but of the index, which says when the others were written, only the name.
  private static func files(_ place: TrainingPlace, _ out: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in place.files(out) {
      files[name] = name == "index" ? [] : try place.folder.bytes("\(out)/\(name)")
    }
    return files
  }

  /// The moments, in milliseconds after the start.
  static let moments: [Int] = {
    let random = CounterRandom("preparation", seed: 1)
    return (0..<40).map { 5 + random.below(400, UInt64($0)) }
  }()

  @Test func killedAtAnyMoment() throws {
    let place = try Self.place()
    let straight = try place.alexnet(Self.prepare("straight"))
    #expect(straight.status == 0 && straight.output.contains("60 training images"), "\(straight)")
    let expected = try Self.files(place, "straight")
    #expect(
      expected.keys.sorted() == [
        "classes.txt", "index", "prepared.json", "train-000000.tar", "val-000000.tar",
      ])
    var (number, kills) = (0, 0)
    for moment in Self.moments {
      let process = try place.start(Self.prepare("out\(number)"))
      usleep(UInt32(moment) * 1000)
      process.send(signal: SIGKILL)
      let result = try process.waitForExit()
      let found = try Self.files(place, "out\(number)")
      if result.status == 0 {
        #expect(found == expected)
        number += 1
        continue
      }
      #expect(result.status == 128 + SIGKILL, "\(result)")
      kills += 1
      // What has its name is whole.
      for (name, bytes) in found where !name.hasPrefix(".") {
        #expect(bytes == expected[name], "\(name) after \(moment) ms")
      }
    }
    let last = try place.alexnet(Self.prepare("out\(number)"))
    #expect(last.status == 0, "\(last)")
    #expect(try Self.files(place, "out\(number)") == expected)
    #expect(kills > 5, "\(kills) kills, \(number) finished before")
  }

  @Test func fullDisk() throws {
    let place = try Self.place()
    #expect(try place.alexnet(Self.prepare("straight")).status == 0)
    let expected = try Self.files(place, "straight")
    let sizes = try ["train", "val"].map { try #require(expected["\($0)-000000.tar"]).count }
    #expect(sizes[0] < sizes[1])
    // In the shell's blocks of 512 bytes: the training shard fits, the validation shard doesn't.
    for (blocks, shard, kept) in [
      (sizes[0] / 512 - 1, "train", 0), ((sizes[0] + sizes[1]) / 1024, "val", 1),
    ] {
      let result = try place.alexnet(Self.prepare("out"), limit: "ulimit -f \(blocks);")
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.contains("out/\(shard)-000000.tar: File too large"), "\(result)")
      #expect(result.errors.contains("run the same command again: it continues"), "\(result)")
      let names = place.files("out")
      #expect(names.filter { $0.hasSuffix(".tar") }.count == kept, "\(names)")
      #expect(names.allSatisfy { !$0.hasSuffix(".tmp") }, "\(names)")
    }
    let result = try place.alexnet(Self.prepare("out"))
    #expect(result.status == 0, "\(result)")
    #expect(try Self.files(place, "out") == expected)
  }
}
