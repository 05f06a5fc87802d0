/// How the learning rates move while a network trains: a factor on the recipe's rates.
public enum Schedule: Hashable, Sendable {
  /// The rates stay.
  case constant
  /// The rates change after given epochs, for all layers or for one.
  case steps([RateStep])
  /// The rates fall when validation no longer improves.
  case plateau(Plateau)
  /// The rates rise to the recipe's, then fall, a little each step.
  case oneCycle(OneCycle)

  /// The notes of the authors' ILSVRC-2010 run, as factors of the weights' 0.01: 1e-3 after 23 epochs
  /// and 1e-4 after 51; the first convolution at 1e-5 after 68; the rest at 1e-5 after 78. The rate of
  /// the biases stays, which is inferred: configurations print the same one whatever the weights' rate
  /// is. The first convolution is frozen after 72 epochs, biases included.
  public static let source2012 = Schedule.steps([
    RateStep(after: 23, role: .weight, factor: 0.1),
    RateStep(after: 51, role: .weight, factor: 0.01),
    RateStep(after: 68, layer: "conv1", role: .weight, factor: 0.001),
    RateStep(after: 72, layer: "conv1", factor: 0),
    RateStep(after: 78, role: .weight, factor: 0.001),
  ])

  /// The factor on a layer's rates; 0 freezes them.
  ///
  /// - Parameters:
  ///   - layer: the layer's name.
  ///   - role: whether the rate of its weights or of its biases is meant.
  ///   - place: where the run stands.
  ///   - state: what the schedule remembers.
  public func factor(
    layer: String, role: RateStep.Role, at place: SchedulePlace, state: ScheduleState
  ) -> Double {
    switch self {
    case .constant: return 1
    case .steps(let steps):
      let reached = steps.filter { $0.after <= place.epoch && ($0.role ?? role) == role }
      // What is said of one layer holds, whatever is said of all of them later.
      let own = reached.last { $0.layer == layer } ?? reached.last { $0.layer == nil }
      return own?.factor ?? 1
    case .plateau: return state.factor
    case .oneCycle(let cycle): return cycle.factor(step: place.step, of: place.steps)
    }
  }

  /// Takes note of an epoch's validation.
  ///
  /// - Parameters:
  ///   - state: what the schedule remembers.
  ///   - validationError: the share of validation pictures that were told wrong.
  public func advance(_ state: inout ScheduleState, validationError: Double) {
    guard case .plateau(let plateau) = self else { return }
    if let best = state.best, validationError >= best {
      state.stalled += 1
    } else {
      (state.best, state.stalled) = (validationError, 0)
    }
    if state.stalled >= plateau.patience, state.reductions < plateau.most {
      state.factor *= plateau.factor
      state.reductions += 1
      state.stalled = 0
    }
  }
}

/// A change of rates: `factor` times the recipe's, once this many epochs are done.
public struct RateStep: Hashable, Sendable {
  /// What a rate is for.
  public enum Role: String, CaseIterable, Hashable, Sendable {
    /// The weights of a layer.
    case weight
    /// Its biases.
    case bias
  }

  /// How many epochs are done before.
  public var after: Int
  /// The one layer that it concerns; nil for all but those that have steps of their own.
  public var layer: String?
  /// Whether it concerns weights or biases alone; nil for both.
  public var role: Role?
  /// What the recipe's rates are multiplied by; 0 freezes.
  public var factor: Double

  /// A change after so many epochs.
  public init(after: Int, layer: String? = nil, role: Role? = nil, factor: Double) {
    (self.after, self.layer, self.role, self.factor) = (after, layer, role, factor)
  }
}

/// Rates that fall when the validation error has not improved for a while (paper, section 5: by hand).
public struct Plateau: Hashable, Sendable {
  /// What the rates are multiplied by.
  public var factor: Double
  /// How many epochs without improvement are waited for.
  public var patience: Int
  /// How many times they fall at most.
  public var most: Int

  /// Rates that fall; the defaults are the paper's, but for the patience, which it does not tell.
  public init(factor: Double = 0.1, patience: Int = 5, most: Int = 3) {
    (self.factor, self.patience, self.most) = (factor, patience, most)
  }
}

/// Rates that rise in a straight line from `start` to the whole, then fall to `final` (Smith and Topin
/// 2018).
public struct OneCycle: Hashable, Sendable {
  /// How the rates fall.
  public enum Anneal: String, CaseIterable, Hashable, Sendable {
    /// In a straight line.
    case linear
    /// Along half a cosine.
    case cosine
  }

  /// The share of all steps in which the rates rise.
  public var warmUp: Double
  /// The factor at the first step.
  public var start: Double
  /// The factor at the last step.
  public var final: Double
  /// How the rates fall.
  public var anneal: Anneal

  /// A cycle.
  public init(
    warmUp: Double = 0.25, start: Double = 0.04, final: Double = 0.001, anneal: Anneal = .linear
  ) {
    (self.warmUp, self.start, self.final, self.anneal) = (warmUp, start, final, anneal)
  }

  func factor(step: Int, of steps: Int) -> Double {
    let last = Double(max(1, steps - 1))
    let peak = warmUp * last
    let t = Double(step)
    if t < peak { return start + (1 - start) * t / peak }
    let share = peak < last ? min(1, (t - peak) / (last - peak)) : 1
    switch anneal {
    case .linear: return 1 + (final - 1) * share
    case .cosine: return final + (1 - final) * (1 + cosine(.pi * share)) / 2
    }
  }
}

/// Where a run stands, as a schedule counts.
public struct SchedulePlace: Hashable, Sendable {
  /// Epochs that are done.
  public var epoch: Int
  /// Steps that are done, of all epochs.
  public var step: Int
  /// Steps that the run takes in all.
  public var steps: Int

  /// A place in a run.
  public init(epoch: Int, step: Int, steps: Int) {
    (self.epoch, self.step, self.steps) = (epoch, step, steps)
  }
}

/// What a schedule remembers from epoch to epoch.
public struct ScheduleState: Hashable, Sendable {
  /// The factor that a plateau has come to.
  public var factor = 1.0
  /// The least validation error so far.
  public var best: Double?
  /// Epochs since it improved, or since the rates fell.
  public var stalled = 0
  /// How many times the rates have fallen.
  public var reductions = 0

  /// Nothing yet.
  public init() {}
}
