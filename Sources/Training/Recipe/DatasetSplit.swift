import Datasets

/// Where a recipe takes validation images from.
package enum ValidationPart: String, CaseIterable, Hashable, Sendable {
  /// The training images.
  case train
  /// The test images; those that are left are used for the test.
  case test
}

/// A data set divided into a recipe's three parts. The choice depends only on labels, share and
/// seed, so it can be repeated later.
package struct DatasetSplit {
  private let dataset: Dataset
  private let part: ValidationPart
  private let indices: (rest: [Int], validation: [Int])

  /// The parts of a data set.
  package init(_ recipe: Recipe, of dataset: Dataset) {
    (self.dataset, part) = (dataset, recipe.validationPart)
    let labels = part == .train ? dataset.train.labels : dataset.test.labels
    let split = Split.stratified(labels: labels, validation: recipe.validation, seed: recipe.seed)
    indices = (split.train, split.validation)
  }

  /// The number of training images.
  package var trainingCount: Int {
    part == .train ? indices.rest.count : dataset.train.count
  }

  /// The number of validation images.
  package var validationCount: Int { indices.validation.count }

  /// The number of test images.
  package var testCount: Int { part == .test ? indices.rest.count : dataset.test.count }

  /// The training images. This and the next two properties copy pixels unless a part stays whole.
  package var training: PictureSet { rest(of: .train, dataset.train) }

  /// The validation images, which choose the epoch; nil if there are none.
  package var validation: PictureSet? {
    guard validationCount > 0 else { return nil }
    return (part == .train ? dataset.train : dataset.test).subset(indices.validation)
  }

  /// The test images, which no choice depends on.
  package var test: PictureSet { rest(of: .test, dataset.test) }

  private func rest(of part: ValidationPart, _ set: PictureSet) -> PictureSet {
    part == self.part && validationCount > 0 ? set.subset(indices.rest) : set
  }
}
