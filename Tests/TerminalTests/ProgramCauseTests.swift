import Foundation
import TestSupport
import Testing

/// Messages name the cause, not one of its consequences.
@Suite struct ProgramCauseTests {
  /// The folder of a run is removed during training.
  @Test func folderRemoved() throws {
    let place = try TrainingPlace()
    let process = try place.start(
      TrainingPlace.begin + ["--epochs", "100000", "--engine", "reference", "--out", "run"])
    try process.expect("epoch      2 ")
    // Renamed, which is instantaneous: deleting the files one by one would conflict with those
    // being written.
    try FileManager.default.moveItem(
      atPath: "\(place.folder.path)/run", toPath: "\(place.folder.path)/elsewhere")
    let result = try process.waitForExit()
    #expect(result.status == 1, "\(result)")
    #expect(result.errors.contains("the run's folder is gone"), "\(result)")
    #expect(!result.errors.contains("make room"), "\(result)")
  }

  @Test func seedTooLarge() throws {
    let place = try TrainingPlace()
    let result = try place.alexnet(
      TrainingPlace.begin + ["--seed", "18446744073709551615", "--epochs", "1"])
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.hasPrefix("error: --seed takes a whole number from 0 to "), "\(result)")
  }

  /// The location of a run's data is recorded only in run.json.
  @Test func dataUnknown() throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--engine", "reference", "--out", "run", "--epochs"]
    #expect(try place.alexnet(words + ["1"]).status == 0)
    let run = "\(place.folder.path)/run/run.json"
    for damage in [nil, "", "{", "[1]", #"{"data": 3}"#] as [String?] {
      try? FileManager.default.removeItem(atPath: run)
      if let damage { try damage.write(toFile: run, atomically: false, encoding: .utf8) }
      for (words, name) in [
        (["train", "--resume", "run", "--epochs", "2"], "run.json"),
        (["evaluate", "run"], "'pictures'"),
      ] {
        let result = try place.alexnet(words)
        #expect(result.status == 1, "\(result)")
        #expect(result.errors.contains(name) && result.errors.contains("--data"), "\(result)")
        #expect(!result.errors.contains("CIFAR-10"), "\(result)")
      }
    }
    let result = try place.alexnet(["evaluate", "run", "--data", "pictures"])
    #expect(result.status == 0, "\(result)")
  }

  /// The disk is full before the run has a folder.
  @Test func diskFullBeforeTheRun() throws {
    let place = try TrainingPlace()
    let result = try place.alexnet(
      TrainingPlace.begin + ["--out", "run", "--epochs", "1"], limit: "ulimit -f 4;")
    #expect(result.status == 1, "\(result)")
    #expect(result.errors.hasPrefix("error: cannot write run/checkpoint-0000-000000"), "\(result)")
    #expect(!result.errors.contains(".beginning"), "\(result)")
  }

  @Test(arguments: [
    ("schedule", #"{"kind": "constant", "x": 1}"#, "schedule has no field x"),
    ("optimizer", #"{"kind": "paper", "momentum": 0.9, "x": 1}"#, "optimizer has no field x"),
  ])
  func unknownFields(_ field: String, _ value: String, _ message: String) throws {
    let place = try TrainingPlace()
    let result = try place.alexnet(TrainingPlace.begin + ["--set", "\(field)=\(value)"])
    #expect(result.status == 2, "\(result)")
    #expect(result.errors.hasPrefix("error: --set: \(message)"), "\(result)")
  }

  /// A number is separated from its unit by a space.
  @Test func units() throws {
    let place = try TrainingPlace()
    let small = try place.alexnet(["-c", "network load tiny.json", "-c", "network"])
    #expect(small.output.contains("1.44 kMACs"), "\(small)")
    #expect(!small.output.contains(#/\d(MACs|multiply)/#), "\(small)")
    let large = try place.alexnet(["-c", "network alexnet"])
    #expect(large.output.contains("1.14 GMACs"), "\(large)")
  }

  /// Training with a rate that makes every loss NaN, then looking at the results: nothing crashes,
  /// and every image with a NaN is counted.
  @Test func looksAtNaN() throws {
    let place = try TrainingPlace()
    _ = try place.folder.file("wide.json", Self.wide)
    let trained = try place.alexnet([
      "train", "--network", "wide.json", "--data", "pictures", "--epochs", "1", "--batch", "2",
      "--rate", "1e25", "--set", "validation=0", "--recipe", "80-seconds", "--out", "run",
    ])
    #expect(trained.status == 1 || trained.status == 0, "\(trained)")
    try #require(place.files("run").contains { $0.hasSuffix(".safetensors") })
    for words in [
      ["-c", "load run", "-c", "image pictures/red/0.png", "-c", "forward"],
      ["predict", "run", "pictures/red/0.png"], ["predict", "run", "pictures/red/0.png", "--json"],
      ["evaluate", "run", "--data", "pictures"],
      ["evaluate", "run", "--data", "pictures", "--json"],
    ] {
      let result = try place.alexnet(words)
      #expect(result.status == 0, "\(words) \(result)")
      #expect(result.output.lowercased().contains("nan"), "\(words) \(result)")
    }
  }

  private static let wide = networkOfSixBySix(
    "wide",
    """
    {"name": "conv1", "kind": "convolution", "filters": 2, "kernel": 3},
    {"name": "relu1", "kind": "relu"}, {"name": "flatten", "kind": "flatten"},
    {"name": "fc2", "kind": "linear", "outputs": 3}, {"name": "softmax", "kind": "softmax"}
    """)
}
