import Synchronization

/// The images that couldn't be read and were left out, each once.
package final class LeftOutImages: Sendable {
  private let errors = Mutex<[Int: ImageError]>([:])

  /// None so far.
  package init() {}

  /// Notes the image at this position of its source.
  func add(_ index: Int, _ error: ImageError) { errors.withLock { $0[index] = error } }

  /// Why the image at this position was left out; nil if it wasn't.
  func error(_ index: Int) -> ImageError? { errors.withLock { $0[index] } }

  /// Why each image was left out, in the order of the images.
  package var all: [ImageError] {
    errors.withLock { errors in errors.sorted { $0.key < $1.key }.map(\.value) }
  }
}
