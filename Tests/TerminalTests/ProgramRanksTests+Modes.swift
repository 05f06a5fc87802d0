import Foundation
import TensorFiles
import Tensors
import TestSupport
import Testing
import Training

/// Hybrid and columns under `mpirun`.
extension ProgramRanksTests {
  /// Two columns with a convolution that sees both, dropout, outputs that 2 and 4 ranks can't share equally.
  static let grouped = networkOfSixBySix(
    "grouped",
    """
    {"name": "conv1", "kind": "convolution", "filters": 4, "kernel": 3},
    {"name": "relu1", "kind": "relu"},
    {"name": "conv2", "kind": "convolution", "filters": 4, "kernel": 3, "padding": 1,
       "groups": 2},
    {"name": "conv3", "kind": "convolution", "filters": 4, "kernel": 1},
    {"name": "flatten", "kind": "flatten"},
    {"name": "fc1", "kind": "linear", "outputs": 9},
    {"name": "relu2", "kind": "relu"},
    {"name": "drop1", "kind": "dropout"},
    {"name": "fc2", "kind": "linear", "outputs": 7},
    {"name": "relu3", "kind": "relu"},
    {"name": "fc3", "kind": "linear", "outputs": 3},
    {"name": "softmax", "kind": "softmax"}
    """)

  struct Mode: Sendable, CustomStringConvertible {
    var words: [String]
    var ranks: Int
    /// How many of them share memory; all if nil.
    var machine: Int?
    var description: String {
      (words + ["\(ranks)", "\(machine ?? ranks)"]).joined(separator: " ")
    }
  }

  static let modes: [Mode] = {
    let hybrid = ["--parallel", "hybrid"]
    let ways = [[], ["--exchange", "one-by-one"], ["--exchange", "in-parts"]]
    return ways.flatMap { way in
      [Mode(words: hybrid + way, ranks: 2), Mode(words: hybrid + way, ranks: 2, machine: 1)]
    } + [
      Mode(words: hybrid, ranks: 1), Mode(words: hybrid, ranks: 3),
      Mode(words: ["--parallel", "columns"], ranks: 2),
      Mode(words: ["--parallel", "columns"], ranks: 2, machine: 1),
    ]
  }()

  private static func beginGrouped(_ run: String) -> [String] {
    [
      "train", "--network", "grouped.json", "--data", "pictures", "--batch", "12", "--rate", "0.01",
      "--set", "validation=0.2", "--engine", "reference", "--epochs", "2", "--out", run,
    ]
  }

  /// The parameters and the optimizer's memory of a run's last checkpoint.
  private static func tensors(_ run: String, in place: TrainingPlace) throws -> [String: Tensor] {
    let name = try #require(place.files(run).last { $0.hasPrefix("checkpoint-") })
    let state = try Checkpoint(path: "\(place.folder.path)/\(run)/\(name)").state
    return state.parameters.merging(state.memory) { $1 }
  }

  /// Each mode ends where one process ends, within the rounding of sums, and its checkpoint is the ordinary
  /// one: `evaluate` reads it, and one process continues the run.
  @Test(arguments: modes) func modes(_ mode: Mode) throws {
    let place = try Self.place()
    _ = try place.folder.file("grouped.json", Self.grouped)
    #expect(try place.alexnet(Self.beginGrouped("alone")).status == 0)
    let result = try Self.run(
      mode.ranks, machine: mode.machine, Self.beginGrouped("run") + mode.words, in: place)
    #expect(result.status == 0, "\(result)")
    if mode.ranks > 1 {
      #expect(result.lines.count { $0.contains("sent per step (predicted: ") } == 2, "\(result)")
    }
    let (alone, split) = try (
      Self.tensors("alone", in: place), Self.tensors("run", in: place)
    )
    #expect(Set(split.keys) == Set(alone.keys))
    // Fewer than 1,000 terms on the longest way through the network and back, a few steps.
    let bound = 10 * 2 * 1000 * Float.ulpOfOne
    for (name, expected) in alone {
      let tensor = try #require(split[name])
      let largest = expected.values.map(abs).max() ?? 0
      let worst = zip(tensor.values, expected.values).map { abs($0 - $1) }.max() ?? 0
      #expect(tensor.shape == expected.shape && worst <= bound * max(largest, 0.1), "\(name)")
    }
    let evaluated = try place.alexnet(["evaluate", "run", "--engine", "reference"])
    #expect(evaluated.status == 0, "\(evaluated)")
    let resumed = try place.alexnet(
      ["train", "--resume", "run", "--epochs", "3", "--engine", "reference", "--shards", "1"])
    #expect(resumed.status == 0, "\(resumed)")
    if mode.ranks > 1 { #expect(resumed.output.contains("and now as data"), "\(resumed)") }
  }

  /// Four ranks, of which two and two share memory: the same bytes as if all did.
  @Test(arguments: ["all", "one-by-one"]) func modesOnSeveralMachines(_ exchange: String) throws {
    let place = try Self.place()
    _ = try place.folder.file(
      "grouped.json",
      Self.grouped.replacingOccurrences(
        of: #"{"name": "fc3", "kind": "linear", "outputs": 3},"#,
        with: #"{"name": "fc3", "kind": "linear", "outputs": 5},"#))
    // Five classes, two of them without images of their own colour.
    for name in ["a", "b"] {
      try FileManager.default.copyItem(
        atPath: "\(place.folder.path)/pictures/red", toPath: "\(place.folder.path)/pictures/\(name)"
      )
    }
    let words = ["--parallel", "hybrid", "--exchange", exchange]
    for (run, machine) in [("one", nil), ("two", 2)] {
      let result = try Self.run(4, machine: machine, Self.beginGrouped(run) + words, in: place)
      #expect(result.status == 0, "\(result)")
    }
    #expect(try place.checkpoints("two") == place.checkpoints("one"))
  }

  static let modeRefusals = [
    Refusal(
      words: begin("run") + ["--parallel", "columns"],
      message: "columns takes a network with two groups"),
    Refusal(
      words: begin("run") + ["--parallel", "hybrid", "--shards", "2"],
      message: "--shards is for data parallel training"),
    Refusal(
      words: begin("run") + ["--parallel", "rows"], message: "--parallel takes data, hybrid"),
  ]
}

extension ProgramWithoutRanksTests {
  /// A program without MPI says what to build.
  @Test(arguments: ["hybrid", "columns"]) func refusesModes(_ mode: String) throws {
    let result = try alexnet(["train", "--data", "shapes", "--parallel", mode])
    #expect(result.status == 2 && result.output.isEmpty)
    #expect(result.errors.contains("built without MPI") && result.errors.contains("MPI=1"))
  }
}
