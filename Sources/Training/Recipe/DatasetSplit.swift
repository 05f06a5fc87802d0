import Datasets

/// Where a recipe takes validation images from.
package enum ValidationPart: String, CaseIterable, Hashable, Sendable {
  /// The training images.
  case train
  /// The test images; those that are left are used for the test.
  case test
}

/// A data set divided into a recipe's three parts. The choice depends only on labels, share, images
/// per class and seed, so it can be repeated later.
package struct DatasetSplit {
  private let dataset: Dataset
  private let part: ValidationPart
  private let indices: (rest: [Int], validation: [Int])
  /// The training images that are used; nil for all.
  private let used: [Int]?

  /// The parts of a data set.
  package init(_ recipe: Recipe, of dataset: Dataset) {
    (self.dataset, part) = (dataset, recipe.validationPart)
    used = recipe.imagesPerClass.map {
      Split.some(labels: dataset.train.labels, perClass: $0, seed: recipe.seed)
    }
    guard part == .train, let used else {
      let labels = part == .train ? dataset.train.labels : dataset.test.labels
      let split = Split.stratified(labels: labels, validation: recipe.validation, seed: recipe.seed)
      indices = (split.train, split.validation)
      return
    }
    let split = Split.stratified(
      labels: used.map { dataset.train.labels[$0] }, validation: recipe.validation,
      seed: recipe.seed)
    indices = (split.train.map { used[$0] }, split.validation.map { used[$0] })
  }

  /// The number of training images.
  package var trainingCount: Int {
    part == .train ? indices.rest.count : used?.count ?? dataset.train.count
  }

  /// The number of training images that the recipe doesn't use at all.
  package var unusedCount: Int { used.map { dataset.train.count - $0.count } ?? 0 }

  /// The number of training images held back for validation.
  var heldBackCount: Int { part == .train ? validationCount : 0 }

  /// The number of validation images.
  package var validationCount: Int { indices.validation.count }

  /// The number of test images.
  package var testCount: Int { part == .test ? indices.rest.count : dataset.test.count }

  /// The training images. This and the next two properties share the pixels of the data set.
  package var training: PictureSet {
    if part == .test, let used { return dataset.train.subset(used) }
    return rest(of: .train, dataset.train)
  }

  /// The validation images, which choose the epoch; nil if there are none.
  package var validation: PictureSet? {
    guard validationCount > 0 else { return nil }
    return (part == .train ? dataset.train : dataset.test).subset(indices.validation)
  }

  /// The test images, which no choice depends on.
  package var test: PictureSet { rest(of: .test, dataset.test) }

  private func rest(of part: ValidationPart, _ set: PictureSet) -> PictureSet {
    part == self.part && indices.rest.count < set.count ? set.subset(indices.rest) : set
  }
}
