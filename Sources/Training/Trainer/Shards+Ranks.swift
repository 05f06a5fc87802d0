import Basics
import Datasets
import Networks
import Parallel

extension Shards {
  /// How a batch is shared out.
  ///
  /// - Parameters:
  ///   - count: the shards of a batch; nil for one per rank.
  ///   - ranks: the processes, each of which takes as many shards; in `columns`, all take the whole batch.
  ///   - mode: how they share the work. Only in `data` can a rank take several.
  ///   - parts: the run.
  /// - Throws: `TrainingError` if the batch or the ranks don't allow it.
  init(
    _ count: Int?, among ranks: any Collective, _ mode: ParallelMode, of parts: TrainingParts
  ) throws(TrainingError) {
    guard count == nil || mode == .data else {
      throw TrainingError(
        "--shards is for data parallel training: other modes add in an order of their own",
        hint: "leave --shards out, or train with --parallel data")
    }
    guard mode != .columns else {
      self = .whole
      return
    }
    let (count, size, batch) = (count ?? ranks.size, ranks.size, parts.recipe.batch)
    guard count >= 1, count <= batch, batch % count == 0 else {
      throw TrainingError(
        "a batch of \(batch) can't be split into \(count) equal shards",
        hint: (1...batch).contains(count)
          ? "--batch \(batch / count * count) can, or choose another --shards"
          : "--shards takes a number from 1 to the batch")
    }
    let each = count / size
    guard count % size == 0, each & (each - 1) == 0 else {
      throw TrainingError(
        "\(NumberFormat.count(size, "rank")) can't share \(NumberFormat.count(count, "shard")) equally",
        hint: "--shards takes the number of ranks times 1, 2, 4, 8, …: --shards \(size)")
    }
    self.init(count: count, own: (ranks.rank * each)..<((ranks.rank + 1) * each))
  }
}
