import Datasets
import Foundation
import TestSupport
import Testing

/// Training that starts from trained weights, as a user runs it.
@Suite struct ProgramTransferTests {
  /// A place with a finished run in `first`, and images of other classes in `photos`.
  private func place() throws -> TrainingPlace {
    let place = try TrainingPlace()
    let first = try place.alexnet(TrainingPlace.begin + ["--epochs", "2", "--out", "first"])
    #expect(first.status == 0, "\(first)")
    for (name, color) in [("cat", 40), ("dog", 200)] {
      let folder = "\(place.folder.path)/photos/\(name)"
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: true)
      for number in 0..<10 {
        let side = 20 + number
        let bytes = (0..<3 * side * side).map { UInt8(color + (7 * $0 + 11 * number) % 40) }
        try Image(width: side, height: side, bytes: bytes).writePNG(path: "\(folder)/\(number).png")
      }
    }
    return place
  }

  private static let begin = [
    "train", "--from", "first", "--data", "photos", "--freeze", "conv1...norm1", "--engine",
    "reference",
  ]

  /// Two classes of ten photos: the head says what is taken, new and frozen; the run is stopped by
  /// `kill -9`, resumed without the weights, and ends as one that never stopped; then it is tested
  /// and classifies.
  @Test func ownPhotos() throws {
    let place = try place()
    let words = Self.begin + ["--epochs", "4", "--save-steps", "1"]
    let straight = try place.alexnet(words + ["--out", "straight"])
    #expect(straight.status == 0, "\(straight)")
    for line in [
      "recipe fine-tune · tiny", "frozen      conv1...norm1", "fc2       rates ×10",
      "taken       conv1, norm1", "new         fc2", "fc2.weight is 3×48 there and 2×48 here",
      "epochs      4", "14 images to train on, 2 for validation, 4 for the test",
      "done   test error",
    ] {
      #expect(straight.output.contains(line), "\(line) in \(straight)")
    }
    // The end of JSON says it too.
    let json = try place.alexnet(words + ["--out", "json", "--json"])
    #expect(json.output.contains(#""new": ["fc2"]"#), "\(json)")
    #expect(json.output.contains(#""taken": ["conv1", "norm1"]"#), "\(json)")
    let recipe = try place.folder.read("straight/recipe.json")
    #expect(recipe.contains(#""freeze": ["conv1...norm1"]"#) && recipe.contains(#""sha256": ""#))

    let process = try place.start(words + ["--out", "killed", "--epochs", "4000"])
    while try place.checkpoints("killed").count < 2 { usleep(1000) }
    process.send(signal: SIGKILL)
    #expect(try process.waitForExit().status == 128 + SIGKILL)
    try FileManager.default.removeItem(atPath: "\(place.folder.path)/first")
    let state = try place.checkpoints("killed").keys.max() ?? ""
    let resumed = try place.alexnet(
      ["train", "--resume", "killed", "--epochs", "4", "--engine", "reference"])
    // Only a run that hasn't done its four epochs can be resumed to four. (Its best weights may come
    // from before the kill; then they say 4,000 epochs.)
    if resumed.status == 0 {
      let end = "checkpoint-0004-000000.safetensors"
      let expected = try #require(place.checkpoints("straight")[end])
      #expect(try place.checkpoints("killed")[end] == expected, "resumed at \(state)")
    } else {
      #expect(resumed.errors.contains("give it more epochs"), "\(resumed)")
    }

    let tested = try place.alexnet(["evaluate", "straight"])
    #expect(tested.status == 0 && tested.output.contains("cat"), "\(tested)")
    let told = try place.alexnet(["predict", "straight", "photos/dog/3.png"])
    #expect(told.status == 0 && told.output.contains("dog"), "\(told)")
  }

  /// A recorded recipe repeats the run from the same weights, byte for byte, and refuses others.
  @Test func recordedRecipe() throws {
    let place = try place()
    let first = try place.alexnet(Self.begin + ["--epochs", "1", "--out", "a"])
    #expect(first.status == 0, "\(first)")
    let again = [
      "train", "--recipe", "a/recipe.json", "--data", "photos", "--engine", "reference",
    ]
    let second = try place.alexnet(again + ["--out", "b"])
    #expect(second.status == 0, "\(second)")
    #expect(try place.checkpoints("a") == place.checkpoints("b"))
    let other = try place.alexnet(TrainingPlace.begin + ["--epochs", "3", "--out", "other"])
    #expect(other.status == 0, "\(other)")
    try FileManager.default.removeItem(atPath: "\(place.folder.path)/first")
    try FileManager.default.moveItem(
      atPath: "\(place.folder.path)/other", toPath: "\(place.folder.path)/first")
    let refused = try place.alexnet(again + ["--out", "c"])
    #expect(refused.status == 1 && refused.errors.contains("its SHA-256 differs"), "\(refused)")
    #expect(place.files("c").isEmpty)
  }

  @Test(
    arguments: [
      (["--from", "nowhere"], 1, "nowhere: No such file"),
      (["--from", "tiny.json"], 1, "tiny.json"),
      (["--from", "first", "--network", "other.json"], 1, "none of its tensors fits other"),
      (["--recipe", "fine-tune"], 2, "the recipe fine-tune starts from trained weights"),
      (["--resume", "first", "--from", "first"], 2, "drop --from"),
      (["--from", "first", "--freeze", "conv9"], 2, "freeze names conv9, but tiny has no layer"),
      (["--from", "first", "--freeze", "conv1...fc2"], 2, "freeze names every layer of tiny"),
      (["--from", "first", "--set", "images-per-class=x"], 2, "images_per_class takes"),
      (["--from", "loose.safetensors"], 1, "loose.safetensors fits none of our networks"),
    ] as [([String], Int32, String)])
  func refused(_ words: [String], _ status: Int32, _ message: String) throws {
    let place = try place()
    _ = try place.folder.file(
      "other.json",
      """
      {"format": "alexnet-network", "version": 1, "name": "other", "title": "",
       "input": {"channels": 3, "height": 6, "width": 6, "scale": 1, "mean": [0, 0, 0],
                 "deviation": [1, 1, 1]},
       "layers": [{"name": "flatten", "kind": "flatten"},
                  {"name": "fc9", "kind": "linear", "outputs": 2},
                  {"name": "softmax", "kind": "softmax"}]}
      """)
    let saved = try place.alexnet([
      "-c", "network load tiny.json", "-c", "save weights loose.safetensors",
    ])
    #expect(saved.status == 0, "\(saved)")
    let result = try place.alexnet(["train", "--data", "photos"] + words)
    #expect(result.status == status && result.errors.contains(message), "\(result)")
    #expect(result.errors.hasPrefix("error: "), "\(result)")
    #expect(result.errors.split(separator: "\n").count <= 2, "\(result)")
    #expect(place.files("runs").isEmpty)
  }
}
