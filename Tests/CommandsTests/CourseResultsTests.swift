import TensorFiles
import Testing

@testable import Cells
@testable import Commands
@testable import Notebook
@testable import Training

/// The results of studies that come with the course.
@Suite struct CourseResultsTests {
  /// What is read says the same as the file: each arm's figures, every run, every verdict.
  @Test(arguments: Experiments.all.map(\.name))
  func readsTheFile(_ name: String) throws {
    let course = try CourseResults(of: try Experiments.experiment(named: name))
    let again = course.results.json(command: "", machine: .current)
    for member in ["experiment", "seeds", "epochs", "measure", "arms", "runs"] {
      #expect(again[member] == course.json[member], "\(member)")
    }
    let verdicts = again["verdicts"]?.arrayValue?.map { $0["verdict"] }
    #expect(verdicts == course.json["verdicts"]?.arrayValue?.map { $0["verdict"] })
    var session = Session(host: QuietHost())
    let result = session.run("experiment \(name) --measured")
    let text = result.output.plainText
    #expect(result.failure == nil && text.contains("training error"), "\(text)")
    #expect(result.output.blocks.contains { if case .chart = $0 { true } else { false } })
  }
}
