import Basics
import Networks
import RealModule

extension Trainer {
  /// If the mean loss of an epoch differs from ln(classes) by less than this share, the epoch has had
  /// no effect.
  static let plateauTolerance = 0.002

  /// Steps that a network may take before it starts to learn, if they are more than an epoch.
  static let patience = 300

  /// A loss of a batch, in nats, from which a network can't recover; no network starts with such a
  /// loss.
  static let largestLoss = 1e6

  /// The largest mean loss of an epoch, as a multiple of ln(classes).
  static let largestMultiple = 1000.0

  /// Whether a run can continue after a batch with this loss.
  static func canGoOn(after loss: Double) -> Bool { loss.isFinite && loss <= largestLoss }

  /// The loss of a batch became infinite, NaN, or too large to recover from.
  func divergence(loss: Double, rate: Double) -> Divergence {
    Divergence(
      reason: "the loss became \(Self.word(loss)) at \(whereItStands)",
      causes: explosionCauses(rate), parametersAreFinite: parametersAreFinite)
  }

  /// A parameter became infinite or NaN.
  func divergence(parameter: String) -> Divergence {
    Divergence(
      reason: "\(parameter) holds infinite numbers or NaN after epoch \(epoch + 1)",
      causes: explosionCauses(rate), parametersAreFinite: false)
  }

  /// The validation loss became NaN.
  func divergence(validationLoss loss: Double) -> Divergence {
    Divergence(
      reason: "the validation loss became \(Self.word(loss)) after epoch \(epoch + 1)",
      causes: explosionCauses(rate), parametersAreFinite: parametersAreFinite)
  }

  /// The last epoch had no effect: its loss is far too large, or the network gives all classes the
  /// same probability and hasn't moved from there.
  func stalled() -> Divergence? {
    guard let record = history.last else { return nil }
    let chance = Double.log(Double(training.classNames.count))
    if record.trainLoss > Self.largestMultiple * max(1, chance) {
      return Divergence(
        reason: "the loss is \(Self.word(record.trainLoss)) after epoch \(epoch): a network "
          + "that gives every class the same probability has \(NumberFormat.fixed(chance, 4))",
        causes: explosionCauses(record.rate), parametersAreFinite: true)
    }
    guard endsWhenStuck, epoch > 1, epoch * stepsPerEpoch >= Self.patience, chance > 0,
      abs(record.trainLoss - chance) <= Self.plateauTolerance * chance
    else { return nil }
    return Divergence(
      reason: "the loss is still \(NumberFormat.fixed(record.trainLoss, 4)) after epoch "
        + "\(epoch): ln \(training.classNames.count) = \(NumberFormat.fixed(chance, 4)) is the "
        + "loss of a network that gives every class the same probability",
      causes: [
        "the rate is too high, and the ReLUs have died: try rate=\(NumberFormat.shortest(recipe.rate / 10))",
        "the initial weights are so small that the signal vanishes: try initialization=he",
        "the rate is too low for so few steps: try rate=\(NumberFormat.shortest(recipe.rate * 10))",
        "the labels don't match the images: look at some with view",
      ],
      parametersAreFinite: true)
  }

  private func explosionCauses(_ rate: Double) -> [String] {
    var causes = [
      "the rate \(NumberFormat.shortest(rate)) is too high: try rate=\(NumberFormat.shortest(recipe.rate / 10))"
    ]
    if recipe.pictures.mean == .none {
      causes.append("the images keep their mean: try pictures.mean=channels")
    }
    if recipe.pictures.scale > 1, recipe.pictures.deviation == .none {
      causes.append(
        "the images have values up to \(NumberFormat.shortest(recipe.pictures.scale)): a rate for values "
          + "from 0 to 1 is too high for them; try pictures.scale=1")
    }
    if recipe.initialization != .he {
      causes.append("the initial weights are too large: try initialization=he")
    }
    let decay =
      recipe.layers.values.compactMap(\.decay).max().map { max($0, recipe.decay) }
      ?? recipe.decay
    if decay * rate > 0.1 {
      causes.append(
        "rate times decay is \(NumberFormat.shortest(decay * rate)): the decay overshoots; try a smaller one"
      )
    }
    return causes
  }

  /// `epoch 1, step 3 of 40`.
  private var whereItStands: String { "epoch \(epoch + 1), step \(step + 1) of \(stepsPerEpoch)" }

  private static func word(_ loss: Double) -> String {
    loss.isNaN
      ? "NaN" : loss.isInfinite ? "infinite" : NumberFormat.fixed(loss, 1)
  }
}
