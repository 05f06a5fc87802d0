import Datasets
import Parallel
import Tensors
import TestSupport
import Testing

@testable import Training

/// Work that ranks, here threads, share before they train.
@Suite struct SharedWorkTests {
  /// The statistics of images are the same on any number of ranks, also if some have no images.
  @Test(arguments: [1, 2, 3, 8]) func statistics(_ size: Int) throws {
    let set = SmallRun.pictures(5, name: "few")
    let shared = try ThreadRanks.run(size) { ranks in
      var seen: [Int] = []
      let statistics = try ranks.statistics(of: set) { done, all in
        #expect(all == 5 && done <= 5)
        seen.append(done)
      }
      #expect(seen.last == 5)
      return statistics
    }.map { try $0.get() }
    for statistics in shared { #expect(try statistics == set.statistics()) }
  }

  /// Ranks that aren't given the same stop before they read images.
  @Test func differentImages() throws {
    let refusals = ThreadRanks.run(2) { ranks in
      try TrainingParts(
        network: SmallRun.network,
        dataset: ranks.rank == 1 ? SmallRun.noise : SmallRun.dataset, recipe: SmallRun.recipe(),
        ranks: ranks
      ) { _, _ in Issue.record("no image should be read") }.datasetName
    }
    for refusal in refusals {
      let error = #expect(throws: TrainingError.self) { try refusal.get() }
      #expect(error?.message.hasPrefix("rank 1 differs from rank 0 in the data") == true)
    }
  }

  /// What stops one rank's part stops all.
  @Test func stops() throws {
    let cancelled = ThreadRanks.run(2) { ranks in
      try ranks.statistics(of: SmallRun.dataset.train) { _, _ in
        if ranks.rank == 1 { throw Cancelled() }
      }.size
    }
    for result in cancelled { #expect(throws: Cancelled.self) { try result.get() } }
    let unread = ThreadRanks.run(2) { ranks in
      try ranks.share {
        if ranks.rank == 1 { throw ImageError("a.png: it isn't an image", hint: "remove it") }
        return [1]
      }
    }
    for result in unread {
      let error = #expect(throws: ImageError.self) { try result.get() }
      #expect(error == ImageError("rank 1: a.png: it isn't an image", hint: "remove it"))
    }
  }
}
