import Foundation
import TestSupport

/// One input for the program: its arguments, files and standard input.
struct FuzzInput {
  /// The kind of thing that is mutated.
  enum Kind: String, CaseIterable {
    case cells, session, weights, labels, checkpoint, network, recipe, training, lesson, progress
    case progressImport = "import"
    case history, png, jpeg, cifar, folder, golden
  }

  var kind: Kind
  var arguments: [String]
  /// The files in the program's folder, in addition to those that every input has.
  var files: [(name: String, bytes: [UInt8])] = []
  /// The program's standard input.
  var stdin: [UInt8] = []
  /// Whether `progress.json` is used as the learner's progress.
  var usesProgress = false
  /// The length of the CIFAR-10 batches in the folder `cifar`, and some bytes in them; the rest are
  /// zeros.
  var batches: (length: Int, bytes: [(place: Int, value: UInt8)])?
  /// The contents of the folder `tree`.
  var tree: [FuzzTree.Entry] = []
}

extension FuzzSeeds {
  /// The input with a number. The kinds take turns. The inputs of the first round aren't mutated,
  /// and the program must accept them; otherwise the mutations would only test how files are
  /// rejected.
  func input(_ number: Int, seed: UInt64) -> FuzzInput {
    let kinds = FuzzInput.Kind.allCases
    let kind = kinds[number % kinds.count]
    var mutator = Mutator("\(kind.rawValue) \(number)", seed: seed)
    mutator.isIdle = number < kinds.count
    var input = FuzzInput(kind: kind, arguments: [])
    func file(_ name: String, _ bytes: [UInt8]) { input.files.append((name, bytes)) }
    func file(_ name: String, _ text: String) { file(name, Array(text.utf8)) }
    func cells(_ cells: String...) -> [String] { cells.flatMap { ["-c", $0] } }
    switch kind {
    case .cells:
      input.arguments = ["--network", "small.json"]
      input.stdin = Array(cell(&mutator).utf8) + [0x0A]
    case .session:
      input.arguments = ["run", "f.alexnet"]
      file("f.alexnet", mutator.text(session))
    case .weights:
      input.arguments = ["--network", "tiny.json"] + cells("load f.safetensors", "forward")
      file("f.safetensors", mutator.safetensors(weights))
    case .labels:
      let load = ["load weights.safetensors", "--labels f.txt"].joined(separator: " ")
      input.arguments = ["--network", "tiny.json"] + cells(load, "forward", "backward 1")
      file("f.txt", mutator.text(Self.labels))
    case .checkpoint:
      input.arguments = mutator.pick([
        cells("load f.safetensors", "forward"), ["plot", "f.safetensors"],
        ["evaluate", "f.safetensors", "--data", "pictures"],
      ])
      let changed = mutator.safetensors(checkpoint)
      file("f.safetensors", mutator.below(4) == 0 ? changed : Mutator.sealed(changed))
    case .network:
      input.arguments = cells("network load f.json", "summary", "summary --formula", "forward")
      file("f.json", mutator.text(mutator.pick(networks)))
    case .recipe:
      input.arguments = ["recipe", "f.json"]
      file("f.json", mutator.text(mutator.pick(recipes)))
    case .training:
      // A recipe whose fields are overridden by options, or one that is used unchanged.
      let isFollowed = mutator.below(2) == 0
      input.arguments =
        ["train", "--recipe", "./f.json", "--out", "run"]
        + (isFollowed
          ? ["--data", "small"]
          : ["--network", "tiny.json", "--data", "pictures", "--epochs", "1"])
      file("f.json", Self.brief(mutator.text(isFollowed ? smallRecipe : recipes[0])))
    case .lesson:
      input.arguments = [["lesson", "f.md"], ["lesson", "handout", "f.md"]][mutator.below(2)]
      input.stdin = Array((mutator.isIdle ? "quit\n" : answers(&mutator)).utf8)
      file("f.md", mutator.text(lesson))
    case .progress:
      input.arguments = mutator.pick([["progress"], ["lesson"], ["lesson", "next"]])
      input.stdin = Array("quit\n".utf8)
      input.usesProgress = true
      file("progress.json", mutator.text(Self.progress))
    case .progressImport:
      input.arguments = ["progress", "import", "f.json"]
      input.usesProgress = true
      file("progress.json", Self.progress)
      file("f.json", mutator.text(Self.progress))
    case .history:
      file("history", mutator.text(Self.history))
    case .png:
      input.arguments = ["image", "f"]
      file("f", mutator.below(2) == 0 ? mutator.drawnPNG() : mutator.png(mutator.pick(pngs)))
    case .jpeg:
      input.arguments = ["image", "f"]
      file("f", mutator.bytes(mutator.pick(jpegs), from: mutator.below(4) == 0 ? 0 : 3))
    case .cifar:
      batches(&input, &mutator)
    case .folder:
      input.arguments = ["data", "info", "--data", "tree"]
      input.tree = FuzzTree.entries(&mutator, pngs: pngs, jpegs: jpegs)
    case .golden:
      input.arguments = ["golden", "verify", "f.safetensors"]
      let changed = mutator.safetensors(mutator.pick(goldens))
      file("f.safetensors", mutator.below(4) == 0 ? changed : Mutator.sealed(changed))
    }
    return input
  }

  /// One to three cells.
  private func cell(_ mutator: inout Mutator) -> String {
    guard !mutator.isIdle else { return "next" }
    var lines: [String] = []
    for _ in 0...mutator.below(3) {
      var cell = mutator.text(mutator.pick(Self.cells))
      // Avoid cells that would leave the small network or the folder, or take long.
      let away = ["network", "fetch", "train", "exper", "bench", "golden", "lesson", "run", "load"]
      if away.contains(where: cell.contains) { cell = mutator.pick(Self.cells) }
      lines.append(cell)
    }
    return lines.joined(separator: "\n")
  }

  private func answers(_ mutator: inout Mutator) -> String {
    let words = [
      "", "", "", "55", "fc6", "hint", "skip", "back", "play", "next", "why conv1[0, 0, 0]", "1/0",
      "conv1", "nan", "-1", "quit", "help", "a", "1", "\u{0}", "é",
    ]
    return (0..<12).map { _ in mutator.pick(words) }.joined(separator: "\n") + "\nquit\n"
  }

  private func batches(_ input: inout FuzzInput, _ mutator: inout Mutator) {
    guard !mutator.isIdle else {
      input.batches = (30_730_000, [])
      input.arguments = ["image", "cifar:test/0", "--data", "cifar"]
      return
    }
    let length = 30_730_000 + (mutator.below(3) == 0 ? mutator.below(9) - 4 : 0)
    input.batches = (
      length, (0..<8).map { _ in (3_073 * mutator.below(10_000), UInt8(mutator.below(13))) }
    )
    let number = mutator.pick(["0", "17", "9999", "10000", "-1", "1e3", "9223372036854775807"])
    // Checking every record takes a hundred times as long as reading one.
    input.arguments =
      mutator.below(12) == 0
      ? ["data", "verify", "--data", "cifar"]
      : ["image", "cifar:\(mutator.pick(["test", "train"]))/\(number)", "--data", "cifar"]
  }

  /// A recipe without a large number of epochs, which would rightly take long.
  private static func brief(_ recipe: String) -> String {
    recipe.replacing(#/"epochs": *([0-9]{2,}|[0-9]e[0-9]+)/#) { _ in "\"epochs\": 3" }
  }
}
