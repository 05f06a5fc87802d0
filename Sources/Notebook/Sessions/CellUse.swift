import Cells
import Expressions

/// What a cell gives to later ones, and what it takes from earlier ones, as far as its text shows.
struct CellUse {
  /// The names that it binds with `let`.
  var names: Set<String> = []
  /// Whether it may change the network, the image, the weights or which layers have run.
  var changesNetwork = false
  /// The cells whose results it is; filled in by the one who collects them.
  var results: Set<Int> = []
  /// The words that it mentions.
  private(set) var mentions: Set<String> = []
  /// The numbers in `out[N]`.
  private(set) var outs: Set<Int> = []
  /// Whether it shows or computes anything of the network.
  private(set) var usesNetwork = false

  /// Commands that change nothing that a later cell could see.
  private static let asking: Set = [
    "why", "overlap", "show", "view", "verify", "networks", "summary", "diff", "recipes", "recipe",
    "plot", "evaluate", "predict", "paper", "golden", "engines", "compare", "version", "clear",
    "bench", "data", "save",
  ]

  init() {}

  /// What a cell's text uses.
  ///
  /// - Parameter bound: the names that `let` has given before it; any other name is the network's.
  init(_ source: String, bound: Set<String>, _ commands: CommandTable) {
    var known = bound
    for instruction in commands.instructions(of: source) {
      let text = instruction.source
      for match in text.matches(of: #/(?:^|[^A-Za-z0-9_.])out\[ *([0-9]+)/#) {
        if let number = Int(match.output.1) { outs.insert(number) }
      }
      let words = Self.words(of: text)
      mentions.formUnion(words)
      if let command = instruction.command {
        usesNetwork = true
        if !Self.asking.contains(command) { changesNetwork = true }
        continue
      }
      if words.first == "let", words.count > 1 {
        names.insert(words[1])
        known.insert(words[1])
      }
      let ownWords: Set = ["let", "out", "true", "false", "pi", "inf", "nan"]
      usesNetwork =
        usesNetwork
        || words.contains {
          !known.contains($0) && !ownWords.contains($0) && Function.named($0) == nil
        }
    }
  }

  /// The names in a text, without members such as `mean` in `a.mean`, and without strings.
  private static func words(of text: String) -> [String] {
    text.replacing(#/"[^"]*"/#, with: "").matches(of: #/(?:^|[^A-Za-z0-9_.])([A-Za-z_]\w*)/#)
      .map { String($0.output.1) }
  }

  /// Whether the cell may show something else when the other one has changed.
  func depends(on other: CellUse) -> Bool {
    !mentions.isDisjoint(with: other.names) || !outs.isDisjoint(with: other.results)
      || (usesNetwork && other.changesNetwork)
  }
}
