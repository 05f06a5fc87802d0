import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Training

/// Training with the program: its output, its files, and resuming.
@Suite struct ProgramTrainingTests {
  @Test func trains() throws {
    let place = try TrainingPlace()
    var result = try place.alexnet(TrainingPlace.begin + ["--epochs", "3", "--plot"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    #expect(result.lines.first?.hasPrefix("recipe 80-seconds · tiny · ") == true, "\(result)")
    #expect(result.lines.filter { $0.hasPrefix("epoch ") }.count == 3, "\(result)")
    #expect(result.output.contains("accuracy   t training   v validation"), "\(result)")
    #expect(result.output.contains("done   test error "), "\(result)")
    #expect(
      place.files("runs/80-seconds-seed1").filter { !$0.hasPrefix("checkpoint") } == [
        "best.safetensors", "curves.svg", "lock", "metrics.csv", "metrics.json", "recipe.json",
        "run.json",
      ])
    let run = "runs/80-seconds-seed1"
    #expect(try place.figures(run).count == 4)
    // What the run can be used for.
    result = try place.alexnet(["plot", run, "--svg", "curves.svg"])
    #expect(result.status == 0 && result.output.contains("test error"), "\(result)")
    #expect(try place.folder.read("curves.svg").hasPrefix("<svg "))
    // A checkpoint contains its history.
    result = try place.alexnet(["plot", run + "/best.safetensors"])
    #expect(result.status == 0 && result.output.contains("accuracy   t training"), "\(result)")
    result = try place.alexnet(["evaluate", run])
    #expect(result.status == 0 && result.output.contains("accuracy "), "\(result)")
    #expect(result.output.contains("blue") && result.output.contains("right"), "\(result)")
    result = try place.alexnet([
      "evaluate", run + "/best.safetensors", "--part", "validation", "--crops", "ten", "--json",
    ])
    #expect(result.status == 0 && result.output.contains(#""crops": "ten-crop""#), "\(result)")
    result = try place.alexnet(["predict", run, "card", "pictures/red/0.png", "--json"])
    #expect(result.status == 0 && result.output.contains(#""name": "green""#), "\(result)")
    // The same answer at the prompt, where each layer can be inspected.
    result = try place.alexnet([
      "-c", "load \(run)", "-c", "image pictures/red/0.png", "-c", "forward",
      "-c", "why conv1[1, 2, 3]", "-c", "save weights weights.safetensors", "-c",
      "view conv1.weight",
    ])
    #expect(result.status == 0 && result.output.contains("most likely"), "\(result)")
    #expect(!result.output.contains("untrained") && result.output.contains("✓ the same"))
    #expect(
      try place.folder.bytes("weights.safetensors") == place.folder.bytes(run + "/best.safetensors")
    )
    result = try place.alexnet(["-c", "load weights.safetensors", "-c", "image"])
    #expect(result.output.contains("minus ("), "\(result)")
    // The next run is saved next to it.
    result = try place.alexnet(TrainingPlace.begin + ["--epochs", "1"])
    #expect(result.status == 0 && place.files("runs").contains("80-seconds-seed1-2"), "\(result)")
  }

  /// A recipe that validates on test images says so with every error it reports.
  @Test func validatesOnTestImages() throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--epochs", "2", "--set", "validation=test:0.5"]
    var result = try place.alexnet(words + ["--out", "run"])
    // 42 images, a sixth of them for testing: 2 of each class, 1 for validation.
    #expect(result.status == 0, "\(result)")
    #expect(
      result.output.contains(
        "36 images to train on, 3 test images for validation, 3 for the test"),
      "\(result)")
    #expect(result.output.contains("50% of the test images"), "\(result)")
    #expect(
      result.output.contains(" of 3 images (epoch ")
        && result.output.contains(", chosen on the other 3 test images)"), "\(result)")
    result = try place.alexnet(["evaluate", "run"])
    #expect(result.output.contains("3 test images of pictures"), "\(result)")
    #expect(result.output.contains("the other 3 test images chose the epoch"), "\(result)")
    result = try place.alexnet(["evaluate", "run", "--part", "validation"])
    #expect(result.output.contains("these are test images"), "\(result)")
    result = try place.alexnet(words + ["--out", "again", "--json"])
    #expect(result.lines.last?.contains(#""validation_part": "test""#) == true, "\(result)")
  }

  @Test func json() throws {
    let place = try TrainingPlace()
    let result = try place.alexnet(TrainingPlace.begin + ["--epochs", "2", "--json"])
    #expect(result.status == 0 && result.errors.isEmpty && result.lines.count == 3, "\(result)")
    var objects: [[JSONValue.Member]] = []
    for line in result.lines {
      guard case .object(let members) = try JSONParser.parse(Array(line.utf8)) else {
        Issue.record("not an object: \(line)")
        return
      }
      objects.append(members)
    }
    #expect(objects[0]["epoch"] == .integer(1) && objects[1]["epoch"] == .integer(2))
    #expect(objects[0]["train_loss"] != nil && objects[2]["test_error"] != nil, "\(result)")
    // The peak memory is in the report, the JSON and the run's folder.
    let run = "runs/80-seconds-seed1"
    let peak = try #require(
      try Metrics(path: place.folder.path + "/\(run)/metrics.json").peakMemory)
    guard case .number(let said)? = objects[2]["peak_memory_mb"] else {
      Issue.record("no peak memory: \(result)")
      return
    }
    #expect((10...1000).contains(said) && said * 0x1p20 >= peak, "\(said), \(peak)")
    let tested = try place.alexnet(["evaluate", run])
    #expect(tested.output.contains(#/\n *peak memory [0-9]+ MiB\n/#), "\(tested)")
    // An error is the last line.
    let failed = try place.alexnet(
      TrainingPlace.begin + ["--epochs", "2", "--json", "--rate", "1e9", "--out", "x"])
    #expect(failed.status == 1 && failed.lines.last?.hasPrefix(#"{"error": "#) == true, "\(failed)")
  }

  /// A run is saved without a second copy of it: weights, gradients and velocities are in memory once,
  /// and the tensors of one layer while they are written.
  @Test(.enabled(if: isOptimized, "drawing 13 million weights takes long otherwise"))
  func savesWithoutASecondCopy() throws {
    let place = try TrainingPlace()
    // Six layers of 1,500 × 1,500.
    let layers = (1...6).map { #"{"name": "fc\#($0)", "kind": "linear", "outputs": 1500},"# }
    _ = try place.folder.file(
      "wide.json",
      tinyNetwork(dropout: false).replacing(
        #"{"name": "fc2","#, with: layers.joined() + #"{"name": "fc7","#))
    // The memory of the process that starts the program isn't the program's.
    let ballast = [UInt8](repeating: 1, count: 300 << 20)
    defer { withExtendedLifetime(ballast) {} }
    let result = try place.alexnet([
      "train", "--network", "wide.json", "--data", "pictures", "--batch", "6", "--rate", "0.0001",
      "--set", "validation=0", "--epochs", "1", "--save-steps", "1", "--engine", "onednn",
      "--threads", "1", "--out", "run", "--json",
    ])
    #expect(result.status == 0, "\(result)")
    let metrics = try Metrics(path: place.folder.path + "/run/metrics.json")
    let tensors = 4 * (5 * 1500 * 1500 + 48 * 1500 + 1500 * 3) as Double
    let peak = try #require(metrics.peakMemory)
    #expect(peak < 4 * tensors + 60e6, "\(peak) bytes; weights \(tensors)")
  }

  /// Ctrl-C finishes the step and saves. A resumed run ends as if it had never stopped.
  @Test(arguments: [["--engine", "reference"], ["--threads", "1"], ["--threads", "2"]])
  func interruptedAndResumed(_ engine: [String]) throws {
    let place = try TrainingPlace()
    let words = TrainingPlace.begin + ["--epochs", "60", "--save-steps", "2"] + engine
    let straight = try place.alexnet(words + ["--out", "straight"])
    #expect(straight.status == 0, "\(straight)")
    let process = try place.start(words + ["--out", "run"])
    try process.expect("epoch  2 ")
    process.send(signal: SIGINT)
    var result = try process.waitForExit()
    #expect(result.status == 1, "\(result)")
    #expect(
      result.errors.hasPrefix("stopped after epoch ")
        && result.errors.contains("train --resume run"),
      "\(result)")
    let before = try place.figures("run")
    #expect(before.count > 2 && before.count < 61)
    result = try place.alexnet(["train", "--resume", "run", "--save-steps", "2"] + engine)
    #expect(result.status == 0 && result.output.contains("continuing after epoch "), "\(result)")
    #expect(!result.output.contains("note"), "\(result)")
    #expect(try place.checkpoints("run") == place.checkpoints("straight"))
    #expect(try place.figures("run") == place.figures("straight"))
  }

  /// On a terminal a line shows the progress, and Ctrl-C works as a key.
  @Test func onATerminal() throws {
    let place = try TrainingPlace()
    let terminal = try PseudoTerminal(
      program: "/bin/sh",
      arguments: [
        "-c", #"cd "$HOME" && exec "$0" "$@""#, try BuiltProducts.path("alexnet"),
      ] + TrainingPlace.begin + ["--epochs", "5000", "--out", "run"],
      environment: [
        "HOME": place.folder.path, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      ], rows: 50, columns: 100)
    // The progress line is redrawn ten times a second, and these epochs are shorter, so only the
    // lines at the end of epochs are certain.
    try terminal.expect("epoch    2  train ")
    try terminal.expect("/5000  ")
    try terminal.expect(" img/s  loss ")
    try terminal.expect(" left")
    try terminal.interrupt()
    try terminal.expect("to continue: train --resume run")
    #expect(try terminal.waitForExit() == 1)
    let result = try place.alexnet(["train", "--resume", "run", "--epochs", "1"])
    #expect(result.status == 1 && result.errors.contains("epochs"), "\(result)")
  }
}
