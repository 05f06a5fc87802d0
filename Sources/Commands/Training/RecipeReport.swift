import Basics
import Cells
import Datasets
import Documents
import Networks
import TensorFiles
import Training

/// A recipe in words, for people: `optimizer   Adam, β₁ 0.9, …`.
struct RecipeReport {
  /// The fields and their values in words, in the order of the JSON.
  let rows: [(name: String, text: String)]

  /// Describes a recipe; the data and the engine aren't part of one.
  init(_ recipe: Recipe) {
    var rows: [(String, String)] = [
      ("network", recipe.from == .needed ? "that of the weights" : recipe.network),
      ("optimizer", "\(recipe.optimizer.words), batches of \(recipe.batch)"),
      ("rates", Self.rates(recipe)),
      ("decay", Self.pair(recipe.decay, recipe.biasDecay)),
    ]
    for (name, settings) in recipe.layers.sorted(by: { $0.key < $1.key }) {
      rows.append(("  \(name)", settings.words))
    }
    if !recipe.freeze.isEmpty {
      rows.append(("frozen", recipe.freeze.joined(separator: ", ")))
    }
    rows += [
      ("schedule", recipe.schedule.words),
      (
        "weights",
        (recipe.from.map { "\($0.words); other layers: " } ?? "")
          + "\(recipe.initialization.words), seed \(recipe.seed)"
      ),
      ("images", recipe.pictures.words),
      ("epochs", NumberFormat.grouped(recipe.epochs)),
    ]
    if let count = recipe.imagesPerClass {
      rows.append(("per class", "\(NumberFormat.count(count, "training image"))"))
    }
    rows += [
      (
        "validation",
        recipe.validation == 0
          ? "none; the last epoch counts as the best"
          : "\(NumberFormat.percent(recipe.validation, decimals: 0)) of the "
            + (recipe.validationPart == .train ? "training" : "test") + " images"
      ),
      ("test", recipe.crops.words),
    ]
    self.rows = rows
  }

  /// Adds the rows as lines, with the values in a column.
  func add(to output: inout Output) {
    for (name, text) in rows {
      output.line(
        .faint(name) + .spaces(max(1, 12 - displayWidth(name))) + Text(text), indent: 2, hang: 14)
    }
  }

  private static func rates(_ recipe: Recipe) -> String { pair(recipe.rate, recipe.biasRate) }

  private static func pair(_ weights: Double, _ biases: Double) -> String {
    weights == biases
      ? NumberFormat.shortest(weights)
      : "weights \(NumberFormat.shortest(weights)), biases \(NumberFormat.shortest(biases))"
  }
}

extension Optimizer {
  /// The rule and its numbers.
  var words: String {
    switch self {
    case .paper(let momentum):
      "SGD as in the paper (rate inside the velocity), momentum \(NumberFormat.shortest(momentum))"
    case .pytorch(let momentum):
      "SGD as in PyTorch (rate outside the velocity), momentum \(NumberFormat.shortest(momentum))"
    case .adam(let beta1, let beta2, let epsilon):
      "Adam, β₁ \(NumberFormat.shortest(beta1)), β₂ \(NumberFormat.shortest(beta2)), ε \(NumberFormat.shortest(epsilon))"
    }
  }
}

extension LayerSettings {
  /// The settings in which this layer differs from the others.
  var words: String {
    [
      ("rate ", rate), ("bias rate ", biasRate), ("decay ", decay), ("bias decay ", biasDecay),
      ("rates ×", biasRateFactor == nil ? rateFactor : nil),
      ("rate ×", biasRateFactor == nil ? nil : rateFactor), ("bias rate ×", biasRateFactor),
    ]
    .compactMap { name, value in value.map { "\(name)\(NumberFormat.shortest($0))" } }
    .joined(separator: ", ")
  }
}

extension Schedule {
  /// How the learning rates change during training.
  var words: String {
    switch self {
    case .constant: return "constant rates"
    case .steps(let steps) where steps.isEmpty: return "constant rates"
    case .steps(let steps):
      let list = steps.map { step in
        (step.words.map { "\($0) " } ?? "")
          + "×\(NumberFormat.shortest(step.factor)) after \(step.after)"
      }
      return "steps: " + list.joined(separator: ", ")
    case .plateau(let plateau):
      return "×\(NumberFormat.shortest(plateau.factor)) when validation has not improved for "
        + "\(plateau.patience) epochs, at most \(plateau.most) times"
    case .oneCycle(let cycle):
      return "one cycle: up from ×\(NumberFormat.shortest(cycle.start)) during the first "
        + "\(NumberFormat.percent(cycle.warmUp, decimals: 0)) of the steps, then "
        + (cycle.anneal == .cosine ? "along a cosine " : "")
        + "down to ×\(NumberFormat.shortest(cycle.final))"
    }
  }
}

extension RateStep {
  /// The rates that change: `conv1`, `weights`, `conv1's biases`; nil for all.
  fileprivate var words: String? {
    let kind = role.map { $0 == .weight ? "weights" : "biases" }
    guard let layer else { return kind }
    return kind.map { "\(layer)'s \($0)" } ?? layer
  }
}

extension InitializationScheme {
  /// Who defined this initialization.
  var words: String {
    switch self {
    case .network: "the network's own initialization"
    case .paper: "the paper's initialization"
    case .source2012: "the 2012 program's initialization"
    case .cudaConvnet: "cuda-convnet's initialization"
    case .he: "He's initialization"
    case .xavier: "Xavier's initialization"
    }
  }
}

extension PictureSettings {
  /// How images are prepared, in the order of the steps.
  var words: String {
    var parts: [String] = []
    if let resize { parts.append("shorter side scaled to \(resize)") }
    var values = "values 0 to \(NumberFormat.shortest(scale))"
    switch mean {
    case .none: break
    case .channels: values += ", minus each channel's mean"
    case .image: values += ", minus the mean image"
    case .imageCenter: values += ", minus the mean image's centre crop"
    case .values(let numbers): values += ", minus (\(Self.list(numbers)))"
    }
    switch deviation {
    case .none: break
    case .channels: values += ", divided by each channel's standard deviation"
    case .values(let numbers): values += ", divided by (\(Self.list(numbers)))"
    }
    parts.append(values)
    if let crop {
      parts.append(
        "crops of \(crop)×\(crop)" + (padding > 0 ? " (padded by \(padding) first)" : ""))
    }
    if mirror { parts.append("half of them mirrored") }
    if cropChunk > 1 { parts.append("the same crop for \(cropChunk) consecutive images") }
    if cutout > 0 { parts.append("a square of \(cutout)×\(cutout) cleared in each") }
    if colorNoise != nil {
      parts.append(
        "colour noise" + (colorEpochs.map { " for \($0) epochs" } ?? "")
          + (colorDivisor == 1
            ? "" : " (noisy values divided by \(NumberFormat.shortest(colorDivisor)))"))
    }
    return parts.joined(separator: "; ")
  }

  private static func list(_ numbers: [Double]) -> String {
    numbers.map { NumberFormat.shortest($0) }.joined(separator: ", ")
  }
}

extension TestCrops {
  /// The crops of each image whose outputs a test averages.
  var words: String {
    switch self {
    case .center: "the centre crop"
    case .mirrored: "the centre crop and its mirror image"
    case .tenCrop: "ten crops: corners and centre, each also mirrored"
    }
  }
}

extension StartingWeights {
  /// Which weights, with the start of the file's SHA-256.
  fileprivate var words: String {
    switch self {
    case .needed: "trained ones, named by --from"
    case .file(let name, let digest): "\(printable(name)) (SHA-256 \(digest.prefix(12))…)"
    }
  }
}
