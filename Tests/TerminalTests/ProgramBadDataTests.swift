import Foundation
import TestSupport
import Testing

/// Data sets and weight files that are wrong in the ways people meet: one line that names the file, exit
/// code 1, and nothing is lost or left behind. (A disk that fills up: `ProgramPreparationTests`.)
@Suite struct ProgramBadDataTests {
  /// Three classes of training images, and four images in `val` with their labels in `val.txt`, in the
  /// folder `net`; the same as shards in `shards` once `prepare` has run.
  private static func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    try place.makeImages("net/train", side: 6, perClass: 4)
    try FileManager.default.createDirectory(
      atPath: place.folder.path + "/net/val", withIntermediateDirectories: true)
    for (number, name) in ["blue", "green", "red", "red"].enumerated() {
      try place.folder.write(
        try place.folder.bytes("net/train/\(name)/\(number).png"), to: "net/val/\(number).png")
    }
    try label(place, [0, 1, 2, 2])
    return place
  }

  /// Writes `val.txt` with these labels.
  private static func label(_ place: TrainingPlace, _ labels: [Int], more: String = "") throws {
    let lines = labels.enumerated().map { "\($0.offset).png \($0.element)\n" }
    try place.folder.write(lines.joined() + more, to: "net/val.txt")
  }

  private static func train(_ data: String) -> [String] {
    [
      "train", "--network", "tiny.json", "--data", data, "--batch", "6", "--epochs", "1", "--set",
      "validation=0", "--out", "run",
    ]
  }

  struct Case: CustomTestStringConvertible, Sendable {
    var name: String
    var data = "net"
    var spoil: @Sendable (TrainingPlace) throws -> Void
    var message: String
    var testDescription: String { name }
  }

  static let cases: [Case] = [
    Case(
      name: "a missing label", spoil: { try label($0, [0, 1, 2]) },
      message: "net/val.txt has no label for 3.png"),
    Case(
      name: "a doubled label", spoil: { try label($0, [0, 1, 2, 2], more: "1.png 0\n") },
      message: "net/val.txt has two labels for 1.png, in lines 2 and 5"),
    Case(
      name: "a label beyond the classes", spoil: { try label($0, [0, 1, 3, 2]) },
      message: "net/val.txt, line 3: the label 3 is beyond the 3 classes"),
    Case(
      name: "a class without images",
      spoil: {
        try FileManager.default.createDirectory(
          atPath: $0.folder.path + "/net/train/violet", withIntermediateDirectories: false)
      }, message: "net/train/violet holds no PNG or JPEG image"),
    Case(
      name: "an empty image", spoil: { try $0.folder.write("", to: "net/train/green/2.png") },
      message: "net/train/green/2.png is empty"),
    Case(
      name: "a damaged image",
      spoil: {
        let bytes = try $0.folder.bytes("net/train/green/2.png")
        try $0.folder.write(Array(bytes.dropLast(30)), to: "net/train/green/2.png")
      }, message: "hint:  mend or remove it; --skip-bad leaves such images out"),
    Case(
      name: "a shard cut short", data: "shards",
      spoil: {
        let bytes = try $0.folder.bytes("shards/train-000000.tar")
        try $0.folder.write(Array(bytes.prefix(5000)), to: "shards/train-000000.tar")
      }, message: "shards/train-000000.tar"),
    Case(
      name: "a shard without labels", data: "shards",
      spoil: {
        try $0.folder.write([UInt8](repeating: 0, count: 10240), to: "shards/val-000000.tar")
      },
      message: "shards/val-000000.tar holds no images"),
  ]

  @Test(arguments: cases)
  func refuses(_ example: Case) throws {
    let place = try Self.place()
    if example.data == "shards" {
      #expect(try place.alexnet(["data", "prepare", "net", "shards"]).status == 0)
    }
    try example.spoil(place)
    for words in [Self.train(example.data), ["data", "info", example.data]] {
      let result = try place.alexnet(words)
      #expect(result.status == 1, "\(result)")
      #expect(result.errors.hasPrefix("error: "), "\(result)")
      #expect(result.errors.contains(example.message), "\(result)")
      // The message, and at most a hint.
      let lines = result.errors.split(separator: "\n").filter { !$0.hasPrefix(" ") }
      #expect(lines.count <= 2, "\(result)")
      #expect(place.files("run").isEmpty)
    }
  }

  /// An index that is older than its files is built again, and a note says so.
  @Test func anOldIndex() throws {
    let place = try Self.place()
    let folder = place.folder.path + "/net"
    // Files of the last second aren't trusted, since a change may leave the same time.
    let time: [FileAttributeKey: Any] = [.modificationDate: Date(timeIntervalSinceNow: -3600)]
    for name in try FileManager.default.subpathsOfDirectory(atPath: folder) + ["."] {
      try FileManager.default.setAttributes(time, ofItemAtPath: folder + "/" + name)
    }
    let words = ["data", "info", "net", "--index", "list", "--json"]
    let first = try place.alexnet(words)
    #expect(first.status == 0 && !first.errors.contains("built again"), "\(first)")
    let second = try place.alexnet(words)
    #expect(second.output == first.output && second.errors == first.errors, "\(second)")
    try place.folder.write(
      try place.folder.bytes("net/train/red/0.png"), to: "net/train/red/9.png")
    let third = try place.alexnet(words)
    #expect(third.status == 0 && third.output != first.output, "\(third)")
    #expect(third.errors.contains("list is older than its files: built again"), "\(third)")
  }

  /// A weight file that runs a program in PyTorch runs nothing here.
  @Test func aHostileWeightFile() throws {
    let place = try Self.place()
    try place.folder.write("cos\nsystem\n(S'touch hacked'\ntR.", to: "w.pth")
    let result = try place.alexnet(["load", "w.pth"])
    #expect(result.status == 1 && result.errors.hasPrefix("error: "), "\(result)")
    #expect(result.errors.contains("w.pth") && result.errors.contains("os.system"), "\(result)")
    #expect(!place.files(".").contains("hacked"))
  }

  /// Headers of 4 GB, and an ONNX file without the file that holds its weights.
  @Test func otherWeightFiles() throws {
    let place = try Self.place()
    let four: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
    try place.folder.write(four + [0, 0, 0, 0] + Array("{}".utf8), to: "w.safetensors")
    try place.folder.write([0x93] + Array("NUMPY".utf8) + [2, 0] + four + [0x7B], to: "w.npy")
    let fixture = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("../WeightFilesTests/Fixtures/external.onnx").standardizedFileURL
    try place.folder.write(Array(try Data(contentsOf: fixture)), to: "w.onnx")
    for (file, message) in [
      ("w.safetensors", "4294967295"), ("w.npy", "4294967295"),
      ("w.onnx", "external.data: No such file or directory"),
    ] {
      let result = try place.alexnet(["load", file])
      #expect(result.status == 1 && result.errors.hasPrefix("error: "), "\(result)")
      #expect(result.errors.contains(file) && result.errors.contains(message), "\(result)")
      #expect(result.errors.split(separator: "\n").count <= 2, "\(result)")
    }
  }
}
