import Foundation
import Tensors
import Testing

@testable import Training

/// `kill -9` at any moment leaves a folder that can be resumed, and the resumed run ends with the
/// same bytes as a run that was never killed.
@Suite struct ProgramTrainingKillTests {
  /// The moments, in milliseconds after the start: a fixed list, so that failures can be
  /// reproduced.
  static let moments: [Int] = {
    let random = CounterRandom("moments", seed: 1)
    return (0..<200).map { 5 + random.below(600, UInt64($0)) }
  }()

  @Test func anyMoment() throws {
    let place = try TrainingPlace()
    let words =
      TrainingPlace.begin + ["--epochs", "40", "--save-steps", "1", "--engine", "reference"]
    let straight = try place.alexnet(words + ["--out", "straight"])
    #expect(straight.status == 0, "\(straight)")
    let expected = try place.checkpoints("straight")
    let figures = try place.figures("straight")
    var (run, kills, finished) = (0, 0, 0)
    func goOn() -> [String] {
      place.files("run\(run)").isEmpty
        ? words + ["--out", "run\(run)"]
        : ["train", "--resume", "run\(run)", "--save-steps", "1", "--engine", "reference"]
    }
    func finish(_ result: ProgramResult) throws {
      #expect(result.status == 0, "\(result)")
      #expect(try place.checkpoints("run\(run)") == expected)
      #expect(try place.figures("run\(run)") == figures)
      (run, finished) = (run + 1, finished + 1)
    }
    for moment in Self.moments {
      let process = try place.start(goOn())
      usleep(UInt32(moment) * 1000)
      process.send(signal: SIGKILL)
      let result = try process.waitForExit()
      if result.status == 0 {
        try finish(result)
        continue
      }
      #expect(result.status == 128 + SIGKILL, "\(result)")
      kills += 1
      // Every file is complete: if a run can be opened, it can be resumed.
      guard !place.files("run\(run)").isEmpty else { continue }
      let folder = try RunFolder.open("\(place.folder.path)/run\(run)")
      let (state, damaged) = try folder.latest()
      #expect(damaged.isEmpty && state.parameters.count == 8, "\(damaged)")
      if place.files("run\(run)").contains("metrics.json") {
        let metrics = try Metrics(path: "\(place.folder.path)/run\(run)/metrics.json")
        #expect(metrics.epochs.map(\.epoch) == Array((1...40).prefix(metrics.epochs.count)))
        #expect(metrics.epochs.count >= state.epoch)
      }
    }
    try finish(place.alexnet(goOn()))
    #expect(kills > 100 && finished >= 1, "\(kills) kills, \(finished) runs")
  }
}
