import Basics
import Cells
import Documents
import TensorFiles
import Training

/// The results of a study that come with the course, in `Lessons/results`.
struct CourseResults {
  /// The figures.
  let results: ExperimentResults
  /// The file's own object.
  let json: JSONValue

  /// Reads the results of a study.
  ///
  /// - Throws: `Failure` if the course has none for it, or its file is damaged or from another version of the
  ///   study.
  init(of experiment: Experiment) throws(Failure) {
    let name = "Lessons/results/\(experiment.name)/results.json"
    guard let path = Resources.path(name), let bytes = try? OpenFile.bytes(of: path, limit: 1 << 22)
    else {
      throw Failure(
        .file, "there are no measured results of \(experiment.name) here",
        hint: "experiment \(experiment.name) --quick measures some")
    }
    do {
      json = try JSONParser.parse(bytes)
    } catch {
      throw Failure(.file, "\(path) is damaged: \(error.message)")
    }
    guard let results = ExperimentResults(json, of: experiment) else {
      throw Failure(
        .file, "\(path) isn't of this version of \(experiment.name)",
        hint: "experiment \(experiment.name) measures it again")
    }
    self.results = results
  }

  /// The question, how it was measured, the table, the curves and the verdicts.
  var output: Output {
    var output = Output()
    output.line(
      .name(results.experiment.name) + "   " + .strong(results.experiment.title), hang: 4)
    output.line(
      .faint(
        "\(results.datasetName), \(NumberFormat.count(results.pictures, "image")), "
          + "\(NumberFormat.count(results.seeds.count, "seed")), "
          + "\(results.experiment.measure == .testError ? "" : "at most ")"
          + TrainingLines.epochs(results.budget.epochs)), indent: 2, hang: 2)
    output.blank()
    output.blocks += ExperimentReport.figures(of: results).blocks
    output.json = json
    return output
  }
}
