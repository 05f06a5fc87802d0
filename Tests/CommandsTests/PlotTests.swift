import Foundation
import Testing

@testable import Cells
@testable import Commands
@testable import Documents
@testable import Notebook

/// `plot` draws a metrics file or reports what is wrong with it, whatever numbers the file holds.
@Suite struct PlotTests {
  /// A metrics file whose entries have these epoch numbers.
  static func metrics(_ epochs: String..., planned: String = "9", more: String = "") -> String {
    let rows = epochs.map {
      """
      {"epoch": \($0), "train_loss": 1.5, "train_accuracy": 0.5, "validation_loss": 1.25,
       "validation_accuracy": 0.75, "rate": 0.1, "seconds": 1, "images_per_s": 9}
      """
    }
    return """
      {"format": "alexnet-metrics", "version": 1, "recipe": "r", "network": "n", "dataset": "d",
       "seed": 1, "engine": "e", "threads": 1, "planned_epochs": \(planned)\(more),
       "epochs": [\(rows.joined(separator: ", "))]}
      """
  }

  /// The output of `plot` for a file, or the message if it fails.
  static func plot(_ text: String) throws -> (text: String, fails: Bool) {
    let path = FileManager.default.temporaryDirectory.path + "/plot-\(UUID().uuidString).json"
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: path))
    var session = Session(host: QuietHost())
    let result = session.run("plot \(path)")
    if let failure = result.failure {
      #expect(failure.kind == .file && failure.message.hasPrefix(path), "\(failure.message)")
      return (failure.message, true)
    }
    return (result.output.plainText, false)
  }

  @Test(arguments: [
    (metrics("1", "2"), "2 of 9 epochs"),
    (metrics("1", "1000000000000"), "best 50.0% in epoch 1;"),
    (metrics("0", "999999999999", "1000000000000"), "3 of 9 epochs"),
    (metrics("1000000000000", planned: "1000000000000"), "1 of 1000000000000 epochs"),
    (metrics(), "no epoch is complete yet"),
  ])
  func draws(_ text: String, _ says: String) throws {
    let (shown, fails) = try Self.plot(text)
    #expect(!fails && shown.contains(says), "\(shown)")
    #expect(shown.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(shown)")
  }

  @Test(arguments: [
    (metrics("-1"), "epochs[0].epoch"), (metrics("1", "-9223372036854775808"), "epochs[1].epoch"),
    (metrics("2", "1"), "epochs[1].epoch is 1, after 2"),
    (metrics("3", "3"), "epochs[1].epoch is 3, after 3"),
    (metrics("1", "1000000000001"), "epochs[1].epoch is 1000000000001, more than"),
    (metrics("1", "9223372036854775807"), "epochs[1].epoch"),
    (metrics("99999999999999999999"), "the number 99999999999999999999 is too large"),
    (metrics("1.5"), "epochs[0].epoch"),
    (metrics("1e3"), "epochs[0].epoch"), (metrics("\"1\""), "epochs[0].epoch"),
    (metrics("null"), "epochs[0].epoch"), (metrics("1", planned: "-1"), "planned_epochs"),
    (metrics("1", more: ", \"validation_part\": \"all\""), "validation_part is neither"),
  ])
  func saysWhatIsWrong(_ text: String, _ says: String) throws {
    let (shown, fails) = try Self.plot(text)
    #expect(fails && shown.contains(says), "\(shown)")
  }

  /// A run validated on test images says so, since its test error is too optimistic.
  @Test(arguments: [
    ("", false), (", \"validation_part\": \"train\"", false),
    (", \"validation_part\": \"test\"", true),
  ])
  func validatedOnTestImages(_ more: String, _ isSaid: Bool) throws {
    let (shown, fails) = try Self.plot(Self.metrics("1", "2", more: more))
    #expect(!fails && shown.contains("the validation images are test images") == isSaid, "\(shown)")
  }
}
