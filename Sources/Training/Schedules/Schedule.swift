import RealModule

/// How the learning rates change during training: a factor on the recipe's rates.
package enum Schedule: Hashable, Sendable {
  /// Constant rates.
  case constant
  /// The rates change after given epochs, for all layers or for one.
  case steps([RateStep])
  /// The rates fall when validation no longer improves.
  case plateau(Plateau)
  /// The rates rise to the recipe's and then fall, a little each step.
  case oneCycle(OneCycle)

  /// The notes of the authors' ILSVRC-2010 run, as factors of the weights' 0.01: 1e-3 after 23
  /// epochs and 1e-4 after 51; the first convolution at 1e-5 after 68; the rest at 1e-5 after 78.
  /// The biases' rate stays constant, which is inferred: configurations print the same one for
  /// every rate of the weights. The first convolution is frozen after 72 epochs, biases included.
  package static let source2012 = Schedule.steps([
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
  ///   - role: the rate of its weights or of its biases.
  ///   - place: the place in the run.
  ///   - state: the schedule's state.
  package func factor(
    layer: String, role: RateStep.Role, at place: SchedulePlace, state: ScheduleState
  ) -> Double {
    switch self {
    case .constant: return 1
    case .steps(let steps):
      let reached = steps.filter { $0.after <= place.epoch && ($0.role ?? role) == role }
      // A step for one layer takes precedence over later steps for all layers.
      let own = reached.last { $0.layer == layer } ?? reached.last { $0.layer == nil }
      return own?.factor ?? 1
    case .plateau: return state.factor
    case .oneCycle(let cycle): return cycle.factor(step: place.step, of: place.steps)
    }
  }

  /// Updates the state after an epoch's validation.
  ///
  /// - Parameters:
  ///   - state: the schedule's state.
  ///   - validationError: the validation error.
  package func advance(_ state: inout ScheduleState, validationError: Double) {
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

/// A change of rates to `factor` times the recipe's, after this many epochs.
package struct RateStep: Hashable, Sendable {
  /// What a rate applies to.
  package enum Role: String, CaseIterable, Hashable, Sendable {
    /// The weights of a layer.
    case weight
    /// Its biases.
    case bias
  }

  /// After how many epochs it applies.
  package var after: Int
  /// The layer that it applies to; nil for all layers that no step names.
  package var layer: String?
  /// Whether it applies to weights or biases only; nil for both.
  package var role: Role?
  /// The factor of the recipe's rates; 0 freezes.
  package var factor: Double

  /// A change after this many epochs.
  package init(after: Int, layer: String? = nil, role: Role? = nil, factor: Double) {
    (self.after, self.layer, self.role, self.factor) = (after, layer, role, factor)
  }
}

/// Rates that fall when the validation error hasn't improved for a while (paper, section 5, where
/// it was done by hand).
package struct Plateau: Hashable, Sendable {
  /// The factor at each fall.
  package var factor: Double
  /// How many epochs without improvement to wait for.
  package var patience: Int
  /// How many times the rates fall at most.
  package var most: Int

  /// Rates that fall; the defaults are the paper's, except for the patience, which it doesn't
  /// state.
  package init(factor: Double = 0.1, patience: Int = 5, most: Int = 3) {
    (self.factor, self.patience, self.most) = (factor, patience, most)
  }
}

/// Rates that rise linearly from `start` to the full rate, then fall to `final` (Smith and Topin
/// 2018).
package struct OneCycle: Hashable, Sendable {
  /// How the rates fall.
  package enum Anneal: String, CaseIterable, Hashable, Sendable {
    /// Linearly.
    case linear
    /// Along half a cosine.
    case cosine
  }

  /// The share of all steps in which the rates rise.
  package var warmUp: Double
  /// The factor at the first step.
  package var start: Double
  /// The factor at the last step.
  package var final: Double
  /// How the rates fall.
  package var anneal: Anneal

  /// A cycle.
  package init(
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
    case .cosine: return final + (1 - final) * (1 + Double.cos(.pi * share)) / 2
    }
  }
}

/// The place in a run, for schedules.
package struct SchedulePlace: Hashable, Sendable {
  /// Completed epochs.
  package var epoch: Int
  /// Completed steps of all epochs.
  package var step: Int
  /// Steps of the whole run.
  package var steps: Int

  /// A place in a run.
  package init(epoch: Int, step: Int, steps: Int) {
    (self.epoch, self.step, self.steps) = (epoch, step, steps)
  }
}

/// A schedule's state between epochs.
package struct ScheduleState: Hashable, Sendable {
  /// A plateau schedule's current factor.
  package var factor = 1.0
  /// The lowest validation error so far.
  package var best: Double?
  /// Epochs since it improved, or since the rates fell.
  package var stalled = 0
  /// How many times the rates have fallen.
  package var reductions = 0

  /// The state at the start.
  package init() {}
}
