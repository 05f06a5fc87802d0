import Networks

/// A small study: one claim, a few arms that differ in what the claim is about and in nothing else,
/// the same budget for each, and a figure that is measured of every run.
public struct Experiment: Hashable, Sendable {
  /// What `experiment` calls it: `relu-vs-tanh`.
  public var name: String
  /// One line that says what is asked.
  public var title: String
  /// What is to be reproduced.
  public var claim: Claim
  /// How the study differs from what the claim was made on, and why its numbers were chosen.
  public var remarks: String
  /// The network that all arms begin with, by its name in the zoo.
  public var network: String
  /// What is changed in it for all arms.
  public var edits: [NetworkEdit]
  /// How all arms are trained; its network, epochs and seed are those of the study.
  public var recipe: Recipe
  /// What is compared; their names begin with different letters, by which charts of text mark them.
  public var arms: [Arm]
  /// The figure that is measured of every run.
  public var measure: Measure
  /// Which arm is said to do better than which; the first is the claim itself.
  public var comparisons: [Comparison]
  /// What a whole study takes: at most 20 minutes on two cores of 2020.
  public var full: Budget
  /// What a quick look takes: at most 2 minutes.
  public var quick: Budget

  /// A study.
  public init(
    name: String, title: String, claim: Claim, remarks: String, network: String,
    edits: [NetworkEdit] = [], recipe: Recipe, arms: [Arm], measure: Measure,
    comparisons: [Comparison], full: Budget, quick: Budget
  ) {
    (self.name, self.title, self.claim, self.remarks) = (name, title, claim, remarks)
    (self.network, self.edits, self.recipe) = (network, edits, recipe)
    (self.arms, self.measure, self.comparisons) = (arms, measure, comparisons)
    (self.full, self.quick) = (full, quick)
  }

  /// What somebody has said.
  public struct Claim: Hashable, Sendable {
    /// The claim, in this project's words.
    public var words: String
    /// Where it was made.
    public var source: String

    /// A claim and where it was made.
    public init(_ words: String, source: String) { (self.words, self.source) = (words, source) }
  }

  /// One of the things that are compared.
  public struct Arm: Hashable, Sendable {
    /// A short name: `tanh`.
    public var name: String
    /// What it is, in a few words.
    public var title: String
    /// How its network differs from the study's.
    public var edits: [NetworkEdit]
    /// How its recipe differs from the study's.
    public var changes: [RecipeChange]

    /// An arm.
    public init(
      _ name: String, _ title: String, edits: [NetworkEdit] = [], changes: [RecipeChange] = []
    ) {
      (self.name, self.title, self.edits, self.changes) = (name, title, edits, changes)
    }

    /// What makes it differ, as the prompt takes it: `remove norm1`, `--set mirror=true`.
    public var differences: [String] { edits.map(\.words) + changes.map(\.words) }
  }

  /// What is measured of a run.
  public enum Measure: Hashable, Sendable {
    /// The share of test pictures that are told wrong after the last epoch.
    case testError
    /// After how many epochs the running training error of an epoch falls to this share.
    case epochs(toTrainingError: Double)
  }

  /// What every arm is given alike.
  public struct Budget: Hashable, Sendable {
    /// How many times each arm is trained, each time from another seed.
    public var seeds: Int
    /// Epochs of each training; where a number of epochs is measured, the most.
    public var epochs: Int
    /// Pictures to learn from, each class alike; nil for all.
    public var pictures: Int?
    /// Pictures to test with, each class alike; nil for all.
    public var testPictures: Int?
    /// Learning rates that are tried for each arm before it is measured, on a seed of their own; none
    /// takes the recipe's.
    public var rates: [Double]

    /// A budget.
    public init(
      seeds: Int, epochs: Int, pictures: Int? = nil, testPictures: Int? = nil, rates: [Double] = []
    ) {
      (self.seeds, self.epochs, self.pictures) = (seeds, epochs, pictures)
      (self.testPictures, self.rates) = (testPictures, rates)
    }
  }

  /// Two arms, and which of them is said to do better.
  public struct Comparison: Hashable, Sendable {
    /// The arm that is said to do better.
    public var better: String
    /// The arm that it is said to beat.
    public var worse: String
    /// How many times fewer epochs it is said to take, where somebody has said so.
    public var factor: Double?
    /// What was said of the size of the gain, where that was said of other data.
    public var elsewhere: String?

    /// A comparison.
    public init(
      _ better: String, beats worse: String, factor: Double? = nil, elsewhere: String? = nil
    ) {
      (self.better, self.worse) = (better, worse)
      (self.factor, self.elsewhere) = (factor, elsewhere)
    }
  }
}

/// A field of a recipe and what it is set to, as `train --set` takes them.
public struct RecipeChange: Hashable, Sendable {
  /// The field: `pictures.mirror`.
  public var field: String
  /// Its value as text: `true`.
  public var value: String

  /// This field is to have this value.
  public init(_ field: String, _ value: String) { (self.field, self.value) = (field, value) }

  /// The change as the command line takes it.
  public var words: String { "--set \(field)=\(value)" }
}

extension NetworkEdit {
  /// `set PATH VALUE`, as it is typed.
  static func set(_ path: String, _ value: String) -> NetworkEdit {
    .set(path: path, value: FieldValue(value))
  }

  /// `remove LAYER`.
  static func remove(_ layer: String) -> NetworkEdit { .remove(layer: layer) }

  /// The change as the prompt takes it: `set pool1.kernel 2`.
  public var words: String {
    switch self {
    case .set(let path, let value): "set \(path) \(value)"
    case .remove(let layer): "remove \(layer)"
    case .insert(let after, let kind, let fields):
      (["insert \(after) \(kind)"] + fields.map { "\($0.name)=\($0.value)" })
        .joined(separator: " ")
    }
  }
}
