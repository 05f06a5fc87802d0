import Foundation
import TensorFiles
import TestSupport
import Testing

/// Training on a full-size data set that needs no download: cuda-convnet's 18% network classifies
/// the drawn shapes after two epochs.
@Suite struct ProgramShapesTests {
  @Test(.enabled(if: isOptimized, "without optimization it would take an hour"))
  func learnsShapes() throws {
    let folder = try TemporaryFolder()
    let process = try ProgramProcess(
      [
        "train", "--recipe", "cuda-convnet-18", "--data", "shapes", "--epochs", "2", "--out", "run",
        "--json",
      ], shell: #"cd "$HOME" && exec "$0" "$@""#, home: folder.path)
    // Takes about a minute on an idle machine.
    let result = try process.waitForExit(timeout: .seconds(3600))
    #expect(result.status == 0 && result.lines.count == 3, "\(result)")
    guard
      case .object(let members) = try JSONParser.parse(Array((result.lines.last ?? "").utf8)),
      case .number(let accuracy)? = members["test_accuracy"]
    else {
      Issue.record("no accuracy: \(result)")
      return
    }
    #expect(accuracy > 0.95, "\(result)")
  }
}
