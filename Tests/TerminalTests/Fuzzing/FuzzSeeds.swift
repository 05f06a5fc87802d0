import Foundation
import TestSupport

/// The inputs to mutate: valid files of every kind that the program reads, most of them written by
/// the program itself.
struct FuzzSeeds: Sendable {
  /// The folder with the networks and images that inputs refer to.
  let folder: String
  let weights: [UInt8]
  let checkpoint: [UInt8]
  let networks: [String]
  let recipes: [String]
  /// A recipe that can be used unchanged with the data `small`.
  let smallRecipe: String
  let session: String
  let lesson: String
  let pngs: [[UInt8]]
  let jpegs: [[UInt8]]
  let goldens: [[UInt8]]

  /// Writes the seeds to a place, which must outlive them.
  init(in place: TrainingPlace, program: String) throws {
    let folder = place.folder
    func alexnet(_ arguments: [String]) throws {
      let result = try ProgramProcess(
        arguments, shell: "cd \"$HOME\" && exec '\(program)' \"$@\"", home: folder.path
      ).waitForExit()
      guard result.status == 0 else { throw ProgramProcess.Failure(description: "\(result)") }
    }
    try alexnet(["--network", "tiny.json", "-c", "save weights.safetensors"])
    try alexnet(TrainingPlace.begin + ["--epochs", "1", "--out", "run"])
    for recipe in ["80-seconds", "paper", "adam"] {
      try alexnet(["recipe", recipe, "--file", recipe + ".json"])
    }
    try place.makeImages("small", side: 32, perClass: 6)
    try alexnet(
      ["train", "--recipe", "80-seconds", "--data", "small", "--epochs", "1", "--batch", "6"]
        + ["--set", "validation=0.2", "--out", "small-run"])
    smallRecipe = try folder.read("small-run/recipe.json")
    try alexnet(["lesson", "new", "begun"])
    try folder.write(smallNetworkFile, to: "small.json")
    let cells = ["next 3", "let a = norm1.mean", "a * 2", "why norm1[1, 2, 3]", "set norm1.n 3"]
    try alexnet(
      ["--network", "small.json"]
        + (cells + ["forward", "save session.alexnet"]).flatMap { ["-c", $0] })
    session = try folder.read("session.alexnet")
    self.folder = folder.path
    weights = try folder.bytes("weights.safetensors")
    let checkpoints = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/run")
      .filter { $0.hasSuffix(".safetensors") }.sorted()
    checkpoint = try folder.bytes("run/" + (checkpoints.first ?? ""))
    networks = [smallNetworkFile, try folder.read("tiny.json")]
    recipes = try ["run/recipe", "80-seconds", "paper", "adam"].map {
      try folder.read($0 + ".json")
    }
    lesson = try folder.read("begun.md")
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    func files(_ folder: String, _ ending: String, atMost limit: Int) throws -> [[UInt8]] {
      let names =
        FileManager.default.enumerator(atPath: root + "/" + folder)?
        .compactMap { $0 as? String }.filter { $0.hasSuffix(ending) }.sorted() ?? []
      return try names.map {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(root)/\(folder)/\($0)")))
      }
      .filter { $0.count <= limit }
    }
    pngs = try files("Tests/DatasetsTests/Fixtures", ".png", atMost: 4_000)
    jpegs = try files("Tests/DatasetsTests/Fixtures", ".jpg", atMost: 8_000)
    goldens = try files("Golden", ".safetensors", atMost: 4_000)
  }

  /// Prepares the folder that the program runs in for an input.
  ///
  /// - Returns: the paths to delete with `FuzzTree.remove` before deleting the folder.
  func prepare(_ input: FuzzInput, in folder: String) throws -> [[UInt8]] {
    let files = FileManager.default
    try files.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let shared = ["tiny.json", "small.json", "pictures", "small"]
    for name in shared + (input.kind == .labels ? ["weights.safetensors"] : []) {
      try files.createSymbolicLink(
        atPath: folder + "/" + name, withDestinationPath: self.folder + "/" + name)
    }
    for (name, bytes) in input.files + [("stdin", input.stdin)] {
      try Data(bytes).write(to: URL(fileURLWithPath: folder + "/" + name))
    }
    guard let batches = input.batches else {
      return input.tree.isEmpty ? [] : FuzzTree.make(input.tree, below: folder + "/tree")
    }
    try files.createDirectory(atPath: folder + "/cifar", withIntermediateDirectories: true)
    for (index, name) in ((1...5).map { "data_batch_\($0)" } + ["test_batch"]).enumerated() {
      let path = "\(folder)/cifar/\(name).bin"
      try Data().write(to: URL(fileURLWithPath: path))
      // One of the files has a different length.
      guard truncate(path, off_t(index == 3 ? batches.length : 30_730_000)) == 0 else {
        throw ProgramProcess.Failure(description: "\(path) can't be created")
      }
      let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
      for (place, value) in batches.bytes {
        try file.seek(toOffset: UInt64(place))
        try file.write(contentsOf: Data([value]))
      }
      try file.close()
    }
    return []
  }

  static let cells = [
    "next", "next 3", "forward", "previous", "goto pool1", "reset", "backward 1", "backward cat",
    "why conv1[2, 5, 6]", "why norm1[1, 2, 3] --all", "why pool1[0, 1, 2] --toward-input",
    "why fc6[1]", "why softmax[2]", "why gradient conv1[1, 2, 3]", "why gradient image[0, 1, 2]",
    "why gradient conv1.weight[0, 1, 2, 0]", "view conv1.weight", "view norm1[1]", "view image",
    "view conv1[0...3]", "show fc6", "show conv1[2, 1]", "overlap pool1[1, 2, 2]",
    "verify gradient norm1 --samples 2", "summary --style keras", "summary --style torchsummary",
    "set norm1.n 3", "set conv1.stride 2", "set classes 4", "set activation tanh", "undo",
    "insert relu1 tanh", "insert softmax linear outputs=3", "remove softmax", "remove pool1",
    "image card", "image f.png", "diff small alexnet", "help next", "help expressions", "?why",
    "paper", "engines", "networks", "recipes", "compare", "progress", "version",
    "(227 - 11) / 4 + 1", "conv1.weight[0, 0, 0...1, 0..<2]", "let b = conv1.output.mean",
    "[96, 55, 55][1]", "-2 ** 2 % 5", "argmax([1, 0/0, 2])", "fc6.gradient - softmax.output",
    "convolution(conv1.input, conv1.weight, conv1.bias, stride: 2, padding: 1)",
    "localResponseNormalization(conv1, n: 5, k: 2, alpha: 1e-4, convention: \"onnx\")",
    "outputSize(8, kernel: 3, stride: 4, padding: 2, rounding: \"ceil\")", "zeros(2, 3, 4)",
    "save weights.safetensors", "network save f.json", "summary --json", "forward --json",
  ]

  /// A name for each class of the network `tiny`.
  static let labels = "blue\ngreen\nred\n"

  /// Progress in two lessons, one of them finished.
  static let progress = """
    {
      "version": 1,
      "seed": 7,
      "ask": true,
      "lessons": {
        "1": {"step": "the-layers", "index": 2, "finished": false, "done": ["a"], "skipped": ["b"],
              "draw": {"size": 3}, "seed": null, "commands": ["next", "let x = 3"]},
        "2": {"step": "", "index": 9, "finished": true, "done": [], "skipped": [], "draw": {},
              "seed": 5, "commands": []}
      }
    }
    """

  /// Typical lines that a person types.
  static let history =
    "next\nwhy conv1[0, 1, 2]\nlet x = 3; x ** 2\nview conv1\nforward\nhelp why\n"
}
