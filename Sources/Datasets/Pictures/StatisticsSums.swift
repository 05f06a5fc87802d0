import Basics
import Synchronization

extension PictureSet {
  /// The mean image and the spread of the colours. Each call reads every pixel, on all cores.
  ///
  /// All sums are of whole numbers, so the results don't depend on the order of the images.
  ///
  /// - Throws: `ImageError` for the first streamed image that can't be read, unless such images are
  ///   left out.
  package func statistics() throws(ImageError) -> PictureStatistics {
    do {
      return try statistics { _, _ in }
    } catch let error as ImageError {
      throw error
    } catch {
      preconditionFailure("Only images can fail here: \(error)")
    }
  }

  /// The same with progress.
  ///
  /// - Parameter progress: called with the number of images done and their total; an error that it
  ///   throws ends the work.
  package func statistics(
    progress: (_ done: Int, _ of: Int) throws -> Void
  ) throws -> PictureStatistics {
    try statisticsSums(part: 0, of: 1, progress: progress).statistics
  }

  /// The sums behind the statistics over one of several parts of the images.
  ///
  /// - Parameters:
  ///   - part: which of `parts` runs of images, from 0.
  ///   - parts: as equal as possible; some may be empty.
  ///   - progress: called with the number of images done in all parts, if they are equally fast.
  package func statisticsSums(
    part: Int, of parts: Int, progress: (_ done: Int, _ of: Int) throws -> Void
  ) throws -> StatisticsSums {
    let (lower, upper) = (count * part / parts, count * (part + 1) / parts)
    let total = Mutex(StatisticsSums(size))
    let failure = Mutex<(index: Int, error: ImageError)?>(nil)
    let perThread = 64
    let perRound = 16 * perThread
    for first in stride(from: lower, to: upper, by: perRound) {
      try progress(min(count, (first - lower) * parts), count)
      let end = min(upper, first + perRound)
      concurrently((end - first + perThread - 1) / perThread, threads: source?.threads) { number in
        let start = first + number * perThread
        var sums = StatisticsSums(size)
        for index in start..<min(end, start + perThread) {
          do throws(ImageError) {
            try withPixels(of: index) { sums.add($0) }
          } catch  where !leavesOut {
            failure.withLock { failure in
              if failure.map({ index < $0.index }) ?? true { failure = (index, error) }
            }
            return
          } catch {
            // Left out: it has been noted, and doesn't count.
          }
        }
        total.withLock { $0.add(sums) }
      }
      if let failure = failure.withLock({ $0 }) { throw failure.error }
    }
    try progress(count, count)
    return total.withLock { $0 }
  }

  /// Decodes every image of a streamed set, to note those that can't be read; nothing for a set in
  /// memory.
  ///
  /// - Parameter progress: called with the number of images done.
  func readAll(progress: (_ done: Int) throws -> Void) throws {
    guard let source else { return }
    let round = 256
    for first in stride(from: 0, to: count, by: round) {
      try progress(first)
      concurrently(min(round, count - first), threads: source.threads) { place in
        // What can't be read is noted by the source.
        try? withPixels(of: first + place) { _ in }
      }
    }
    try progress(count)
  }

  /// Part of the set, for statistics that don't take all of it: `most` images, equally from each
  /// class, always the same ones; all if there aren't more.
  package func sample(_ most: Int?) -> PictureSet {
    guard let most, most < count else { return self }
    return subset(Split.stratified(labels: labels, validation: most, seed: 1).validation)
  }
}

/// Sums over images of one size.
package struct StatisticsSums {
  let size: PicturePipeline.Size
  private var count = 0
  /// The sum of each sample, C×H×W.
  private var samples: [UInt64]
  /// The sums of the channels' products over all pixels, C×C.
  private var products: [UInt64]

  init(_ size: PicturePipeline.Size) {
    self.size = size
    samples = [UInt64](repeating: 0, count: size.count)
    products = [UInt64](repeating: 0, count: size.channels * size.channels)
  }

  /// Adds an image.
  mutating func add(_ pixels: UnsafePointer<UInt8>) {
    count += 1
    samples.withUnsafeMutableBufferPointer { samples in
      for i in 0..<samples.count { samples[i] &+= UInt64(pixels[i]) }
    }
    let (channels, plane) = (size.channels, size.height * size.width)
    for a in 0..<channels {
      for b in a..<channels {
        let (p, q) = (pixels + a * plane, pixels + b * plane)
        var total: UInt64 = 0
        // The sum of this many products fits into 32 bits, in which several are added at once.
        for start in stride(from: 0, to: plane, by: 65_536) {
          var sum: UInt32 = 0
          for i in start..<min(plane, start + 65_536) { sum &+= UInt32(p[i]) &* UInt32(q[i]) }
          total += UInt64(sum)
        }
        products[a * channels + b] += total
        if a != b { products[b * channels + a] += total }
      }
    }
  }

  /// Adds the sums over other images.
  package mutating func add(_ other: StatisticsSums) {
    count += other.count
    for i in samples.indices { samples[i] += other.samples[i] }
    for i in products.indices { products[i] += other.products[i] }
  }

  /// The statistics of the images.
  package var statistics: PictureStatistics {
    let (channels, plane) = (size.channels, size.height * size.width)
    let pictures = Double(max(1, count))
    let all = Double(max(1, count) * plane)
    let mean = (0..<channels).map { c in
      Double(samples[(c * plane)..<((c + 1) * plane)].reduce(0, +)) / all
    }
    let covariance = products.indices.map {
      Double(products[$0]) / all - mean[$0 / channels] * mean[$0 % channels]
    }
    let (values, vectors) = symmetricEigen(covariance, size: channels)
    return PictureStatistics(
      size: size, meanImage: samples.map { Float(Double($0) / pictures) }, mean: mean,
      deviation: (0..<channels).map { max(0, covariance[$0 * channels + $0]).squareRoot() },
      covariance: covariance, eigenvalues: values, eigenvectors: vectors)
  }

  /// The sums as bytes, for another process: count, samples, products.
  package var bytes: [UInt8] {
    ([UInt64(count)] + samples + products).withUnsafeBytes { Array($0) }
  }

  /// The sums from their bytes.
  package init(_ bytes: [UInt8], size: PicturePipeline.Size) {
    self.init(size)
    let numbers = bytes.withUnsafeBytes { raw in
      (0..<(raw.count / 8)).map { raw.loadUnaligned(fromByteOffset: 8 * $0, as: UInt64.self) }
    }
    precondition(
      numbers.count == 1 + samples.count + products.count, "Sums of images of another size.")
    count = Int(numbers[0])
    samples = Array(numbers[1...].prefix(samples.count))
    products = Array(numbers.suffix(products.count))
  }
}
