/// How a data set is opened.
package struct DatasetOptions: Sendable {
  /// The side of the square that images of different sizes are brought to: the shorter side is
  /// scaled to it, and the centre cropped; nil for the median of the shorter sides, at most 256.
  package var side: Int?

  /// The file that the index is kept in; nil for one in the cache folder.
  package var index: String?

  /// Whether the index is built again even if the one that is kept fits.
  package var rebuildsIndex = false

  /// Whether images that can't be read are left out instead of being an error.
  package var leavesOut = false

  /// How many threads decode images; nil for the number of cores.
  package var threads: Int?

  /// The most bytes of decoded images, of both parts together, that are kept in memory; larger sets
  /// are streamed.
  package var memory = 512 << 20

  /// The defaults.
  package init() {}

  /// The defaults for images of this side.
  package init(side: Int?) { self.side = side }
}

/// How far the opening of a data set is.
package struct DatasetProgress: Hashable, Sendable {
  /// What is being done.
  package enum Stage: String, Hashable, Sendable {
    /// Folders are listed.
    case listing = "listing images"
    /// The sizes of images are read.
    case measuring = "reading the images' sizes"
    /// Images are decoded into memory.
    case decoding = "decoding images"
  }

  /// What is being done.
  package var stage: Stage
  /// How many images are done.
  package var done: Int
  /// Of how many; nil if not known.
  package var total: Int?
}

/// Called from time to time with the progress; an error that it throws ends the work.
package typealias DatasetObserver = (DatasetProgress) throws(ImageError) -> Void
