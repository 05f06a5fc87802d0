import Basics
import Cells
import Datasets
import Documents
import Networks
import TensorFiles

extension DataCommand {
  /// Writes shards of 256-pixel images.
  func prepare(in session: Session) throws -> Output {
    guard let folder = name, let out else {
      throw Failure(
        .usage, "data prepare takes the folder with the images, and one for the shards",
        hint: "data prepare FOLDER OUT")
    }
    guard DataSource.all.allSatisfy({ $0.name != folder }), !Dataset.drawn.contains(folder) else {
      throw Failure(
        .usage, "\(folder) is small enough for memory: only folders of images are prepared",
        hint: "train --data \(folder)")
    }
    let host = session.host
    let index = try session.observed { observer throws(ImageError) in
      try DatasetIndex.listing(folder, observer: observer)
    }
    for note in index.notes { host.note(note) }
    let preparation = ShardPreparation(
      index, into: out, seed: session.settings.seed, options: try reading.options())
    let progress = ReadingProgress(host: host)
    var before = 0
    do {
      let outcome = try preparation.run(cancellation: host.cancellation) { step in
        if step.before > 0, before == 0 {
          host.note(
            "\(NumberFormat.grouped(step.before)) images are in shards already; "
              + "continuing with the next shard")
        }
        before = step.before
        // Images of an earlier run would make the estimate too short.
        progress.report("writing shards", step.done - before, of: step.total - before)
      }
      host.report(progress: nil)
      return report(outcome, preparation.folder)
    } catch let failure where Failure(failure).kind == .cancelled {
      throw Failure(
        .cancelled, "stopped",
        hint: "finished shards are kept: the same command continues with the next")
    }
  }

  private func report(_ outcome: ShardPreparation.Outcome, _ folder: String) -> Output {
    var output = Output(
      json: [
        "folder": .string(folder), "train": .integer(outcome.train), "val": .integer(outcome.test),
        "classes": .integer(outcome.classes), "shards": .integer(outcome.shards),
        "bytes": .integer(outcome.bytes),
        "left_out": .array(outcome.leftOut.map { .string($0) }),
      ])
    let old = outcome.before
    output.line(
      .good("✓ ")
        + "\(NumberFormat.count(outcome.train, "training image")) and "
        + "\(NumberFormat.count(outcome.test, "validation image")) of "
        + "\(NumberFormat.count(outcome.classes, "class", "classes")) in "
        + "\(NumberFormat.count(outcome.shards, "shard")), "
        + "\(FetchReporter.megabytes(outcome.bytes))"
        + (old == outcome.shards ? ": they were there already" : ""), hang: 2)
    if !outcome.leftOut.isEmpty {
      output.line(
        .notice("\(NumberFormat.count(outcome.leftOut.count, "image")) left out:"), hang: 2)
      for line in outcome.leftOut { output.line(Text(line), indent: 2) }
    }
    output.line(.faint("try  ") + .name("train --data \(folder)"))
    return output
  }
}
