import Foundation
import TensorFiles
import Testing

@testable import Cells
@testable import Commands
@testable import Notebook
@testable import Training

/// The results of studies that come with the course.
@Suite struct CourseResultsTests {
  /// The studies of `Lessons/results`.
  static let measured = Experiments.all.map(\.name).filter { name in
    guard let path = Resources.path("Lessons/results/\(name)/results.json") else { return false }
    return FileManager.default.fileExists(atPath: path)
  }

  /// What is read says the same as the file: each arm's figures, every run, every verdict.
  @Test(arguments: measured)
  func readsTheFile(_ name: String) throws {
    let course = try CourseResults(of: try Experiments.experiment(named: name))
    let again = course.results.json(command: "", machine: .current)
    for member in ["experiment", "seeds", "epochs", "measure", "arms", "runs"] {
      #expect(
        Self.agree(try #require(again[member]), try #require(course.json[member])), "\(member)")
    }
    let verdicts = again["verdicts"]?.arrayValue?.map { $0["verdict"] }
    #expect(verdicts == course.json["verdicts"]?.arrayValue?.map { $0["verdict"] })
    var session = Session(host: QuietHost())
    let result = session.run("experiment \(name) --measured")
    let text = result.output.plainText
    #expect(result.failure == nil && text.contains("training error"), "\(text)")
    #expect(result.output.blocks.contains { if case .chart = $0 { true } else { false } })
  }

  /// A study that the course hasn't measured says what to do.
  @Test func saysWhatIsMissing() throws {
    let other = try #require(Experiments.all.first { !Self.measured.contains($0.name) })
    var session = Session(host: QuietHost())
    let failure = try #require(session.run("experiment \(other.name) --measured").failure)
    #expect(failure.message == "there are no measured results of \(other.name) here")
    #expect(failure.hint == "experiment \(other.name) --quick measures some")
  }

  /// Whether two values are the same, numbers to within the rounding of the file's six decimals.
  private static func agree(_ one: JSONValue, _ other: JSONValue) -> Bool {
    if let a = one.double, let b = other.double { return abs(a - b) <= 1e-5 * max(1, abs(b)) }
    switch (one, other) {
    case (.array(let a), .array(let b)): return a.count == b.count && zip(a, b).allSatisfy(agree)
    case (.object(let a), .object(let b)):
      return a.map(\.name) == b.map(\.name) && zip(a, b).allSatisfy { agree($0.value, $1.value) }
    default: return one == other
    }
  }
}
