import Basics
import Cells
import Documents
import Networks
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

  /// `1 epoch`, `4 epochs`.
  static func epochs(_ count: Int) -> String {
    NumberFormat.count(count, "epoch")
  }

  /// An epoch's JSON; figures that are unknown become null.
  package static func json(_ record: EpochRecord, isBest: Bool) -> JSONValue {
    func known(_ value: Double?) -> JSONValue {
      value.flatMap { $0.isNaN ? nil : .number($0) } ?? .null
    }
    return [
      "epoch": .integer(record.epoch), "train_loss": .number(record.trainLoss),
      "train_accuracy": .number(record.trainAccuracy),
      "validation_loss": known(record.validationLoss),
      "validation_accuracy": known(record.validationAccuracy), "rate": .number(record.rate),
      "seconds": known(record.seconds), "images_per_s": known(record.imagesPerSecond),
      "best": .boolean(isBest),
    ]
  }
}
