/// One input: files, and how the program is told of them.
struct FuzzInput {
  /// What is mutated.
  enum Kind: String, CaseIterable {
    case cells, weights, checkpoint, network, recipe, training, lesson, progress, history, png, jpeg
    case cifar, golden
  }

  var kind: Kind
  var arguments: [String]
  /// The files in its folder, besides those that all have.
  var files: [(name: String, bytes: [UInt8])] = []
  /// What the program reads from standard input.
  var stdin: [UInt8] = []
  /// Whether `progress.json` is the learner's progress.
  var usesProgress = false
  /// The length of the batches of CIFAR-10 in the folder `cifar`, and bytes in them; mostly holes.
  var batches: (length: Int, bytes: [(place: Int, value: UInt8)])?
}

extension FuzzSeeds {
  /// The input of this number: the kinds take turns.
  func input(_ number: Int, seed: UInt64) -> FuzzInput {
    let kinds = FuzzInput.Kind.allCases
    let kind = kinds[number % kinds.count]
    var mutator = FuzzMutator("\(kind.rawValue) \(number)", seed: seed)
    var input = FuzzInput(kind: kind, arguments: [])
    func file(_ name: String, _ bytes: [UInt8]) { input.files.append((name, bytes)) }
    func cells(_ cells: String...) -> [String] { cells.flatMap { ["-c", $0] } }
    switch kind {
    case .cells:
      input.arguments = ["--network", "small.json"]
      input.stdin = Array(cell(&mutator).utf8) + [0x0A]
    case .weights:
      input.arguments = ["--network", "tiny.json"] + cells("load f.safetensors", "forward")
      file("f.safetensors", mutator.safetensors(weights))
    case .checkpoint:
      input.arguments = mutator.pick([
        cells("load f.safetensors", "forward"), ["plot", "f.safetensors"],
        ["evaluate", "f.safetensors", "--data", "pictures"],
      ])
      let changed = mutator.safetensors(checkpoint)
      file("f.safetensors", mutator.below(4) == 0 ? changed : FuzzMutator.sealed(changed))
    case .network:
      input.arguments = cells("network load f.json", "summary", "summary --formula", "undo")
      file("f.json", Array(mutator.text(mutator.pick(networks)).utf8))
    case .recipe:
      input.arguments = ["recipe", "f.json"]
      file("f.json", Array(mutator.text(mutator.pick(recipes)).utf8))
    case .training:
      input.arguments = [
        "train", "--recipe", "./f.json", "--network", "tiny.json", "--data", "pictures", "--epochs",
        "1", "--out", "run",
      ]
      file("f.json", Array(mutator.text(recipes[0]).utf8))
    case .lesson:
      input.arguments = [["lesson", "f.md"], ["lesson", "handout", "f.md"]][mutator.below(2)]
      input.stdin = Array(answers(&mutator).utf8)
      file("f.md", Array(mutator.text(lesson).utf8))
    case .progress:
      input.arguments = mutator.pick([["progress"], ["lesson"], ["lesson", "next"]])
      input.stdin = Array("quit\n".utf8)
      input.usesProgress = true
      file("progress.json", Array(mutator.text(progress).utf8))
    case .history:
      file("history", Array(mutator.text(history).utf8))
    case .png:
      let changed = mutator.bytes(mutator.pick(pngs), from: mutator.below(4) == 0 ? 0 : 8)
      input.arguments = ["image", "f"]
      file("f", mutator.below(2) == 0 ? changed : FuzzMutator.checked(changed))
    case .jpeg:
      input.arguments = ["image", "f"]
      file("f", mutator.bytes(mutator.pick(jpegs), from: mutator.below(4) == 0 ? 0 : 3))
    case .cifar:
      let length = 30_730_000 + (mutator.below(3) == 0 ? mutator.below(9) - 4 : 0)
      input.batches = (
        length, (0..<8).map { _ in (3_073 * mutator.below(10_000), UInt8(mutator.below(13))) }
      )
      let number = mutator.pick(["0", "17", "9999", "10000", "-1", "1e3", "9223372036854775807"])
      // Looking at every record takes a hundred times as long as looking at one.
      input.arguments =
        mutator.below(12) == 0
        ? ["data", "verify", "--data", "cifar"]
        : ["image", "cifar:\(mutator.pick(["test", "train"]))/\(number)", "--data", "cifar"]
    case .golden:
      input.arguments = ["golden", "verify", "f.safetensors"]
      let changed = mutator.safetensors(mutator.pick(goldens))
      file("f.safetensors", mutator.below(4) == 0 ? changed : FuzzMutator.sealed(changed))
    }
    return input
  }

  /// One to three cells.
  private func cell(_ mutator: inout FuzzMutator) -> String {
    var lines: [String] = []
    for _ in 0...mutator.below(3) {
      var cell = mutator.text(mutator.pick(Self.cells))
      // What would leave the small network, the folder or the machine.
      let away = ["network", "fetch", "train", "exper", "bench", "golden", "lesson", "run", "load"]
      if away.contains(where: cell.contains) { cell = mutator.pick(Self.cells) }
      lines.append(cell)
    }
    return lines.joined(separator: "\n")
  }

  private func answers(_ mutator: inout FuzzMutator) -> String {
    let words = [
      "", "", "", "55", "fc6", "hint", "skip", "back", "play", "next", "why conv1[0, 0, 0]", "1/0",
      "conv1", "nan", "-1", "quit", "help", "a", "1", "\u{0}", "é",
    ]
    return (0..<12).map { _ in mutator.pick(words) }.joined(separator: "\n") + "\nquit\n"
  }
}
