import Foundation
import TensorFiles
import Testing

/// Studies run by the program: their output, the files they keep, and what they reject.
@Suite struct ProgramExperimentTests {
  /// A folder with images of 3×32×32 in three classes, few enough to train in a moment.
  private static func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    try place.makeImages("small", side: 32, perClass: 75, seed: 2)
    return place
  }

  private static let words = ["experiment", "overlap", "--data", "small", "--epochs", "1"]

  @Test func runs() throws {
    let place = try Self.place()
    var result = try place.alexnet(Self.words + ["--seeds", "2", "--seed", "7"])
    #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
    for text in [
      "overlap   does overlapping pooling help?", "set pool1.kernel 2",
      "1/4  3/2  seed 7  test error ", "4/4  2/2  seed 8  test error ",
      "± is the standard deviation",
      "training error   3 3/2   2 2/2", "3/2 against 2/2: ", "done   4 training runs in ",
    ] { #expect(result.output.contains(text), "\(text): \(result)") }
    let names = ["curves.svg", "results.json", "results.md"]
    #expect(place.files("experiments/overlap") == names)
    guard
      case .object(let json) = try JSONParser.parse(
        place.folder.bytes("experiments/overlap/results.json"))
    else {
      Issue.record("results.json isn't an object")
      return
    }
    #expect(
      json["complete"] == .boolean(true) && json["seeds"] == .array([.integer(7), .integer(8)]))
    #expect(
      json["command"]
        == .string("alexnet experiment overlap --seeds 2 --epochs 1 --seed 7 --data small"))
    guard case .object(let data)? = json["data"], case .object(let machine)? = json["machine"],
      case .array(let runs)? = json["runs"], case .array(let verdicts)? = json["verdicts"]
    else {
      Issue.record("\(json)")
      return
    }
    #expect(data["name"] == .string("small") && data["sha256"] != nil)
    #expect(machine["cores"] != nil && machine["threads"] != nil)
    #expect(runs.count == 4 && verdicts.count == 1)
    let markdown = try place.folder.read("experiments/overlap/results.md")
    #expect(markdown.contains("| arm | test error | each seed |"), "\(markdown)")
    #expect(markdown.contains("`alexnet experiment overlap --seeds 2"), "\(markdown)")
    #expect(try place.folder.read("experiments/overlap/curves.svg").hasPrefix("<svg "))
    // The next study is saved next to it, with the same numbers.
    result = try place.alexnet(Self.words + ["--seeds", "2", "--seed", "7"])
    #expect(result.status == 0 && place.files("experiments/overlap-2") == names, "\(result)")
    let tables = try ["overlap", "overlap-2"].map { name in
      try place.folder.read("experiments/\(name)/results.md").split(separator: "\n")
        .filter { $0.hasPrefix("|") }
    }
    #expect(tables[0] == tables[1])
    // Nothing is saved if --out is none.
    result = try place.alexnet(Self.words + ["--seeds", "1", "--out", "none"])
    #expect(result.status == 0 && result.output.contains("not decided: "), "\(result)")
    #expect(place.files("experiments").count == 2 && place.files("none").isEmpty)
  }

  /// Tries several rates, and measures the number of epochs.
  @Test func countsEpochs() throws {
    let place = try Self.place()
    let result = try place.alexnet([
      "experiment", "relu-vs-tanh", "--quick", "--data", "small", "--epochs", "2", "--seeds", "1",
      "--out", "x",
    ])
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("1/6  ReLU  trial   rate 0.001"), "\(result)")
    #expect(result.output.contains("6/6  tanh  seed 1  rate 0.0"), "\(result)")
    #expect(result.output.contains("ReLU against tanh: "), "\(result)")
    #expect(place.files("x").count == 3)
  }

  @Test func json() throws {
    let place = try Self.place()
    let result = try place.alexnet(Self.words + ["--seeds", "1", "--json"])
    #expect(result.status == 0 && result.lines.count == 3, "\(result)")
    for line in result.lines {
      guard case .object = try JSONParser.parse(Array(line.utf8)) else {
        Issue.record("not an object: \(line)")
        return
      }
    }
    #expect(result.lines[0].contains(#""arm": "3/2", "seed": 1"#), "\(result)")
    #expect(result.lines[2].contains(#""verdicts": [{"better": "3/2""#), "\(result)")
  }

  /// Without CIFAR-10, shapes are drawn instead, and a note says so.
  @Test func withoutCIFAR10() throws {
    let place = try TrainingPlace()
    let words = ["experiment", "lrn", "--epochs", "1", "--seeds", "1", "--pictures", "160"]
    let result = try place.alexnet(words)
    #expect(result.status == 0, "\(result)")
    #expect(result.output.contains("data        shapes: 160 images to train on"), "\(result)")
    #expect(result.output.contains("CIFAR-10 isn't on this machine"), "\(result)")
    #expect(result.output.contains("across against none: not decided"), "\(result)")
    // If CIFAR-10 is requested explicitly, there is no substitute.
    let refused = try place.alexnet(words + ["--data", "cifar10"])
    #expect(refused.status == 1 && refused.errors.contains("data fetch cifar10"), "\(refused)")
  }

  /// Ctrl-C keeps the measurements so far.
  @Test func interrupted() throws {
    let place = try Self.place()
    let process = try place.start(Self.words + ["--seeds", "500", "--out", "kept"])
    try process.expect("   3/1000  ")
    process.send(signal: SIGINT)
    let result = try process.waitForExit()
    #expect(result.status == 1, "\(result)")
    #expect(
      result.errors.hasPrefix("stopped after ")
        && result.errors.contains("the results so far are in kept"), "\(result)")
    #expect(result.output.contains("the study was stopped; so far, "), "\(result)")
    #expect(try place.folder.read("kept/results.json").contains(#""complete": false"#))
    #expect(try place.folder.read("kept/results.md").contains("**Not complete.**"))
    // Another study doesn't overwrite it.
    let second = try place.alexnet(Self.words + ["--out", "kept"])
    #expect(second.status == 1 && second.errors.contains("already exists"), "\(second)")
  }

  /// Impossible requests are reported before any work.
  @Test(
    arguments: [
      (["relu"], "relu-vs-tanh", 2), (["overlap", "--seeds", "0"], "--seeds takes", 2),
      (["overlap", "--seeds", "1001"], "1000", 2),
      (["overlap", "--epochs", "0"], "--epochs takes", 2),
      (["overlap", "--epochs", "many"], "epochs", 2),
      (["overlap", "--pictures", "-3"], "--pictures", 2),
      (["overlap", "--data", "pictures", "--out", "none"], "3×32×32", 1),
      (["overlap", "--data", "small", "--pictures", "100", "--out", "none"], "only 91", 2),
      (["overlap", "--data", "nowhere"], "nowhere", 1),
      (["overlap", "--network", "alexnet32"], "networks", 2),
      (["overlap", "--out", "tiny.json"], "is a file, but", 1),
      (["overlap", "--out", "tiny.json/x"], "can't create", 1),
      (["overlap", "--out", ""], "isn't a possible folder name", 1),
      (["--quick"], "which experiment", 2),
      (["overlap", "--engine", "abacus"], "abacus", 2),
    ] as [([String], String, Int32)])
  func refuses(_ arguments: [String], _ message: String, _ status: Int32) throws {
    let place = try Self.place()
    let result = try place.alexnet(["experiment"] + arguments)
    #expect(result.status == status, "\(result)")
    #expect(result.errors.contains(message), "\(result)")
  }
}
