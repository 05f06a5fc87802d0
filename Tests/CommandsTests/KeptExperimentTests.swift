import Datasets
import Foundation
import Tensors
import Testing

@testable import Cells
@testable import Commands
@testable import Documents
@testable import Notebook

/// A study or a training that a lesson ran before is shown again without running.
@Suite struct KeptExperimentTests {
  /// Passes a folder with images in three classes, few enough to train in a moment.
  private static func withImages(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory.path + "/kept-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let random = CounterRandom("images", seed: 3)
    for (label, name) in ["blue", "green", "red"].enumerated() {
      let place = "\(folder)/images/\(name)"
      try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
      for n in 0..<75 {
        let bytes = (0..<3072).map { i in
          UInt8(random.below(256, UInt64((label * 75 + n) * 3072 + i)))
        }
        try Image(width: 32, height: 32, bytes: bytes).writePNG(path: "\(place)/\(n).png")
      }
    }
    try body(folder)
  }

  @Test func isShownAgain() throws {
    try Self.withImages { folder in
      func run(_ cell: String) -> CellResult {
        var session = Session(host: QuietHost())
        (session.keepsRuns, session.workingFolder) = (true, folder + "/lesson/")
        return session.run(cell)
      }
      let cell = "experiment overlap --epochs 1 --seeds 1 --data \(folder)/images"
      let first = run(cell)
      #expect(first.failure == nil, "\(first.failure?.message ?? "")")
      let text = first.output.plainText
      #expect(text.contains("3/2 against 2/2") && text.contains("2 training runs in"), "\(text)")
      let files = try FileManager.default.subpathsOfDirectory(atPath: folder + "/lesson").sorted()
      let again = run(cell)
      #expect(again.output.plainText == text + "\nkept from when you ran this before")
      #expect(
        try FileManager.default.subpathsOfDirectory(atPath: folder + "/lesson").sorted() == files)
      // The same study with other options is run.
      #expect(!run(cell + " --seed 2").output.plainText.contains("kept from"))
    }
  }

  /// A kept training says what the first one said before its epochs: the recipe, and which layers were taken
  /// over, frozen and new.
  @Test func aTrainingIsShownAgain() throws {
    try Self.withImages { folder in
      func run() throws -> [String] {
        var session = Session(host: QuietHost())
        (session.keepsRuns, session.workingFolder) = (true, folder + "/lesson/")
        try #require(session.run("load cuda-convnet-18").failure == nil)
        let result = session.run(
          "train --from loaded --data \(folder)/images --epochs 1 --freeze conv1...conv3")
        try #require(result.failure == nil, "\(result.failure?.message ?? "")")
        return result.output.plainText.split(separator: "\n").map(String.init)
      }
      let (first, again) = (try run(), try run())
      let head = first.prefix { !$0.hasPrefix("  data ") }
      for title in ["optimizer", "frozen", "taken", "new", "epochs"] {
        #expect(head.contains { $0.hasPrefix("  \(title) ") }, "\(title): \(head)")
      }
      #expect(Array(again.prefix(head.count)) == Array(head))
      #expect(again.contains { $0.contains("from when you ran this before") }, "\(again)")
      for start in ["epoch 1", "done"] {
        let one = first.first { $0.hasPrefix(start) }
        let other = again.first { $0.hasPrefix(start) }
        #expect(one != nil && other?.prefix(30) == one?.prefix(30))
      }
    }
  }
}
