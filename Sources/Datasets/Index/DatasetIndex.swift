import Basics
import TensorFiles

/// Both parts of a data set of encoded images, before any of them is decoded.
package struct DatasetIndex: Sendable {
  /// The data set's name.
  package var name: String

  /// The training images.
  package var train: ImageIndex

  /// The test images, with the same classes.
  package var test: ImageIndex

  /// What the user should know about how it was read, one line each.
  package var notes: [String]

  /// Every folder and file that the index depends on, images apart, by its path below the root, with
  /// its stamp from before it was read.
  package var stamps: [(path: String, stamp: FileStamp)]

  /// When the first of them was read, in nanoseconds since 1970.
  var started: Int

  /// The sizes of the images; nil until they were looked at.
  package internal(set) var sizes: Sizes?

  /// What is known about the images' sizes.
  package struct Sizes: Hashable, Sendable {
    /// The size that the images are brought to if nothing else is asked for.
    package var width: Int
    /// Its rows.
    package var height: Int
    /// Whether every image has this size.
    package var isUniform: Bool
  }

  /// An index of these parts.
  package init(
    name: String, train: ImageIndex, test: ImageIndex, notes: [String] = [],
    stamps: [(path: String, stamp: FileStamp)] = [], started: Int = 0
  ) {
    precondition(train.classNames == test.classNames, "Both parts have the same classes.")
    (self.name, self.train, self.test) = (name, train, test)
    (self.notes, self.stamps, self.started) = (notes, stamps, started)
  }

  /// An index of images without a test part: a sixth of each class is kept for it, always the same.
  ///
  /// - Throws: `ImageError` if a part would have no images.
  init(name: String, splitting all: ImageIndex, notes: [String] = []) throws(ImageError) {
    let (train, test) = Split.stratified(
      labels: all.labels, validation: ImageFolder.testShare, seed: 1)
    guard !train.isEmpty, !test.isEmpty else {
      throw ImageError(
        "\(printable(all.root)) has too few images for a training and a test part",
        hint: "a sixth of each class is kept for the test")
    }
    self.init(name: name, train: all.subset(train), test: all.subset(test), notes: notes)
  }

  /// Whether a folder or file that the index depends on is gone or was changed.
  var isOutdated: Bool {
    stamps.contains { FileStamp(of: path(of: $0.path)) != $0.stamp }
  }

  /// Whether something was changed so shortly before it was read that a later change may have left
  /// the same time.
  var isTooYoung: Bool { stamps.contains { $0.stamp.written > started - 1_000_000_000 } }

  private func path(of stamped: String) -> String {
    stamped.isEmpty ? train.root : train.root + "/" + stamped
  }
}
