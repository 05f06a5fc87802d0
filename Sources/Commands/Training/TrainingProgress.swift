import Basics
import Cells
import Documents
import Networks
import Parallel
import Scaling
import TensorFiles
import Training

/// Shows a run's progress on a status line that is overwritten in place.
final class TrainingProgress {
  private let host: any Host
  private var pace = Pace()

  init(host: any Host) { self.host = host }

  /// Shows the epoch, the speed, the loss and the time left.
  func report(_ step: StepRecord) {
    guard pace.isDue() else { return }
    let share = Double(step.step) / Double(step.steps)
    let parts = [
      "epoch \(step.epoch)/\(step.epochs)", "\(Int(clamping: share * 100))%".paddingLeft(to: 4),
      "\(NumberFormat.grouped(Int(clamping: step.imagesPerSecond))) img/s",
      "loss \(NumberFormat.fixed(step.epochLoss, 3))",
      DurationFormat.format(step.secondsLeft, isEstimate: true) + " left",
      // Last, so that a narrow line cuts this off first.
      bar(share, width: 20, rest: "·"),
    ]
    host.report(progress: parts.joined(separator: "  "))
  }

  /// Shows how many validation images are done.
  func report(validating done: Int, of total: Int) {
    guard pace.isDue() else { return }
    host.report(
      progress: "validating  \(NumberFormat.grouped(done)) of \(NumberFormat.grouped(total))")
  }
}

/// Formats a run's figures, as text and as JSON.
package enum TrainingLines {
  /// One line for an epoch: `epoch 4  train 0.599 79.3%  validation 0.655 77.5%  rate 0.0005  …`.
  static func epoch(_ record: EpochRecord, of epochs: Int, isBest: Bool) -> Text {
    let number = String(record.epoch).paddingLeft(to: String(epochs).count)
    var text: Text = "epoch " + .strong(number)
    text += "  train \(NumberFormat.fixed(record.trainLoss, 3)) "
    text += .strong(NumberFormat.percent(record.trainAccuracy, decimals: 1))
    if let loss = record.validationLoss, let accuracy = record.validationAccuracy {
      text += "  validation \(NumberFormat.fixed(loss, 3)) "
      text += .strong(NumberFormat.percent(accuracy, decimals: 1))
    }
    text += "  rate \(NumberFormat.format(record.rate, significant: 3))"
    if !record.seconds.isNaN { text += Text("  " + DurationFormat.format(record.seconds)) }
    if isBest { text += .good("  best") }
    return text
  }

  /// The errors of an epoch that counted the top 5; nil for others:
  /// `errors top-1, top-5  train 62.5%, 38.1%  validation 61.0%, 36.9%`.
  static func errors(_ record: EpochRecord) -> Text? {
    guard record.trainTopFive != nil || record.validationTopFive != nil else { return nil }
    func pair(_ accuracy: Double, _ topFive: Double?) -> Text {
      .strong(NumberFormat.percent(1 - accuracy, decimals: 1)) + ", "
        + .strong(topFive.map { NumberFormat.percent(1 - $0, decimals: 1) } ?? "–")
    }
    var text: Text = "errors top-1, top-5  train " + pair(record.trainAccuracy, record.trainTopFive)
    if let accuracy = record.validationAccuracy {
      text += "  validation " + pair(accuracy, record.validationTopFive)
    }
    return text
  }

  /// What a rank sent in an epoch and how long it waited, beside what `parallel` predicts:
  /// `ranks  348.0 MB sent per step (predicted: 348.0 MB), 3.1 s waited`.
  static func traffic(_ traffic: Traffic, steps: Int, _ trainer: Trainer) throws -> Text {
    // Neither the rate nor the link changes what is sent.
    let predicted = try ParallelCost(
      trainer.mode, of: trainer.network, ranks: trainer.ranks.size, batch: trainer.recipe.batch,
      rate: 1,
      link: Link(bandwidth: 1, latency: 0)
    ).timeline.bytes
    let perStep = Double(traffic.bytes) / Double(max(1, steps))
    return "ranks  " + .strong(size(perStep)) + " sent per step (predicted: \(size(predicted)))"
      + toOthers(traffic) + ", " + .strong(DurationFormat.format(traffic.seconds)) + " waited"
  }

  /// What a rank has sent from its start to now: `ranks  812.4 MB sent in all, also for the validation and the
  /// checkpoints`.
  static func total(_ traffic: Traffic) -> Text {
    "ranks  " + .strong(size(Double(traffic.bytes))) + " sent in all" + toOthers(traffic)
      + ", also for the validation and the checkpoints"
  }

  /// `, 50% of it to other machines`; empty if everything stayed on this one.
  private static func toOthers(_ traffic: Traffic) -> Text {
    guard traffic.messageBytes > 0 else { return "" }
    let share = Double(traffic.messageBytes) / Double(traffic.bytes)
    return ", \(NumberFormat.percent(share)) of it to other machines"
  }

  private static func size(_ bytes: Double) -> String {
    bytes < 1e6
      ? "\(NumberFormat.fixed(bytes / 1e3, 1)) kB" : "\(NumberFormat.fixed(bytes / 1e6, 1)) MB"
  }

  /// `, top-5 error 6.5%`; empty if it isn't counted.
  package static func topFive(_ accuracy: Double?, decimals: Int = 1) -> Text {
    guard let accuracy else { return "" }
    return ", top-5 error " + .strong(NumberFormat.percent(1 - accuracy, decimals: decimals))
  }

  /// `1 epoch`, `4 epochs`.
  static func epochs(_ count: Int) -> String {
    NumberFormat.count(count, "epoch")
  }

  /// An epoch's JSON; figures that are unknown become null.
  package static func json(_ record: EpochRecord, isBest: Bool) -> JSONValue {
    func known(_ value: Double?) -> JSONValue {
      value.flatMap { $0.isNaN ? nil : .number($0) } ?? .null
    }
    var members: [JSONValue.Member] = []
    members["epoch"] = .integer(record.epoch)
    members["train_loss"] = .number(record.trainLoss)
    members["train_accuracy"] = .number(record.trainAccuracy)
    members[EpochRecord.trainTopFiveName] = record.trainTopFive.map { .number($0) }
    members["validation_loss"] = known(record.validationLoss)
    members["validation_accuracy"] = known(record.validationAccuracy)
    members[EpochRecord.validationTopFiveName] = record.validationTopFive.map { .number($0) }
    members["rate"] = .number(record.rate)
    members["seconds"] = known(record.seconds)
    members["images_per_s"] = known(record.imagesPerSecond)
    members["best"] = .boolean(isBest)
    return .object(members)
  }
}

extension Output {
  /// Adds the layers that a run takes over from trained weights, and why the others are new.
  mutating func add(_ transfer: Transfer) {
    line(.faint("taken") + .spaces(7) + .name(transfer.takenWords), indent: 2, hang: 14)
    for note in transfer.notes {
      line(.faint("set") + .spaces(9) + Text(note), indent: 2, hang: 14)
    }
    if transfer.new.isEmpty { return }
    let reasons = transfer.new.compactMap { layer in
      layer.reason.map { $0.hasPrefix(layer.name) ? $0 : "\(layer.name): \($0)" }
    }
    line(.faint("new") + .spaces(9) + .name(transfer.newWords), indent: 2, hang: 14)
    for reason in reasons.prefix(3) { line(Text(reason), indent: 14, hang: 2) }
    if reasons.count > 3 {
      line(Text("and \(reasons.count - 3) more that don't fit"), indent: 14, hang: 2)
    }
  }
}
