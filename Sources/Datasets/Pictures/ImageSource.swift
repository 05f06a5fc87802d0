import Digests

/// Gives the images of a set that isn't in memory, each decoded when it is asked for.
///
/// Its methods are called from several threads at once.
package protocol ImageSource: AnyObject, Sendable {
  /// The number of images.
  var count: Int { get }

  /// The size of every image that `read` gives.
  var size: PicturePipeline.Size { get }

  /// How many threads may decode at once. The images don't depend on it.
  var threads: Int { get }

  /// The images that couldn't be read and were left out; nil if an unreadable image is an error.
  var leftOut: LeftOutImages? { get }

  /// Decodes an image into C×H×W bytes.
  ///
  /// - Throws: `ImageError`, which names the file, always for the same images.
  func read(_ index: Int, into pixels: UnsafeMutableBufferPointer<UInt8>) throws(ImageError)

  /// Adds what identifies an image without reading it: its name and the length of its file.
  func identify(_ index: Int, in digest: inout SHA256)
}
