import Foundation
import Testing

@testable import Training

/// Signals that ask a training run to stop: it saves as after Ctrl-C, and the exit code contains the
/// signal.
@Suite struct ProgramStopTests {
  static let long =
    TrainingPlace.begin + ["--epochs", "100000", "--engine", "reference", "--out", "run"]

  private static func begun(_ place: TrainingPlace, _ words: [String] = long) throws
    -> ProgramProcess
  {
    let process = try place.start(words)
    try process.expect("epoch      2 ")
    return process
  }

  @Test(arguments: [SIGTERM, SIGHUP])
  func saves(_ signal: Int32) throws {
    let place = try TrainingPlace()
    let process = try Self.begun(place)
    process.send(signal: signal)
    let result = try process.waitForExit()
    #expect(result.status == 128 + signal, "\(result)")
    #expect(result.errors.contains("; saved"), "\(result)")
    #expect(result.errors.contains("train --resume run"), "\(result)")
    // The newest checkpoint is the one at the reported step.
    let (state, damaged) = try RunFolder.open("\(place.folder.path)/run").latest()
    #expect(damaged.isEmpty && state.epoch >= 2)
    let place1 = "epoch \(state.epoch)" + (state.step > 0 ? ", step \(state.step)" : "")
    #expect(result.errors.contains("stopped after \(place1); saved"), "\(result)")
  }

  /// Ctrl-\ ends the program at once: no crash handler intercepts it and continues.
  @Test func quits() throws {
    let place = try TrainingPlace()
    let process = try Self.begun(place)
    process.send(signal: SIGQUIT)
    let result = try process.waitForExit()
    #expect(result.status == 128 + SIGQUIT, "\(result)")
    #expect(!result.errors.contains("crashed"), "\(result)")
    #expect(try RunFolder.open("\(place.folder.path)/run").latest().damaged.isEmpty)
  }

  /// Signals that the parent process ignores stay ignored.
  @Test func ignoredSignalsStayIgnored() throws {
    let place = try TrainingPlace()
    let process = try ProgramProcess(
      Self.long, environment: ["COLUMNS": "1000"],
      shell: #"cd "$HOME" && trap '' HUP QUIT && exec "$0" "$@""#, home: place.folder.path)
    try process.expect("epoch      2 ")
    process.send(signal: SIGHUP)
    process.send(signal: SIGQUIT)
    try process.expect("epoch      9 ")
    process.send(signal: SIGTERM)
    #expect(try process.waitForExit().status == 128 + SIGTERM)
  }

  /// A program waiting for its next cell ends at once.
  @Test(arguments: [SIGTERM, SIGHUP, SIGQUIT])
  func idle(_ signal: Int32) throws {
    let folder = try TemporaryFolder()
    let process = try ProgramProcess(
      [],
      shell: #"""
        mkfifo "$HOME/cells"
        (echo '6 * 7'; exec sleep 30 2>/dev/null) >"$HOME/cells" 2>/dev/null &
        exec "$0" "$@" <"$HOME/cells"
        """#, home: folder.path)
    try process.expect("42")
    usleep(100_000)
    process.send(signal: signal)
    let result = try process.waitForExit()
    #expect(result.status == 128 + signal && result.errors.isEmpty, "\(result)")
  }

  /// The saving interval is stored in the run.
  @Test func resumingKeepsTheSavingRule() throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--engine", "reference", "--out", "run"]
    let first = try place.alexnet(
      words + ["--epochs", "1", "--save-steps", "2", "--save-minutes", "7"])
    #expect(first.status == 0, "\(first)")
    func saving() throws -> SavingRule {
      try RunFolder.open("\(place.folder.path)/run").settings.saving
    }
    #expect(try saving() == SavingRule(steps: 2, minutes: 7))
    let resume = ["train", "--resume", "run", "--engine", "reference"]
    let second = try place.alexnet(resume + ["--epochs", "2"])
    #expect(second.status == 0, "\(second)")
    // Five steps per epoch: saved after two and four steps, and at the end of the epoch.
    #expect(place.files("run").contains("checkpoint-0001-000004.safetensors"))
    #expect(place.files("run").contains("checkpoint-0002-000000.safetensors"))
    let third = try place.alexnet(resume + ["--epochs", "3", "--save-steps", "3"])
    #expect(third.status == 0, "\(third)")
    #expect(place.files("run").contains("checkpoint-0002-000003.safetensors"))
    #expect(try saving() == SavingRule(steps: 3, minutes: 7))
  }
}
