import Foundation
import TensorFiles

/// A data set: training images and test images.
package struct Dataset: Sendable {
  /// Its name: `CIFAR-10`, `shapes`, or the folder's name.
  package let name: String

  /// The training images, which validation images are taken from.
  package let train: PictureSet

  /// The test images.
  package let test: PictureSet

  /// The data sets that this program draws.
  package static let drawn = [Shapes.name, HardShapes.name]

  /// What the user should know about how it was read, one line each: skipped files.
  package let notes: [String]

  private let leftOutImages: [LeftOutImages]

  /// Why images were left out so far, in their order; empty unless `DatasetOptions.leavesOut` is set.
  package var leftOut: [ImageError] { leftOutImages.flatMap(\.all) }

  /// Whether images are decoded whenever they are needed.
  package var isStreamed: Bool { train.source != nil }

  /// Decodes every image of a streamed set that was opened to leave out what can't be read, which
  /// `leftOut` then lists in full.
  ///
  /// - Parameter progress: called with the number of images done and their total; an error that it
  ///   throws ends the work.
  package func readAll(progress: (_ done: Int, _ of: Int) throws -> Void) throws {
    let total = train.count + test.count
    try train.readAll { try progress($0, total) }
    try test.readAll { try progress(train.count + $0, total) }
  }

  private let digest = CachedFingerprint()

  /// SHA-256 of both parts, as 64 hexadecimal digits, by which a resumed run notices that the data
  /// has changed. Computed when first needed, in about a second for 200 MB. Of streamed parts, names,
  /// lengths and labels are taken instead of the pixels.
  package var fingerprint: String { digest.of([train, test]) }

  /// A data set of these two parts, with the same classes and image size.
  package init(
    name: String, train: PictureSet, test: PictureSet, notes: [String] = [],
    leftOut: [LeftOutImages] = []
  ) {
    precondition(
      train.classNames == test.classNames && train.channels == test.channels
        && train.height == test.height && train.width == test.width,
      "Both parts of \(name) must have the same classes and image size.")
    (self.name, self.train, self.test, self.notes) = (name, train, test, notes)
    leftOutImages = leftOut
  }

  /// The data set that `--data` names.
  ///
  /// - Parameters:
  ///   - spec: `cifar10` (the copy that `CIFAR10.locate` finds), `shapes` or `shapes-hard` (drawn,
  ///     need no file), a folder with CIFAR-10's six batches, or a folder of images by class:
  ///     `train/CLASS/*.png` beside `test/CLASS/*.png` (or `val`, `valid`, `validation`), or
  ///     `CLASS/*.png`, of which a sixth is used for the test; or a folder of tar shards.
  ///   - options: how a folder of images is read.
  ///   - environment: the environment variables.
  ///   - observer: called with the progress.
  /// - Throws: `ImageError` if the data doesn't exist or is damaged.
  package static func open(
    _ spec: String, options: DatasetOptions = DatasetOptions(),
    environment: [String: String] = ProcessInfo.processInfo.environment,
    observer: DatasetObserver = { _ throws(ImageError) in }
  ) throws(ImageError) -> Dataset {
    switch spec {
    case Shapes.name:
      return Shapes.dataset()
    case HardShapes.name:
      return HardShapes.dataset()
    case "cifar10":
      guard let folder = CIFAR10.locate(environment: environment) else {
        throw ImageError(
          "CIFAR-10 isn't on this machine",
          hint: "fetch it with: alexnet data fetch cifar10; shapes needs no files")
      }
      return try CIFAR10.dataset(folder: folder)
    case "":
      throw ImageError("no data set is named", hint: "cifar10, shapes, shapes-hard or a folder")
    default:
      if let folder = CIFAR10.locate(folder: spec, environment: environment) {
        return try CIFAR10.dataset(folder: folder)
      }
      let index = try DatasetIndex.of(
        spec, options, environment: environment, observer: observer
      ) { () throws(ImageError) in try .listing(spec, observer: observer) }
      return try index.dataset(options, observer: observer)
    }
  }
}
