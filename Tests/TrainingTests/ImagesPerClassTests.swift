import Datasets
import Testing

@testable import Training

/// A recipe that uses only some of the training images.
@Suite struct ImagesPerClassTests {
  static func recipe(_ count: Int?, seed: UInt64 = 3, _ change: (inout Recipe) -> Void = { _ in })
    -> Recipe
  {
    SmallRun.recipe {
      ($0.imagesPerClass, $0.seed) = (count, seed)
      change(&$0)
    }
  }

  /// Of 20 images a class, 10 are used, of which a fifth is held back; the test stays whole.
  @Test func counts() {
    let split = DatasetSplit(Self.recipe(10), of: SmallRun.dataset)
    #expect(split.trainingCount == 24 && split.validationCount == 6 && split.testCount == 30)
    #expect(split.unusedCount == 30)
    #expect(split.training.classCounts == [8, 8, 8])
    #expect(split.validation?.classCounts == [2, 2, 2])
    #expect(split.test == SmallRun.dataset.test)
  }

  /// Without validation, and with validation on test images, all of them are trained on.
  @Test func otherValidation() {
    let none = DatasetSplit(Self.recipe(5) { $0.validation = 0 }, of: SmallRun.dataset)
    #expect(none.training.classCounts == [5, 5, 5] && none.validation == nil)
    #expect(none.trainingCount == 15)
    let test = DatasetSplit(Self.recipe(5) { $0.validationPart = .test }, of: SmallRun.dataset)
    #expect(test.training.classCounts == [5, 5, 5] && test.trainingCount == 15)
    #expect(test.validation?.classCounts == [2, 2, 2])
    #expect(test.test.classCounts == [8, 8, 8] && test.testCount == 24)
  }

  /// The same seed gives the same images, another seed others; fewer are a part of more; and a class
  /// with fewer images gives all it has.
  @Test func choice() {
    let labels = SmallRun.dataset.train.labels
    let ten = Split.some(labels: labels, perClass: 10, seed: 3)
    #expect(ten == Split.some(labels: labels, perClass: 10, seed: 3))
    #expect(ten != Split.some(labels: labels, perClass: 10, seed: 4))
    #expect(Set(Split.some(labels: labels, perClass: 4, seed: 3)).isSubset(of: ten))
    #expect(ten == ten.sorted())
    #expect(Split.some(labels: labels, perClass: 99, seed: 3) == Array(labels.indices))
    #expect(Split.some(labels: [0, 1, 0, 0], perClass: 1, seed: 1).count == 2)
  }

  /// Training uses these images and no others.
  @Test func trains() throws {
    let trainer = try SmallRun.trainer(Self.recipe(10))
    #expect(trainer.counts == (24, 6))
    let few = #expect(throws: RecipeError.self) { _ = try SmallRun.trainer(Self.recipe(3)) }
    #expect(
      few?.description
        == "batch is 9, but there are only 6 images to train on; colours has 60, of which "
        + "images_per_class=3 leaves out 51 and 3 are held back for validation")
  }
}
