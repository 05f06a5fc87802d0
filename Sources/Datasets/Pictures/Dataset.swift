import Foundation
import TensorFiles

/// What `--data` named: pictures to learn from, pictures to test with, and where they are from.
public struct Dataset: Sendable {
  /// What people call it: `CIFAR-10`, `shapes`, the folder's name.
  public let name: String

  /// The pictures to learn from. What is needed for validation is taken from these.
  public let train: PictureSet

  /// The pictures to test with.
  public let test: PictureSet

  /// The names of the data sets that this program draws itself.
  public static let drawn = [Shapes.name, HardShapes.name]

  /// What a person should know about how it was read, a line each: files that were passed over.
  public let notes: [String]

  private let digest = CachedFingerprint()

  /// SHA-256 of what both parts hold, as 64 hexadecimal digits: a checkpoint made with one data set
  /// can tell that it is continued with another. Computed when first asked for, about a second's work
  /// for 200 MB.
  public var fingerprint: String { digest.of([train, test]) }

  /// The data set of these two parts, which have the same classes and the same size of picture.
  public init(name: String, train: PictureSet, test: PictureSet, notes: [String] = []) {
    precondition(
      train.classNames == test.classNames && train.channels == test.channels
        && train.height == test.height && train.width == test.width,
      "Both parts of \(name) must have the same classes and the same size of picture.")
    (self.name, self.train, self.test, self.notes) = (name, train, test, notes)
  }

  /// The data set that `--data` names.
  ///
  /// - Parameters:
  ///   - spec: `cifar10` (the copy that `CIFAR10.locate` finds), `shapes` or `shapes-hard` (drawn,
  ///     need no file), a folder with CIFAR-10's six batches, or a folder of images by class:
  ///     `train/CLASS/*.png` beside `test/CLASS/*.png` (or `val`, `valid`, `validation`), or
  ///     `CLASS/*.png`, of which a sixth is kept for the test.
  ///   - environment: the environment variables.
  /// - Throws: `ImageError` where there is no such data or it is damaged.
  public static func open(
    _ spec: String, environment: [String: String] = ProcessInfo.processInfo.environment
  ) throws(ImageError) -> Dataset {
    switch spec {
    case Shapes.name:
      return Shapes.dataset()
    case HardShapes.name:
      return HardShapes.dataset()
    case "cifar10":
      guard let folder = CIFAR10.locate(environment: environment) else {
        throw ImageError(
          "CIFAR-10 is not on this machine",
          hint: "fetch it with: alexnet data fetch cifar10; shapes needs no files")
      }
      return try CIFAR10.dataset(folder: folder)
    case "":
      throw ImageError("no data set is named", hint: "cifar10, shapes, shapes-hard or a folder")
    default:
      if let folder = CIFAR10.locate(folder: spec, environment: environment) {
        return try CIFAR10.dataset(folder: folder)
      }
      return try ImageFolder(spec).dataset()
    }
  }
}
