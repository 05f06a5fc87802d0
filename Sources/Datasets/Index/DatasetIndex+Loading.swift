import Basics
import Synchronization
import TensorFiles

extension DatasetIndex {
  /// The most images of which every size is looked at, if they differ.
  static let mostMeasured = 100_000

  /// How many images are looked at first, evenly spread over both parts.
  static let sampleCount = 1000

  /// The images' sizes, if they aren't known yet: the size of all, with a shorter side of at most
  /// 256, or else a square, whose side is the median of their shorter sides, at most 256. Of more
  /// than 100,000 images whose sizes differ, the median is that of 1,000.
  ///
  /// - Throws: `ImageError` for the first image, in order, that can't be read, unless such images are
  ///   left out or too many to look at.
  func measured(
    _ options: DatasetOptions, _ observer: DatasetObserver
  ) throws(ImageError) -> Sizes {
    if let known = self.sizes { return known }
    let total = train.count + test.count
    let stride = max(1, total / Self.sampleCount)
    func sizes(
      _ count: Int, every stride: Int, skipping: Bool
    ) throws(ImageError) -> [(width: Int, height: Int)] {
      try each(count, .measuring, options, observer) { number throws(ImageError) in
        let (index, place) = self.place(number * stride)
        do throws(ImageError) {
          return try index.size(of: place)
        } catch {
          guard skipping else { throw error.ofImageInSet }
          return nil
        }
      }.compactMap(\.self)
    }
    var found: [(width: Int, height: Int)] = []
    // Of a very large set, a sample shows that the sizes differ.
    if total > Self.mostMeasured {
      found = try sizes(total / stride, every: stride, skipping: true)
    }
    if found.allSatisfy({ $0 == found[0] }) {
      found = try sizes(total, every: 1, skipping: options.leavesOut)
    }
    let common = Self.commonSize(found)
    return Sizes(
      width: common.width, height: common.height, isUniform: found.allSatisfy { $0 == common })
  }

  /// The size that all images are scaled to.
  static func commonSize(_ sizes: [(width: Int, height: Int)]) -> (width: Int, height: Int) {
    let shorter = sizes.map { min($0.width, $0.height) }.sorted()
    guard let first = sizes.first, let longest = shorter.last else { return (1, 1) }
    if longest <= longestSide, sizes.allSatisfy({ $0 == first }) { return first }
    let side = min(longestSide, shorter[(shorter.count - 1) / 2])
    return (side, side)
  }

  /// The longest side of the square that images are brought to by default.
  private static let longestSide = 256

  /// Both parts: decoded into memory on all cores if they fit, else to be streamed.
  ///
  /// - Parameters:
  ///   - options: the images' side, and the most memory.
  ///   - observer: called with the progress.
  /// - Throws: `ImageError` for the first image, in order, that can't be read, unless such images are
  ///   left out.
  package func dataset(
    _ options: DatasetOptions, observer: DatasetObserver = { _ throws(ImageError) in }
  ) throws(ImageError) -> Dataset {
    var measured = self
    measured.sizes = try self.measured(options, observer)
    let (size, isStreamed) = (measured.size(options), measured.isStreamed(options))
    if isStreamed, !options.leavesOut { try requireBytes() }
    let parts = [train, test].map {
      IndexedImages($0, width: size.width, height: size.height, options: options)
    }
    var sets: [PictureSet] = []
    for (part, name) in zip(parts, ["train", "test"]) {
      let set = PictureSet(
        name: "\(self.name) \(name)", classNames: shownClassNames, source: part,
        labels: part.index.labels)
      sets.append(
        isStreamed
          ? set
          : try inMemory(set, before: sets.isEmpty ? 0 : train.count, options, observer))
    }
    return Dataset(
      name: name, train: sets[0], test: sets[1], notes: notes,
      leftOut: parts.compactMap(\.leftOut))
  }

  /// The size that the images are brought to.
  private func size(_ options: DatasetOptions) -> (width: Int, height: Int) {
    guard let sizes else { return (1, 1) }
    if let side = options.side, !sizes.isUniform { return (side, side) }
    return (sizes.width, sizes.height)
  }

  /// Whether the images, once measured, are too many to be decoded into memory.
  func isStreamed(_ options: DatasetOptions) -> Bool {
    let (width, height) = size(options)
    return (train.count + test.count) * Image.channels * width * height > options.memory
  }

  /// The classes' names as they are shown.
  private var shownClassNames: [String] {
    ImageNetClasses.shownNames(for: train.classNames)
      ?? train.classNames.map { printable($0, limit: 60) }
  }

  private func inMemory(
    _ set: PictureSet, before: Int, _ options: DatasetOptions,
    _ observer: DatasetObserver
  ) throws(ImageError) -> PictureSet {
    let all = train.count + test.count
    let length = set.sampleCount
    var pixels: [UInt8] = []
    pixels.reserveCapacity(set.count * length)
    var kept: [Int] = []
    // A round at a time, so that decoded images aren't in memory twice.
    for first in stride(from: 0, to: set.count, by: Self.round) {
      try observer(DatasetProgress(stage: .decoding, done: before + first, total: all))
      let count = min(Self.round, set.count - first)
      let decoded = try concurrentResults(count, threads: options.threads) {
        number throws(ImageError) -> [UInt8]? in
        var samples: [UInt8] = []
        do throws(ImageError) {
          try set.withPixels(of: first + number) { pixels in
            samples = Array(UnsafeBufferPointer(start: pixels, count: length))
          }
          return samples
        } catch {
          guard options.leavesOut else { throw error.ofImageInSet }
          return nil
        }
      }
      for case let (number, samples?) in decoded.enumerated() {
        pixels += samples
        kept.append(first + number)
      }
    }
    return PictureSet(
      name: set.name, classNames: set.classNames, channels: set.channels, height: set.height,
      width: set.width, pixels: pixels, labels: kept.map { set.labels[$0] })
  }

  /// Throws for images whose files hold nothing.
  private func requireBytes() throws(ImageError) {
    for index in [train, test] {
      let empty = (0..<index.count).filter { index.length(of: $0) == 0 }
      guard let first = empty.first else { continue }
      throw ImageError(
        "\(index.name(of: first)) is empty"
          + (empty.count > 1 ? ", as are \(empty.count - 1) others" : ""),
        hint: "copy or download it again; --skip-bad leaves such images out")
    }
  }

  /// The index and the position in it of an image, counted over both parts.
  private func place(_ number: Int) -> (index: ImageIndex, place: Int) {
    number < train.count ? (train, number) : (test, number - train.count)
  }

  /// The results of `body` for each number below `count`, on several threads, in rounds between
  /// which the observer is called.
  private func each<R: Sendable>(
    _ count: Int, _ stage: DatasetProgress.Stage, _ options: DatasetOptions,
    _ observer: DatasetObserver, _ body: @Sendable (Int) throws(ImageError) -> R
  ) throws(ImageError) -> [R] {
    var values: [R] = []
    values.reserveCapacity(count)
    for first in Swift.stride(from: 0, to: count, by: Self.round) {
      try observer(DatasetProgress(stage: stage, done: first, total: count))
      values += try concurrentResults(
        min(Self.round, count - first), threads: options.threads
      ) { place throws(ImageError) in try body(first + place) }
    }
    return values
  }

  /// Images between two reports of progress.
  private static let round = 256
}

extension ImageIndex {
  /// The size of an image as it would be decoded.
  fileprivate func size(of index: Int) throws(ImageError) -> (width: Int, height: Int) {
    let name = name(of: index)
    let start = try bytes(of: index, first: 1 << 16)
    // The header of nearly every JPEG, its orientation included, is at the start of the file.
    if start.count < length(of: index), case .jpeg = Format(of: start),
      let size = try? Image.size(of: start, name: name)
    {
      return size
    }
    return try Image.size(of: bytes(of: index), name: name)
  }
}

/// The results of `body` for each number below `count`, on several threads.
///
/// - Throws: the error of the first number for which it throws.
func concurrentResults<R: Sendable>(
  _ count: Int, threads: Int?, _ body: @Sendable (Int) throws(ImageError) -> R
) throws(ImageError) -> [R] {
  try concurrentResults(count, threads: threads, while: { true }, body) ?? []
}

/// The same; nil if they were no longer wanted.
///
/// - Parameter isWanted: called before each number.
func concurrentResults<R: Sendable>(
  _ count: Int, threads: Int?, while isWanted: @Sendable () -> Bool,
  _ body: @Sendable (Int) throws(ImageError) -> R
) throws(ImageError) -> [R]? {
  let results = Mutex([Result<R, ImageError>?](repeating: nil, count: count))
  let hasFailed = Atomic(false)
  let isUnwanted = Atomic(false)
  concurrently(count, threads: threads) { number in
    // Work starts in order, so only numbers after the first failure are skipped.
    guard !hasFailed.load(ordering: .relaxed), !isUnwanted.load(ordering: .relaxed) else { return }
    guard isWanted() else { return isUnwanted.store(true, ordering: .relaxed) }
    let result: Result<R, ImageError>
    do throws(ImageError) {
      result = .success(try body(number))
    } catch {
      result = .failure(error)
      hasFailed.store(true, ordering: .relaxed)
    }
    results.withLock { $0[number] = result }
  }
  guard !isUnwanted.load(ordering: .relaxed) else { return nil }
  var values: [R] = []
  values.reserveCapacity(count)
  for case let result? in results.withLock({ $0 }) { values.append(try result.get()) }
  return values
}

extension Image {
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
