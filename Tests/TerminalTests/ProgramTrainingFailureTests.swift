import Foundation
import Testing

/// Obstacles to training: each gives one clear message and exit code 1 or 2, and existing files are
/// kept.
@Suite struct ProgramTrainingFailureTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var words: String
    var status: Int32
    var message: String
    var testDescription: String { words }

    init(_ words: String, _ status: Int32, _ message: String) {
      (self.words, self.status, self.message) = (words, status, message)
    }
  }

  static let cases = [
    Case("--epochs 0", 2, "epochs takes a whole number from 1"),
    Case("--epochs -1", 2, "not -1"), Case("--epochs x", 2, "epochs"),
    Case("--batch 0", 2, "batch"), Case("--batch 1000", 2, "to train on"),
    Case("--rate -1", 2, "rate"), Case("--rate nan", 2, "rate"), Case("--rate 1e999", 2, "rate"),
    Case("--rate 1e9", 1, "the loss became"), Case("--set momentum=2", 2, "momentum"),
    Case("--set momentum", 2, "a field and its value"), Case("--set =1", 2, "a field"),
    Case("--set epoch=3", 2, "did you mean epochs?"),
    Case("--set conv9.rate=1", 2, "conv9"), Case("--recipe nope", 2, "nope"),
    Case("--recipe tiny.json", 1, "tiny.json"), Case("--recipe nope.json", 1, "nope.json"),
    Case("--set pictures.resize=7", 1, "takes images of 3×6×6"),
    Case("--set validation=0.999", 2, "to train on"),
    Case("--save-steps 0", 2, "--save-steps"), Case("--out tiny.json", 1, "it's a file"),
    Case("--out tiny.json/run", 1, "Not a directory"), Case("--out .", 1, "other files"),
    Case("--out pictures", 1, "it holds other files"), Case("--out /proc/run", 1, "/proc/run"),
    Case("--out x --resume x", 2, "--resume continues a run"),
    Case("--data nowhere", 1, "nowhere"), Case("--network nope.json", 1, "nope.json"),
    Case("--network alexnet --recipe 80-seconds", 1, "takes images of 3×227×227"),
  ]

  @Test(arguments: cases)
  func begins(_ example: Case) throws {
    let place = try TrainingPlace()
    let words = example.words.split(separator: " ").map(String.init)
    var begin = TrainingPlace.begin
    // An option in a case replaces the default one.
    for word in words where word.hasPrefix("--") && word != "--set" && begin.contains(word) {
      begin.removeSubrange(begin.firstIndex(of: word)!...(begin.firstIndex(of: word)! + 1))
    }
    let result = try place.alexnet(begin + words)
    #expect(result.status == example.status, "\(result)")
    #expect(
      result.errors.hasPrefix("error: ") && result.errors.contains(example.message), "\(result)")
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result)")
    // Only a run that has begun leaves a folder, to be resumed.
    let left = place.files("runs")
    #expect(left.isEmpty || result.output.contains("likely causes"), "\(left) \(result)")
  }

  /// A run that diverged says why, and earlier checkpoints are kept.
  @Test func diverges() throws {
    let place = try TrainingPlace()
    let result = try place.alexnet(
      TrainingPlace.begin + ["--rate", "1e9", "--epochs", "5", "--out", "run"])
    #expect(result.status == 1, "\(result)")
    #expect(result.output.contains("likely causes") && result.output.contains("too high"))
    #expect(!place.files("run").filter { $0.hasPrefix("checkpoint") }.isEmpty)
    let resumed = try place.alexnet(["train", "--resume", "run", "--rate", "0.001"])
    #expect([0, 1].contains(resumed.status) && resumed.output.contains("note"), "\(resumed)")
  }

  /// Runs that can't be resumed.
  @Test func resumes() throws {
    let place = try TrainingPlace()
    #expect(try place.alexnet(TrainingPlace.begin + ["--epochs", "2", "--out", "run"]).status == 0)
    let kept = try place.checkpoints("run")
    for (words, status, message) in [
      ("--resume nowhere", 1, "doesn't exist"), ("--resume pictures", 1, "no run"),
      ("--resume tiny.json", 1, "tiny.json"), ("--resume run --batch 3", 2, "keeps its data"),
      ("--resume run --seed 7", 2, "seed 1"),
      ("--resume run --network alexnet", 2, "the run trains tiny"),
      ("--resume run --epochs 0", 2, "epochs"),
      ("--resume run --data shapes", 1, "isn't the data of this run"),
      ("--resume run --set optimizer=adam", 2, "keeps its data"),
    ] as [(String, Int32, String)] {
      let result = try place.alexnet(["train"] + words.split(separator: " ").map(String.init))
      #expect(result.status == status, "\(words): \(result)")
      #expect(result.errors.contains(message) && result.output.isEmpty, "\(words): \(result)")
    }
    #expect(try place.checkpoints("run") == kept)
    let again = try place.alexnet(TrainingPlace.begin + ["--out", "run"])
    #expect(again.status == 1 && again.errors.contains("already holds a run"), "\(again)")
  }

  /// Damaged and foreign checkpoints, for each command that reads checkpoints.
  @Test(arguments: ["evaluate f", "predict f card", "load f"])
  func checkpoints(_ words: String) throws {
    let place = try TrainingPlace()
    #expect(try place.alexnet(TrainingPlace.begin + ["--epochs", "1", "--out", "run"]).status == 0)
    let bytes = try place.folder.bytes("run/best.safetensors")
    var flipped = bytes
    flipped[bytes.count - 9] ^= 4
    let text = String(decoding: bytes, as: UTF8.self)
    #expect(text.contains("alexnet-checkpoint"))
    for (bytes, message) in [
      (flipped, "its digest doesn't match"),
      (Array(bytes.dropLast(40)), "bytes of data"), (Array(bytes.prefix(100)), "header"),
      ([UInt8](repeating: 0xFF, count: 64), "header"), ([], "too few"),
    ] as [([UInt8], String)] {
      try place.folder.write(bytes, to: "f")
      let result = try place.alexnet(words.split(separator: " ").map(String.init))
      #expect(result.status == 1 && result.errors.hasPrefix("error: f: "), "\(result)")
      #expect(result.errors.contains(message) && result.output.isEmpty, "\(result)")
    }
    let result = try place.alexnet(["load", "run", "--network", "alexnet"])
    #expect(result.status == 1 && result.errors.contains("holds tiny, not alexnet"), "\(result)")
  }

  /// A full folder: the message says so, and the previous checkpoint is unchanged.
  @Test(arguments: [0, 1, 5])
  func fullDisk(_ blocks: Int) throws {
    let place = try TrainingPlace()
    // The limit is so small that not even the first checkpoint fits.
    let begun = try place.alexnet(
      TrainingPlace.begin + ["--epochs", "2", "--out", "new"], limit: "ulimit -f \(blocks);")
    #expect(begun.status == 1 && begun.errors.contains("File too large"), "\(begun)")
    #expect(place.files("new").isEmpty && place.files(".").allSatisfy { !$0.hasPrefix(".new") })
    let first = try place.alexnet(TrainingPlace.begin + ["--epochs", "2", "--out", "run"])
    #expect(first.status == 0, "\(first)")
    let kept = try place.checkpoints("run")
    let result = try place.alexnet(
      ["train", "--resume", "run", "--epochs", "4"], limit: "ulimit -f \(blocks);")
    #expect(result.status == 1 && result.errors.contains("File too large"), "\(result)")
    #expect(try place.checkpoints("run") == kept)
    #expect(place.files("run").allSatisfy { !$0.hasSuffix(".tmp") })
    let again = try place.alexnet(["train", "--resume", "run", "--epochs", "4"])
    #expect(again.status == 0, "\(again)")
  }

  /// A disk that fills up during training: the first checkpoint fits, but one with the optimizer's
  /// memory doesn't. Resuming from it works as if nothing had happened.
  @Test func fullDiskDuringTraining() throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--epochs", "2", "--engine", "reference"]
    let result = try place.alexnet(words + ["--out", "run"], limit: "ulimit -f 10;")
    #expect(result.status == 1 && result.errors.contains("File too large"), "\(result)")
    #expect(result.errors.contains("train --resume run"), "\(result)")
    #expect(
      place.files("run").filter { $0.hasPrefix("checkpoint") }
        == ["checkpoint-0000-000000.safetensors"])
    let resumed = try place.alexnet(["train", "--resume", "run", "--engine", "reference"])
    #expect(resumed.status == 0, "\(resumed)")
    #expect(try place.alexnet(words + ["--out", "straight"]).status == 0)
    #expect(try place.checkpoints("run") == place.checkpoints("straight"))
  }

  @Test func twoIntoOneFolder() throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--epochs", "100000", "--out", "run"]
    let first = try place.start(words)
    try first.expect("epoch      2")
    for words in [words, ["train", "--resume", "run"]] {
      let second = try place.alexnet(words)
      #expect(second.status == 1, "\(second)")
      #expect(second.errors.contains("training run is writing to it (process "), "\(second)")
    }
    // Reading is still possible.
    #expect(try place.alexnet(["plot", "run"]).status == 0)
    #expect(try place.alexnet(["evaluate", "run"]).status == 0)
    first.send(signal: SIGKILL)
    _ = try first.waitForExit()
    // The lock of a killed program is released.
    let third = try place.alexnet(
      ["train", "--resume", "run", "--epochs", "100001"], limit: "ulimit -f 0;")
    #expect(third.status == 1 && !third.errors.contains("another training"), "\(third)")
  }
}
