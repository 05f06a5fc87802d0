import Foundation
import Notebook
import Testing

/// The exact texts that people see, stored in files below `Tests/Snapshots`.
///
/// A test that compares with one shows the lines that differ. `make snapshots` records all of them
/// again; the changes are then reviewed like code.
enum Snapshots {
  /// The folder of the files.
  static let folder =
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Snapshots").path

  /// Whether texts are written to the files instead of being compared with them.
  static let isRecording = ProcessInfo.processInfo.environment["ALEXNET_SNAPSHOTS"] == "record"

  /// The name of every snapshot that a test compares with.
  static let names = Set(
    HelpSnapshotTests.names + ExampleSnapshotTests.names + ReportSnapshotTests.names
      + ErrorSnapshotTests.names + CompletionSnapshotTests.names + LessonSnapshotTests.names)

  /// The file of a snapshot.
  static func path(_ name: String) -> String { "\(folder)/\(name).txt" }

  /// The names of the snapshots that have files.
  static func recorded() -> Set<String> {
    let files = FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []
    return Set(files.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) })
  }
}

/// Compares a text with the snapshot of this name, exactly except for times, which vary.
func expectSnapshot(
  _ text: String, _ name: String, sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let text = Timeless.text(text) + "\n"
  let path = Snapshots.path(name)
  let expected = try? String(contentsOfFile: path, encoding: .utf8)
  guard text != expected else { return }
  if Snapshots.isRecording {
    let file = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(
      at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
    return try Data(text.utf8).write(to: file)
  }
  let shown = "Tests/Snapshots/\(name).txt"
  guard let expected else {
    Issue.record("there is no \(shown); make snapshots records it", sourceLocation: sourceLocation)
    return
  }
  Issue.record(
    """
    \(shown) differs; make snapshots re-records it
    \(LineDifference.text(from: expected, to: text))
    """, sourceLocation: sourceLocation)
}

/// The snapshots as a whole.
@Suite struct SnapshotFileTests {
  /// Every test has its file, and no file is left over from a removed test.
  @Test func noneIsMissingOrLeftOver() throws {
    let leftOver = Snapshots.recorded().subtracting(Snapshots.names)
    if Snapshots.isRecording {
      for name in leftOver { try FileManager.default.removeItem(atPath: Snapshots.path(name)) }
      return
    }
    #expect(leftOver.sorted() == [], "make snapshots removes what no test compares with")
    #expect(Snapshots.names.subtracting(Snapshots.recorded()).sorted() == [])
  }

  @Test(arguments: [
    ("next (0.16 s)", "next  (… s)"), ("a   (3 ms) b\n    (12\n   min)", "a  (… s) b  (… s)"),
    ("(3 s, 4) 5 s", "(3 s, 4) 5 s"),
    ("rate 1  1.5 s  best\ndone   3 s", "rate 1  … s  best\ndone  … s"),
  ])
  func timesAreLeftOut(_ text: String, _ expected: String) {
    #expect(Timeless.text(text) == expected)
  }
}
