import Layers
import Networks

/// The optimizer's rules of each step: rates and decays of every parameter, in the order that
/// `Plan.update` takes.
struct StepRules {
  /// One trainable parameter.
  private struct Slot {
    let layer: Int
    let slot: Int
    let name: String
    let role: RateStep.Role
    let rate: Double
    let decay: Double
  }

  private let optimizer: Optimizer
  private let schedule: Schedule
  private let slots: [Slot]
  /// The rules of the last step set; overwritten in place.
  private(set) var rules: [[UpdateRule?]]

  /// The rules of a recipe for a network. Frozen layers, by their positions, have none.
  init(_ recipe: Recipe, geometry: [LayerGeometry], frozen: Set<Int> = []) {
    (optimizer, schedule) = (recipe.optimizer, recipe.schedule)
    var slots: [Slot] = []
    rules = []
    for layer in geometry {
      let settings = recipe.layers[layer.name]
      let trainable = layer.parameters.filter(\.isTrainable)
      // The scale of a batch normalization isn't a weight: decay would pull it to 0 although it
      // should be about 1, so it decays only if the recipe says so for its layer.
      let usual = layer.layer.kind == .batchNormalization ? 0 : recipe.decay
      let usualBias = layer.layer.kind == .batchNormalization ? 0 : recipe.biasDecay
      let factor = settings?.rateFactor ?? 1
      for (slot, parameter) in trainable.enumerated() where !frozen.contains(layer.index) {
        let isBias = parameter.role == .bias
        slots.append(
          Slot(
            layer: layer.index, slot: slot, name: layer.name, role: isBias ? .bias : .weight,
            rate: isBias
              ? (settings?.biasRate ?? recipe.biasRate) * (settings?.biasRateFactor ?? factor)
              : (settings?.rate ?? recipe.rate) * factor,
            decay: isBias ? settings?.biasDecay ?? usualBias : settings?.decay ?? usual))
      }
      rules.append(trainable.map { _ in nil })
    }
    self.slots = slots
  }

  /// Sets the rules of a step. A rate of 0 leaves the parameter as it is: neither gradient nor
  /// velocity moves it.
  mutating func set(at place: SchedulePlace, state: ScheduleState) {
    for slot in slots {
      let rate =
        slot.rate
        * schedule.factor(layer: slot.name, role: slot.role, at: place, state: state)
      rules[slot.layer][slot.slot] =
        rate == 0 ? nil : optimizer.rule(rate: rate, decay: slot.decay, step: place.step + 1)
    }
  }
}
