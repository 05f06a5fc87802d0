import Basics
import Cells
import Datasets
import Documents
import Networks
import Training

/// A recipe in words.
struct RecipeReport {
  /// The fields and what they say, in the order of the JSON.
  let rows: [(name: String, text: String)]

  /// The words for a recipe, without what the data and the engine add.
  init(_ recipe: Recipe) {
    var rows: [(String, String)] = [
      ("network", recipe.network),
      ("optimizer", "\(recipe.optimizer.words), batches of \(recipe.batch)"),
      ("rates", Self.rates(recipe)),
      ("decay", Self.pair(recipe.decay, recipe.biasDecay)),
    ]
    for (name, settings) in recipe.layers.sorted(by: { $0.key < $1.key }) {
      rows.append(("  \(name)", settings.words))
    }
    rows += [
      ("schedule", recipe.schedule.words),
      ("begins", "\(recipe.initialization.words), seed \(recipe.seed)"),
      ("pictures", recipe.pictures.words),
      ("epochs", NumberFormat.grouped(recipe.epochs)),
      (
        "validation",
        recipe.validation == 0
          ? "none: the last epoch is taken for the best"
          : "\(NumberFormat.percent(recipe.validation, decimals: 0)) of the "
            + (recipe.validationPart == .train ? "training" : "test") + " images"
      ),
      ("test", recipe.views.words),
    ]
    self.rows = rows
  }

  /// The rows as lines.
  func add(to output: inout Output) {
    for (name, text) in rows {
      output.line(
        .faint(name) + .spaces(max(1, 12 - displayWidth(name))) + Text(text), indent: 2, hang: 14)
    }
  }

  private static func rates(_ recipe: Recipe) -> String { pair(recipe.rate, recipe.biasRate) }

  private static func pair(_ weights: Double, _ biases: Double) -> String {
    weights == biases
      ? Numerals.plain(weights)
      : "weights \(Numerals.plain(weights)), biases \(Numerals.plain(biases))"
  }
}

extension Optimizer {
  /// The rule and its numbers.
  var words: String {
    switch self {
    case .paper(let momentum):
      "the paper's descent (rate inside the velocity), momentum \(Numerals.plain(momentum))"
    case .pytorch(let momentum):
      "PyTorch's descent (rate outside the velocity), momentum \(Numerals.plain(momentum))"
    case .adam(let beta1, let beta2, let epsilon):
      "Adam, β₁ \(Numerals.plain(beta1)), β₂ \(Numerals.plain(beta2)), ε \(Numerals.plain(epsilon))"
    }
  }
}

extension LayerSettings {
  /// What is different in a layer.
  var words: String {
    [("rate", rate), ("bias rate", biasRate), ("decay", decay), ("bias decay", biasDecay)]
      .compactMap { name, value in value.map { "\(name) \(Numerals.plain($0))" } }
      .joined(separator: ", ")
  }
}

extension Schedule {
  /// How the rates move.
  var words: String {
    switch self {
    case .constant: return "the rates stay"
    case .steps(let steps) where steps.isEmpty: return "the rates stay"
    case .steps(let steps):
      let list = steps.map { step in
        (step.words.map { "\($0) " } ?? "") + "×\(Numerals.plain(step.factor)) after \(step.after)"
      }
      return "steps: " + list.joined(separator: ", ")
    case .plateau(let plateau):
      return "×\(Numerals.plain(plateau.factor)) when validation has not improved for "
        + "\(plateau.patience) epochs, \(plateau.most) times at most"
    case .oneCycle(let cycle):
      return "one cycle: from ×\(Numerals.plain(cycle.start)) up during "
        + "\(NumberFormat.percent(cycle.warmUp, decimals: 0)) of the steps, then "
        + (cycle.anneal == .cosine ? "along a cosine " : "")
        + "down to ×\(Numerals.plain(cycle.final))"
    }
  }
}

extension RateStep {
  /// Which rates change: `conv1`, `weights`, `conv1's biases`; nil for all.
  fileprivate var words: String? {
    let kind = role.map { $0 == .weight ? "weights" : "biases" }
    guard let layer else { return kind }
    return kind.map { "\(layer)'s \($0)" } ?? layer
  }
}

extension InitializationScheme {
  /// Whose way it is.
  var words: String {
    switch self {
    case .network: "as each layer of the network says"
    case .paper: "as the paper says"
    case .source2012: "as the authors' 2012 program"
    case .cudaConvnet: "as cuda-convnet"
    case .he: "He's initialization"
    case .xavier: "Xavier's initialization"
    }
  }
}

extension PictureSettings {
  /// What happens to pictures.
  var words: String {
    var parts: [String] = []
    if let resize { parts.append("resized to \(resize)") }
    var values = "values 0 to \(Numerals.plain(scale))"
    switch mean {
    case .none: break
    case .channels: values += ", minus each channel's mean"
    case .image: values += ", minus the mean image"
    case .imageCenter: values += ", minus the mean image's centre crop"
    case .values(let numbers): values += ", minus (\(Self.list(numbers)))"
    }
    switch deviation {
    case .none: break
    case .channels: values += ", over each channel's deviation"
    case .values(let numbers): values += ", over (\(Self.list(numbers)))"
    }
    parts.append(values)
    if let crop {
      parts.append("crops of \(crop)" + (padding > 0 ? " (padded by \(padding))" : ""))
    }
    if mirror { parts.append("half of them mirrored") }
    if cropChunk > 1 { parts.append("\(cropChunk) consecutive images alike") }
    if colorNoise != nil {
      parts.append(
        "noise on the colours" + (colorEpochs.map { " for \($0) epochs" } ?? "")
          + (colorDivisor == 1 ? "" : ", with it over \(Numerals.plain(colorDivisor))"))
    }
    return parts.joined(separator: "; ")
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map(Numerals.plain).joined(separator: ", ")
  }
}

extension PictureViews {
  /// How often a test looks at a picture.
  var words: String {
    switch self {
    case .center: "one look, at the middle"
    case .mirrored: "two looks: the middle and its mirror image"
    case .tenCrop: "ten looks: corners and middle, each mirrored too"
    }
  }
}
