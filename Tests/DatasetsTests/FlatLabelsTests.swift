import Foundation
import Testing

@testable import Datasets

/// ImageNet as it is on disk: a validation folder without class folders, and a file of labels.
@Suite struct FlatLabelsTests {
  static let synsets = ["n01440764", "n01443537", "n01484850"]
  static let images = (1...4).map { "ILSVRC2012_val_0000000\($0).JPEG" }

  /// Writes three classes of training images, and four images in `val`.
  private static func layOut(_ path: String, _ files: [String: String]) throws {
    for (number, synset) in synsets.enumerated() {
      for i in 0..<2 {
        try StreamedFolder.write(
          "\(path)/train/\(synset)/\(synset)_\(i).JPEG", width: 8 + i, seed: UInt64(number))
      }
    }
    for (number, name) in images.enumerated() {
      try StreamedFolder.write("\(path)/val/\(name)", width: 9 + number, seed: 100)
    }
    for (name, text) in files { try StreamedFolder.write(Array(text.utf8), to: "\(path)/\(name)") }
  }

  /// `val.txt` for these labels.
  private static func list(_ labels: [Int], separator: String = " ") -> String {
    zip(images, labels).map { "\($0)\(separator)\($1)\n" }.joined()
  }

  private static let truth = FlatLabels.groundTruthName
  /// IDs in another order than the synsets.
  private static let map =
    "1 n01484850 great white shark\n2 n01440764 tench\n3 n01443537 goldfish\n"

  @Test(arguments: [
    ["val.txt": list([2, 0, 0, 1])],
    ["val/val.txt": list([2, 0, 0, 1], separator: "\t") + "\n\n"],
    [
      "val.txt": list([2, 0, 0, 1]).replacing("ILSVRC", with: "val/ILSVRC").replacing(
        "\n", with: "\r\n")
    ],
    [truth: "1\n2\n2\n3\n", "synsets.txt": map],
    ["val/\(truth)": "1\n2\n2\n3\n", "map_clsloc.txt": map],
    [
      "ILSVRC2012_devkit_t12/data/\(truth)": "1\n2\n2\n3\n99\n",
      "ILSVRC2012_devkit_t12/data/ids.txt": map,
    ],
  ])
  func layouts(_ files: [String: String]) throws {
    try withTemporaryFolder { path in
      try Self.layOut(path, files)
      var options = DatasetOptions(side: 8)
      for memory in [0, Int.max] {
        options.memory = memory
        let data = try Dataset.open(path, options: options, environment: [:])
        #expect(data.train.classNames == Self.synsets)
        #expect(data.train.labels == [0, 0, 1, 1, 2, 2])
        #expect(data.test.labels == [2, 0, 0, 1])
        #expect(data.isStreamed == (memory == 0))
        #expect(data.notes.first?.hasPrefix("val is the test part") == true)
      }
      // A folder of test images, which come without labels, isn't used instead.
      try StreamedFolder.write("\(path)/test/ILSVRC2012_test_00000001.JPEG")
      let data = try Dataset.open(path, options: options, environment: [:])
      #expect(data.test.labels == [2, 0, 0, 1])
    }
  }

  struct Bad: Sendable, CustomTestStringConvertible {
    var files: [String: String]
    var message: String
    var testDescription: String { message }
  }

  /// PATH in a message is the folder's path.
  static let bad: [Bad] = [
    Bad(
      files: [:],
      message: "PATH/val holds images without class folders, and no file has their labels"),
    Bad(
      files: ["val.txt": list([2, 0, 0])],
      message: "PATH/val.txt has no label for \(images[3])"),
    Bad(
      files: ["val.txt": list([2, 0])],
      message: "PATH/val.txt has no label for \(images[2]) and 1 others"),
    Bad(
      files: ["val.txt": list([2, 0, 0, 1]) + "\(images[1]) 0\n"],
      message: "PATH/val.txt has two labels for \(images[1]), in lines 2 and 5"),
    Bad(
      files: ["val.txt": list([2, 0, 3, 1])],
      message: "PATH/val.txt, line 3: the label 3 is beyond the 3 classes"),
    Bad(
      files: ["val.txt": list([2, 0, -1, 1])],
      message: "PATH/val.txt, line 3: the label -1 is beyond the 3 classes"),
    Bad(
      files: ["val.txt": list([2, 0, 0, 1]) + "other.JPEG 0\n"],
      message: "PATH/val.txt, line 5: other.JPEG isn't in PATH/val"),
    Bad(
      files: ["val.txt": "\(images[0])\n"],
      message: "PATH/val.txt, line 1: \(images[0]) isn't NAME LABEL"),
    Bad(
      files: ["val.txt": "\(images[0]) fish\n"],
      message: "PATH/val.txt, line 1: \(images[0]) fish isn't NAME LABEL"),
    Bad(
      files: [truth: "1\n2\n2\n3\n"],
      message: "PATH/\(truth) needs a text file of lines ID SYNSET beside it"),
    Bad(
      files: [truth: "1\n2\n2\n3\n", "synsets.txt": map + "2 n01443537\n"],
      message: "PATH/synsets.txt, line 4: the ID 2 occurs twice"),
    Bad(
      files: [truth: "1\n2\n4\n3\n", "synsets.txt": map],
      message: "PATH/\(truth), line 3: 4 isn't an ID of PATH/synsets.txt"),
    Bad(
      files: [truth: "1\n2\n3\n", "synsets.txt": map],
      message: "PATH/\(truth) has 3 lines, and so no label for \(images[3])"),
    Bad(
      files: [truth: "1\n2\n4\n3\n", "synsets.txt": map + "4 n09999999\n"],
      message:
        "PATH/synsets.txt: the class n09999999 of ID 4 has no folder among the training images"),
  ]

  @Test(arguments: bad)
  func badInput(_ bad: Bad) throws {
    try withTemporaryFolder { path in
      try Self.layOut(path, bad.files)
      let error = try #require(
        imageError { () throws(ImageError) in try Dataset.open(path, environment: [:]) })
      #expect(error.message.replacing(path, with: "PATH") == bad.message)
      #expect(error.hint != nil)
    }
  }

  /// Names from which no line follows.
  @Test func badNames() throws {
    try withTemporaryFolder { path in
      try Self.layOut(path, [Self.truth: "1\n2\n2\n3\n", "synsets.txt": Self.map])
      func message() -> String? {
        imageError { () throws(ImageError) in try Dataset.open(path, environment: [:]) }?.message
      }
      try StreamedFolder.write("\(path)/val/other.JPEG")
      #expect(message() == "\(path)/val/other.JPEG has no number at the end of its name")
      try FileManager.default.removeItem(atPath: "\(path)/val/other.JPEG")
      try StreamedFolder.write("\(path)/val/X_4.png")
      #expect(
        message() == "\(Self.images[3]) and X_4.png in \(path)/val have the same number")
      try FileManager.default.removeItem(atPath: "\(path)/val/X_4.png")
      #expect(message() == nil)
    }
  }

  /// Problems of classes and files in a streamed set.
  @Test func badFolders() throws {
    try withTemporaryFolder { path in
      let folder = try StreamedFolder(path)
      func message(leavesOut: Bool = false) -> String? {
        imageError { () throws(ImageError) in try folder.open(leavesOut: leavesOut) }?.message
      }
      // 0 bytes.
      try StreamedFolder.write([], to: "\(path)/train/bee/1.png")
      #expect(message()?.hasPrefix("\(path)/train/bee/1.png is empty") == true)
      #expect(message(leavesOut: true) == nil)
      try StreamedFolder.write("\(path)/train/bee/1.png")
      // A class in val that train doesn't have.
      try StreamedFolder.write("\(path)/val/cat/1.png")
      #expect(message() == "\(path)/val has a class cat that train doesn't have")
      // A class without images.
      try FileManager.default.createDirectory(
        atPath: "\(path)/train/cat", withIntermediateDirectories: false)
      #expect(message() == "\(path)/train/cat holds no PNG or JPEG image")
      try FileManager.default.removeItem(atPath: "\(path)/train/cat")
      // A file in place of a folder that an index names: as an unreadable one.
      try FileManager.default.removeItem(atPath: "\(path)/val")
      try StreamedFolder.write([1], to: "\(path)/val")
      #expect(message()?.hasPrefix("\(path) isn't a data set") == true)
    }
  }

  /// The 1000 synsets are shown by their names.
  @Test func shownNames() throws {
    var folders = (0..<1000).map { "n\(10_000_000 + $0)" }
    #expect(ImageNetClasses.shownNames(for: folders) == nil)
    (folders[0], folders[999]) = ("n01440764", "n15075141")
    let names = try #require(ImageNetClasses.shownNames(for: folders))
    #expect(names.count == 1000 && names[0] == "tench" && names[207] == "golden retriever")
    folders[5] = "dog"
    #expect(ImageNetClasses.shownNames(for: folders) == nil)
    for (word, holds) in [
      ("n01440764", true), ("n0144076", false), ("m01440764", false), ("n0144076x", false),
    ] {
      #expect(ImageNetClasses.isSynset(word) == holds)
    }
  }
}
