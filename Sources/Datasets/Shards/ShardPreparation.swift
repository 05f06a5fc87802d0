import Basics
import Digests
import Foundation
import TensorFiles
import Tensors

/// Writes a data set as tar shards of JPEGs of one size, in an order shuffled once: reading them for
/// training takes a fraction of the time that the original files take.
///
/// Each shard is written whole or not at all, so a preparation that was killed goes on with the
/// shard where it stopped, and ends with the same bytes.
package struct ShardPreparation {
  /// What is written, apart from the shards.
  static let planFile = "prepared.json"
  static let indexFile = "index"

  /// The side of every image, and the quality on libjpeg's scale.
  static let (side, quality) = (256, 95)

  /// What is being prepared.
  let source: DatasetIndex
  /// The folder for the shards.
  package let folder: String
  let seed: UInt64
  let imagesPerShard: Int
  let options: DatasetOptions

  /// How far a preparation is.
  package struct Progress: Hashable, Sendable {
    /// Images that are in shards, or were left out.
    package var done: Int
    /// Of how many.
    package var total: Int
    /// Images that an earlier run had done.
    package var before: Int
  }

  /// What was written.
  package struct Outcome: Sendable {
    /// Images in the training and in the test part.
    package var train: Int
    package var test: Int
    /// The number of classes and of shards.
    package var classes: Int
    package var shards: Int
    /// Shards that were there already.
    package var before: Int
    /// The length of all shards in bytes.
    package var bytes: Int
    /// Images that were left out, in the order of the shards, and why if they were read now.
    package var leftOut: [String]
  }

  /// A preparation.
  ///
  /// - Parameters:
  ///   - source: the images.
  ///   - folder: where the shards go: a new or empty folder, or one in which the same preparation was
  ///     begun.
  ///   - seed: determines the order of the training images; test images keep theirs.
  ///   - imagesPerShard: images in a shard, except in the last of a part.
  ///   - options: the number of threads, and whether images that can't be read are left out.
  package init(
    _ source: DatasetIndex, into folder: String, seed: UInt64, imagesPerShard: Int = 4096,
    options: DatasetOptions = DatasetOptions()
  ) {
    precondition(imagesPerShard > 0, "A shard holds images.")
    (self.source, self.folder) = (source, HomeFolder.expanding(folder))
    (self.seed, self.imagesPerShard, self.options) = (seed, imagesPerShard, options)
  }

  /// One shard to write: the images at these positions of a part.
  private struct Shard {
    let name: String
    let isTrain: Bool
    let images: [Int]
    /// The position of the first in its part.
    let first: Int
  }

  private var shards: [Shard] {
    func shards(_ order: [Int], _ part: String) -> [Shard] {
      stride(from: 0, to: order.count, by: imagesPerShard).map { first in
        Shard(
          name: "\(part)-\("\(first / imagesPerShard)".paddingLeft(to: 6, with: "0")).tar",
          isTrain: part == "train",
          images: Array(order[first..<min(order.count, first + imagesPerShard)]), first: first)
      }
    }
    var order = Array(0..<source.train.count)
    CounterRandom("prepare", seed: seed).shuffle(&order)
    return shards(order, "train") + shards(Array(0..<source.test.count), "val")
  }

  /// Writes the shards that aren't there yet, then the index.
  ///
  /// - Parameters:
  ///   - cancellation: polled every few images.
  ///   - report: called with the progress.
  /// - Throws: `ImageError` if the folder holds something else, an image can't be read or a file can't
  ///   be written; `Cancelled`.
  package func run(
    cancellation: Cancellation, report: (Progress) -> Void
  ) throws -> Outcome {
    let lock = try lock()
    defer { withExtendedLifetime(lock) {} }
    try claim()
    let shards = self.shards
    var progress = Progress(done: 0, total: source.train.count + source.test.count, before: 0)
    var reasons: [String: ImageError] = [:]
    var missing: [Shard] = []
    for shard in shards {
      if FileSystem.kind(folder + "/" + shard.name) == nil {
        missing.append(shard)
      } else {
        progress.before += shard.images.count
      }
    }
    progress.done = progress.before
    for shard in missing {
      report(progress)
      try write(shard, &progress, &reasons, cancellation, report)
    }
    return try finished(shards, reasons, before: shards.count - missing.count)
  }

  /// Keeps other programs from writing into the folder, which is created if need be.
  private func lock() throws(ImageError) -> FileLock {
    try FileSystem.makeFolder(folder)
    do throws(FileLock.Refusal) {
      return try FileLock(folder, flags: O_RDONLY | O_DIRECTORY)
    } catch {
      if case .notOpened(let number) = error {
        throw ImageError(cannotWrite: folder, errno: number)
      }
      throw ImageError(
        "another program is preparing data in \(printable(folder))",
        hint: "wait for it, or stop it")
    }
  }

  /// Notes in the folder what is prepared, or checks that the same was begun there.
  private func claim() throws(ImageError) {
    let plan = self.plan
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    do throws(FileError) {
      if names.contains(Self.planFile) {
        let kept = try OpenFile.bytes(of: folder + "/" + Self.planFile, limit: 1 << 20)
        guard kept == plan else {
          throw FileError(
            .write, folder, reason: "it holds shards of other images, or with other settings")
        }
        // Files that a killed run was writing.
        for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
          unlink(folder + "/" + name)
        }
      } else {
        guard names.allSatisfy({ $0.hasPrefix(".") }) else {
          throw FileError(.write, folder, reason: "it isn't empty")
        }
        try AtomicFile.write(plan, to: folder + "/" + Self.planFile)
      }
      // Second, since only the plan says that the folder is this preparation's.
      guard !names.contains(ShardFolder.classFile) else { return }
      try AtomicFile.write(
        source.train.classNames.map { $0 + "\n" }.joined(), to: folder + "/" + ShardFolder.classFile
      )
    } catch {
      throw Self.error(error, hint: "name another folder")
    }
  }

  /// What determines the shards, as JSON.
  private var plan: [UInt8] {
    var digest = SHA256()
    for part in [source.train, source.test] {
      for i in 0..<part.count {
        digest.update(Array("\(part.place(of: i))\n\(part.length(of: i)) \(part.labels[i])\n".utf8))
      }
      digest.update(Array("\n".utf8))
    }
    let plan: JSONValue = [
      "format": "alexnet-shards", "version": .integer(1), "images": .string(digest.digits),
      "train": .integer(source.train.count), "val": .integer(source.test.count),
      "classes": .integer(source.train.classNames.count), "seed": .string("\(seed)"),
      "side": .integer(Self.side), "quality": .integer(Self.quality),
      "images_per_shard": .integer(imagesPerShard), "skip_bad": .boolean(options.leavesOut),
    ]
    return Array((plan.text + "\n").utf8)
  }

  private func write(
    _ shard: Shard, _ progress: inout Progress, _ reasons: inout [String: ImageError],
    _ cancellation: Cancellation, _ report: (Progress) -> Void
  ) throws {
    let part = shard.isTrain ? source.train : source.test
    let path = folder + "/" + shard.name
    let digits = "\(max(part.count - 1, 1))".count
    var failure: ImageError?
    do throws(FileError) {
      try AtomicFile.write(to: path) { writer throws(FileError) in
        // A round at a time, so that few images are in memory.
        for start in stride(from: 0, to: shard.images.count, by: Self.round) {
          let images = shard.images[start..<min(shard.images.count, start + Self.round)]
          guard !cancellation.isCancelled else {
            throw FileError(.write, path, reason: "stopped")
          }
          let encoded: [Result<[UInt8], ImageError>]
          do throws(ImageError) {
            encoded = try Self.encoded(images, of: part, options)
          } catch {
            failure = error
            throw FileError(.write, path, reason: "an image can't be read")
          }
          for (offset, result) in encoded.enumerated() {
            let number = "\(shard.first + start + offset)"
            let key = number.paddingLeft(to: digits, with: "0")
            switch result {
            case .success(let jpeg):
              let label = part.labels[images[images.startIndex + offset]]
              let bytes =
                TarFormat.member(key + ".jpg", jpeg)
                + TarFormat.member(key + ".cls", Array("\(label)".utf8))
              try writer.append(bytes)
            case .failure(let error):
              reasons[part.name(of: images[images.startIndex + offset])] = error
            }
          }
          progress.done += images.count
          report(progress)
        }
        try writer.append(TarFormat.end)
      }
    } catch {
      try cancellation.check()
      if let failure { throw failure }
      throw Self.error(error)
    }
  }

  /// Images between two reports of progress.
  private static let round = 256

  /// Decodes and encodes images on several threads; what can't be read is a failure if such images
  /// are left out.
  private static func encoded(
    _ images: ArraySlice<Int>, of part: ImageIndex, _ options: DatasetOptions
  ) throws(ImageError) -> [Result<[UInt8], ImageError>] {
    try concurrentResults(images.count, threads: options.threads) { offset throws(ImageError) in
      let image = images[images.startIndex + offset]
      do throws(ImageError) {
        var planes = [UInt8](repeating: 0, count: Image.channels * side * side)
        let bytes = try part.bytes(of: image)
        try planes.withUnsafeMutableBufferPointer { planes throws(ImageError) in
          try Image.decodeSquare(bytes, name: part.name(of: image), side: side, into: planes)
        }
        return .success(try Image.encodeJPEG(planes, width: side, height: side, quality: quality))
      } catch  where options.leavesOut {
        return .failure(error)
      }
    }
  }

  /// Lists what was written, and writes the index.
  private func finished(
    _ shards: [Shard], _ reasons: [String: ImageError], before: Int
  ) throws(ImageError) -> Outcome {
    var outcome = Outcome(
      train: 0, test: 0, classes: source.train.classNames.count, shards: shards.count,
      before: before, bytes: 0, leftOut: [])
    var parts: [Bool: [(path: String, shard: TarShard)]] = [:]
    var stamps: [(path: String, stamp: FileStamp)] = []
    for shard in shards {
      let path = folder + "/" + shard.name
      let part = shard.isTrain ? source.train : source.test
      if let stamp = FileStamp(of: path) {
        stamps.append((shard.name, stamp))
        outcome.bytes += stamp.length
      }
      let written = try TarShard(path)
      parts[shard.isTrain, default: []].append((shard.name, written))
      if shard.isTrain { outcome.train += written.samples.count }
      if !shard.isTrain { outcome.test += written.samples.count }
      guard written.samples.count < shard.images.count else { continue }
      let kept = Set(written.samples.compactMap { Int($0.name.prefix { $0 != "." }) })
      for (offset, image) in shard.images.enumerated() where !kept.contains(shard.first + offset) {
        let name = part.name(of: image)
        outcome.leftOut.append(reasons[name]?.message ?? printable(name))
      }
    }
    let names = source.train.classNames
    var index = DatasetIndex(
      name: printable(URL(fileURLWithPath: folder).lastPathComponent, limit: 60),
      train: try ShardFolder.index(of: parts[true] ?? [], root: folder, classNames: names),
      test: try ShardFolder.index(of: parts[false] ?? [], root: folder, classNames: names),
      stamps: stamps)
    index.sizes = .init(width: Self.side, height: Self.side, isUniform: true)
    do throws(FileError) {
      try index.write(to: folder + "/" + Self.indexFile)
    } catch {
      throw Self.error(error)
    }
    return outcome
  }

  /// A file that couldn't be written, with what to do.
  private static func error(_ error: FileError, hint: String? = nil) -> ImageError {
    let remedy = error.remedy.map { "\($0), and run the same command again: it continues" }
    return ImageError(error.description, hint: remedy ?? hint ?? "")
  }
}
