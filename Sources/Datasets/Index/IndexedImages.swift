import Basics
import Digests

/// The images of an index, decoded when they are needed: scaled and cropped to one size.
final class IndexedImages: ImageSource {
  let index: ImageIndex
  let size: PicturePipeline.Size
  let threads: Int
  let leftOut: LeftOutImages?

  /// - Parameters:
  ///   - index: where the images are.
  ///   - width: columns of every image.
  ///   - height: rows of every image.
  ///   - options: the number of threads, and whether images that can't be read are left out.
  init(_ index: ImageIndex, width: Int, height: Int, options: DatasetOptions) {
    self.index = index
    size = .init(channels: Image.channels, height: height, width: width)
    threads = options.threads ?? coreCount
    leftOut = options.leavesOut ? LeftOutImages() : nil
  }

  var count: Int { index.count }

  func read(
    _ number: Int, into pixels: UnsafeMutableBufferPointer<UInt8>
  ) throws(ImageError) {
    let (bytes, name) = (try index.bytes(of: number), index.name(of: number))
    if size.width == size.height {
      return try Image.decodeSquare(bytes, name: name, side: size.width, into: pixels)
    }
    let image = try Image.decode(bytes, name: name)
    _ = pixels.update(fromContentsOf: image.planes(width: size.width, height: size.height))
  }

  func identify(_ number: Int, in digest: inout SHA256) {
    digest.update(Array("\(index.place(of: number))\n\(index.length(of: number))\n".utf8))
  }
}
