import Datasets

/// Which pictures a recipe takes those for validation from.
public enum ValidationPart: String, CaseIterable, Hashable, Sendable {
  /// The training pictures.
  case train
  /// The test pictures: the rest of them is the test.
  case test
}

/// A data set in the three parts that a recipe makes of it. The choice depends on labels, share and
/// seed alone, so that it can be repeated later.
public struct DatasetSplit {
  private let dataset: Dataset
  private let part: ValidationPart
  private let indices: (rest: [Int], validation: [Int])

  /// The parts of a data set.
  public init(_ recipe: Recipe, of dataset: Dataset) {
    (self.dataset, part) = (dataset, recipe.validationPart)
    let labels = part == .train ? dataset.train.labels : dataset.test.labels
    let split = Split.stratified(labels: labels, validation: recipe.validation, seed: recipe.seed)
    indices = (split.train, split.validation)
  }

  /// How many pictures are trained on.
  public var trainingCount: Int {
    part == .train ? indices.rest.count : dataset.train.count
  }

  /// How many pictures choose the epoch.
  public var validationCount: Int { indices.validation.count }

  /// How many pictures are left for the test.
  public var testCount: Int { part == .test ? indices.rest.count : dataset.test.count }

  /// The pictures to train on. This and the next two copy pixels unless a part stays whole.
  public var training: PictureSet { rest(of: .train, dataset.train) }

  /// The pictures that choose the epoch; nil if there are none.
  public var validation: PictureSet? {
    guard validationCount > 0 else { return nil }
    return (part == .train ? dataset.train : dataset.test).subset(indices.validation)
  }

  /// The pictures that no choice depends on.
  public var test: PictureSet { rest(of: .test, dataset.test) }

  private func rest(of part: ValidationPart, _ set: PictureSet) -> PictureSet {
    part == self.part && validationCount > 0 ? set.subset(indices.rest) : set
  }
}
