import Basics
import Foundation
import Synchronization
import TensorFiles

extension ImageFolder {
  /// The longest side of images in memory.
  static let longestSide = 256

  /// The most samples of both parts together: 4 GB.
  static let maximumSamples = 4 << 30

  /// Both parts, decoded on all cores.
  ///
  /// If all images have the same size, with a shorter side of at most 256, they keep it. Otherwise
  /// the central square of each is scaled to the median of their shorter sides, at most 256.
  ///
  /// - Throws: `ImageError` for the first image, in order, that can't be read.
  func dataset() throws(ImageError) -> Dataset {
    let sizes = try Self.each(train + test) { file throws(ImageError) in
      try Image.size(path: file.path)
    }
    let size = Self.commonSize(sizes)
    let samples = (train.count + test.count) * Image.channels * size.width * size.height
    guard samples <= Self.maximumSamples else {
      throw ImageError(
        "\(name) would take \(samples >> 20) MiB at \(size.width)×\(size.height) pixels; "
          + "at most \(Self.maximumSamples >> 20) MiB are read",
        hint: "make the images smaller first")
    }
    return Dataset(
      name: name, train: try pictures(train, part: "train", size),
      test: try pictures(test, part: "test", size), notes: notes)
  }

  /// The size that all images are scaled to.
  static func commonSize(_ sizes: [(width: Int, height: Int)]) -> (width: Int, height: Int) {
    let shorter = sizes.map { min($0.width, $0.height) }.sorted()
    guard let first = sizes.first, let longest = shorter.last else { return (1, 1) }
    if longest <= longestSide, sizes.allSatisfy({ $0 == first }) { return first }
    let side = min(longestSide, shorter[(shorter.count - 1) / 2])
    return (side, side)
  }

  private func pictures(
    _ files: [File], part: String, _ size: (width: Int, height: Int)
  ) throws(ImageError) -> PictureSet {
    let plane = size.width * size.height
    let pictures = try Self.each(files) { file throws(ImageError) in
      let image = try Image.load(path: file.path)
      return image.planes(width: size.width, height: size.height)
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: files.count * 3 * plane) { output, filled in
      for picture in pictures {
        UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(output)[filled...])
          .copyBytes(from: picture)
        filled += picture.count
      }
    }
    return PictureSet(
      name: "\(name) \(part)", classNames: classNames.map { printable($0, limit: 60) },
      channels: Image.channels, height: size.height, width: size.width, pixels: pixels,
      labels: files.map(\.label))
  }

  /// The results of `body` for each file, on all cores.
  ///
  /// - Throws: the error of the first file, in order, for which it throws.
  private static func each<R: Sendable>(
    _ files: [File], _ body: @Sendable (File) throws(ImageError) -> R
  ) throws(ImageError) -> [R] {
    let results = Mutex([Result<R, ImageError>?](repeating: nil, count: files.count))
    let hasFailed = Atomic(false)
    concurrently(files.count) { index in
      // Work starts in order, so only files after the first failure are skipped.
      guard !hasFailed.load(ordering: .relaxed) else { return }
      let result: Result<R, ImageError>
      do throws(ImageError) {
        result = .success(try body(files[index]))
      } catch {
        result = .failure(error)
        hasFailed.store(true, ordering: .relaxed)
      }
      results.withLock { $0[index] = result }
    }
    var values: [R] = []
    values.reserveCapacity(files.count)
    for case let result? in results.withLock({ $0 }) { values.append(try result.get()) }
    return values
  }
}

extension Image {
  /// The size of the image in a file, as it would be decoded.
  static func size(path: String) throws(ImageError) -> (width: Int, height: Int) {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: path, limit: maximumFileSize)
    } catch {
      throw ImageError(error)
    }
    return try size(of: bytes, name: path)
  }

  /// The samples C×H×W of the image at this size: unchanged if it has that size, else its central
  /// part scaled.
  func planes(width newWidth: Int, height newHeight: Int) -> [UInt8] {
    let image: Image
    if (width, height) == (newWidth, newHeight) {
      image = self
    } else {
      image = centerSquare(side: max(newWidth, newHeight))
        .centerCropped(width: newWidth, height: newHeight)
    }
    let plane = newWidth * newHeight
    var planes = [UInt8](repeating: 0, count: Self.channels * plane)
    for i in 0..<plane {
      for c in 0..<Self.channels { planes[c * plane + i] = image.bytes[i * Self.channels + c] }
    }
    return planes
  }
}
