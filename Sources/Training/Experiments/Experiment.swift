import Networks

/// A small study: one claim, a few arms that differ only in what the claim is about, the same
/// budget for each, and one number measured in every run.
package struct Experiment: Hashable, Sendable {
  /// Its name for `experiment`: `relu-vs-tanh`.
  package var name: String
  /// The question, in one line.
  package var title: String
  /// The claim to reproduce.
  package var claim: Claim
  /// How the study differs from the conditions of the claim, and why its numbers were chosen.
  package var remarks: String
  /// The network that all arms start from, by its name in the zoo.
  package var network: String
  /// The changes to it for all arms.
  package var edits: [NetworkEdit]
  /// How all arms are trained; its network, epochs and seed are the study's.
  package var recipe: Recipe
  /// What is compared. Their names start with different letters, which mark them in text charts.
  package var arms: [Arm]
  /// The number measured in every run.
  package var measure: Measure
  /// Which arm is claimed to do better than which; the first is the claim itself.
  package var comparisons: [Comparison]
  /// The budget of a whole study: at most 20 minutes on two cores of 2020.
  package var full: Budget
  /// The budget with `--quick`: at most 2 minutes.
  package var quick: Budget

  /// A study.
  package init(
    name: String, title: String, claim: Claim, remarks: String, network: String,
    edits: [NetworkEdit] = [], recipe: Recipe, arms: [Arm], measure: Measure,
    comparisons: [Comparison], full: Budget, quick: Budget
  ) {
    (self.name, self.title, self.claim, self.remarks) = (name, title, claim, remarks)
    (self.network, self.edits, self.recipe) = (network, edits, recipe)
    (self.arms, self.measure, self.comparisons) = (arms, measure, comparisons)
    (self.full, self.quick) = (full, quick)
  }

  /// A claim.
  package struct Claim: Hashable, Sendable {
    /// The claim, in this project's words.
    package var words: String
    /// Where it was made.
    package var source: String

    /// A claim and where it was made.
    package init(_ words: String, source: String) { (self.words, self.source) = (words, source) }
  }

  /// One of the alternatives that are compared.
  package struct Arm: Hashable, Sendable {
    /// A short name: `tanh`.
    package var name: String
    /// What it is, in a few words.
    package var title: String
    /// How its network differs from the study's.
    package var edits: [NetworkEdit]
    /// How its recipe differs from the study's.
    package var changes: [RecipeChange]

    /// An arm.
    package init(
      _ name: String, _ title: String, edits: [NetworkEdit] = [], changes: [RecipeChange] = []
    ) {
      (self.name, self.title, self.edits, self.changes) = (name, title, edits, changes)
    }

    /// Its differences, as typed at the prompt: `remove norm1`, `--set mirror=true`.
    package var differences: [String] { edits.map(\.words) + changes.map(\.words) }
  }

  /// What is measured in a run.
  package enum Measure: Hashable, Sendable {
    /// The test error after the last epoch.
    case testError
    /// After how many epochs the training error falls to this share.
    case epochs(toTrainingError: Double)
  }

  /// The budget of every arm.
  package struct Budget: Hashable, Sendable {
    /// How many times each arm is trained, each time with another seed.
    package var seeds: Int
    /// Epochs of each run; the maximum if the number of epochs is measured.
    package var epochs: Int
    /// Training images, equally from each class; nil for all.
    package var pictures: Int?
    /// Test images, equally from each class; nil for all.
    package var testPictures: Int?
    /// Learning rates to try for each arm before it is measured, with another seed; empty for the
    /// recipe's rate.
    package var rates: [Double]

    /// A budget.
    package init(
      seeds: Int, epochs: Int, pictures: Int? = nil, testPictures: Int? = nil, rates: [Double] = []
    ) {
      (self.seeds, self.epochs, self.pictures) = (seeds, epochs, pictures)
      (self.testPictures, self.rates) = (testPictures, rates)
    }
  }

  /// Two arms, and which of them is claimed to do better.
  package struct Comparison: Hashable, Sendable {
    /// The arm that is claimed to do better.
    package var better: String
    /// The arm that it is compared with.
    package var worse: String
    /// How many times fewer epochs it is claimed to take, if that was claimed.
    package var factor: Double?
    /// The claimed size of the gain, if it is for other data.
    package var elsewhere: String?

    /// A comparison.
    package init(
      _ better: String, beats worse: String, factor: Double? = nil, elsewhere: String? = nil
    ) {
      (self.better, self.worse) = (better, worse)
      (self.factor, self.elsewhere) = (factor, elsewhere)
    }
  }
}

/// A field of a recipe and its new value, as in `train --set`.
package struct RecipeChange: Hashable, Sendable {
  /// The field: `pictures.mirror`.
  package var field: String
  /// Its value as text: `true`.
  package var value: String

  /// Sets this field to this value.
  package init(_ field: String, _ value: String) { (self.field, self.value) = (field, value) }

  /// The change as typed on the command line.
  package var words: String { "--set \(field)=\(value)" }
}

extension NetworkEdit {
  /// `set PATH VALUE`, as it is typed.
  static func set(_ path: String, _ value: String) -> NetworkEdit {
    .set(path: path, value: FieldValue(value))
  }

  /// `remove LAYER`.
  static func remove(_ layer: String) -> NetworkEdit { .remove(layer: layer) }

  /// The change as typed at the prompt: `set pool1.kernel 2`.
  package var words: String {
    switch self {
    case .set(let path, let value): "set \(path) \(value)"
    case .remove(let layer): "remove \(layer)"
    case .insert(let after, let kind, let fields):
      (["insert \(after) \(kind)"] + fields.map { "\($0.name)=\($0.value)" })
        .joined(separator: " ")
    }
  }
}
