import Networks

extension Trainer {
  /// How near to ln(classes) the mean loss of an epoch lies that taught nothing, as a share of it.
  static let hair = 0.002

  /// Steps that a network may take to get going, beside one epoch.
  static let patience = 300

  /// A batch whose loss, in nats, is above this has been lost for good: no network begins so.
  static let largestLoss = 1e6

  /// How many times ln(classes) the mean loss of an epoch may be.
  static let largestMultiple = 1000.0

  /// Whether a run can go on after a batch with this loss.
  static func canGoOn(after loss: Double) -> Bool { loss.isFinite && loss <= largestLoss }

  /// The loss of a batch became infinite, no number, or so large that nothing brings it back.
  func divergence(loss: Double, rate: Double) -> Divergence {
    Divergence(
      reason: "the loss became \(Self.word(loss)) at \(whereItStands)",
      causes: explosionCauses(rate), parametersAreFinite: parametersAreFinite)
  }

  /// A parameter became infinite or no number.
  func divergence(parameter: String) -> Divergence {
    Divergence(
      reason: "\(parameter) holds numbers that are infinite or none after epoch \(epoch + 1)",
      causes: explosionCauses(rate), parametersAreFinite: false)
  }

  /// The loss of the validation pictures became no number.
  func divergence(validationLoss loss: Double) -> Divergence {
    Divergence(
      reason: "the validation loss became \(Self.word(loss)) after epoch \(epoch + 1)",
      causes: explosionCauses(rate), parametersAreFinite: parametersAreFinite)
  }

  /// The epoch that was just closed taught nothing: its loss is beyond all bounds, or the network tells
  /// all classes alike and an epoch has not moved it from there.
  func fruitless() -> Divergence? {
    guard let record = history.last else { return nil }
    let chance = naturalLogarithm(Double(training.classNames.count))
    if record.trainLoss > Self.largestMultiple * max(1, chance) {
      return Divergence(
        reason: "the loss stands at \(Self.word(record.trainLoss)) after epoch \(epoch): a network "
          + "that tells every class alike has \(Numerals.fixed(chance, places: 4))",
        causes: explosionCauses(record.rate), parametersAreFinite: true)
    }
    guard epoch > 1, epoch * stepsPerEpoch >= Self.patience, chance > 0,
      abs(record.trainLoss - chance) <= Self.hair * chance
    else { return nil }
    return Divergence(
      reason: "the loss stands at \(Numerals.fixed(record.trainLoss, places: 4)) after epoch "
        + "\(epoch): ln \(training.classNames.count) = \(Numerals.fixed(chance, places: 4)) is the "
        + "loss of a network that tells every class alike",
      causes: [
        "the rate is too high, and the ReLUs have died: try rate=\(Numerals.plain(recipe.rate / 10))",
        "the weights begin too small to pass anything on: try initialization=he",
        "the rate is too low for so few steps: try rate=\(Numerals.plain(recipe.rate * 10))",
        "the labels do not belong to the pictures: look at some with view",
      ],
      parametersAreFinite: true)
  }

  private func explosionCauses(_ rate: Double) -> [String] {
    var causes = [
      "the rate \(Numerals.plain(rate)) is too high: try rate=\(Numerals.plain(recipe.rate / 10))"
    ]
    if recipe.pictures.mean == .none {
      causes.append("the pictures keep their mean: try pictures.mean=channels")
    }
    if recipe.pictures.scale > 1, recipe.pictures.deviation == .none {
      causes.append(
        "the pictures are as large as \(Numerals.plain(recipe.pictures.scale)): a rate for values "
          + "from 0 to 1 is too high for them; try pictures.scale=1")
    }
    if recipe.initialization != .he {
      causes.append("the weights begin too large: try initialization=he")
    }
    let decay =
      recipe.layers.values.compactMap(\.decay).max().map { max($0, recipe.decay) }
      ?? recipe.decay
    if decay * rate > 0.1 {
      causes.append(
        "rate times decay is \(Numerals.plain(decay * rate)): the decay overshoots; try a smaller one"
      )
    }
    return causes
  }

  /// `epoch 1, step 3 of 40`.
  private var whereItStands: String { "epoch \(epoch + 1), step \(step + 1) of \(stepsPerEpoch)" }

  private static func word(_ loss: Double) -> String {
    loss.isNaN
      ? "NaN (no number)" : loss.isInfinite ? "infinite" : Numerals.fixed(loss, places: 1)
  }
}
