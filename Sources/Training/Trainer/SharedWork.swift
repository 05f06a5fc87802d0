import Datasets
import Parallel
import Tensors

extension Collective {
  /// Does this rank's part of some work, and gives everyone's results in the order of the ranks.
  ///
  /// - Throws: on every rank, if the work of one is cancelled or can't read an image.
  func share(_ work: () throws -> [UInt8]) throws -> [[UInt8]] {
    guard size > 1 else { return [try work()] }
    // The first byte says how it went.
    var own: [UInt8] = [0]
    do {
      own += try work()
    } catch is Cancelled {
      own = [1]
    } catch let error as ImageError {
      own = [2] + error.bytes
    }
    let all = gather(own)
    for (rank, bytes) in all.enumerated() where bytes[0] == 2 {
      throw ImageError(bytes.dropFirst(), of: rank)
    }
    guard all.allSatisfy({ $0[0] == 0 }) else { throw Cancelled() }
    return all.map { Array($0.dropFirst()) }
  }

  /// The statistics of a set's images, of which each rank reads a part. All get the same, to the last bit.
  ///
  /// - Parameter progress: called with the number of images done and their total; an error that it
  ///   throws ends the work.
  func statistics(
    of set: PictureSet, progress: (_ done: Int, _ of: Int) throws -> Void
  ) throws -> PictureStatistics {
    // Images that are left out are listed at the end, so rank 0 must see them all.
    guard size > 1, !set.leavesOut else { return try set.statistics(progress: progress) }
    let parts = try share {
      try set.statisticsSums(part: rank, of: size, progress: progress).bytes
    }
    return parts.dropFirst().reduce(into: StatisticsSums(parts[0], size: set.size)) { sums, bytes in
      sums.add(StatisticsSums(bytes, size: set.size))
    }.statistics
  }

  /// Checks that some values are the same on every rank.
  ///
  /// - Throws: `TrainingError` on every rank: it names the first rank that differs from rank 0, and what
  ///   differs.
  func requireSame(_ facts: [(name: String, value: String)]) throws(TrainingError) {
    guard size > 1 else { return }
    let mine = facts.map { $0.value.replacing("\0", with: "") }.joined(separator: "\0")
    let all = gather([UInt8](mine.utf8)).map { $0[...].texts }
    for (rank, values) in all.enumerated() {
      for ((name, _), (own, first)) in zip(facts, zip(values, all[0])) where own != first {
        let isShort = max(own.count, first.count) < 80
        throw TrainingError(
          "rank \(rank) differs from rank 0 in the \(name)"
            + (isShort ? ": \(own) there, \(first) on rank 0" : ""),
          hint: "give every rank the same program, files and options")
      }
    }
  }
}

extension ImageError {
  /// Message and hint, for the other ranks.
  var bytes: [UInt8] { [UInt8]("\(message)\0\(hint ?? "")".utf8) }

  /// Another rank's error.
  init(_ bytes: ArraySlice<UInt8>, of rank: Int) {
    let texts = bytes.texts
    self.init("rank \(rank): \(texts[0])", hint: texts[1])
  }
}

extension ArraySlice<UInt8> {
  /// The texts between zero bytes.
  fileprivate var texts: [String] {
    split(separator: 0, omittingEmptySubsequences: false)
      .map { String(decoding: $0, as: UTF8.self) }
  }
}
