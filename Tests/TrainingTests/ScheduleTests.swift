import Testing

@testable import Training

/// Learning rate schedules, number by number.
@Suite struct ScheduleTests {
  struct Case: Sendable {
    let schedule: Schedule
    let layer: String
    var role = RateStep.Role.weight
    let epoch: Int
    let step: Int
    let factor: Double
  }

  static let published = Schedule.steps([
    RateStep(after: 120, factor: 0.1), RateStep(after: 130, factor: 0.01),
  ])
  static let cycle = Schedule.oneCycle(
    OneCycle(warmUp: 0.25, start: 0.2, final: 0, anneal: .linear))
  static let wave = Schedule.oneCycle(OneCycle(warmUp: 0, start: 0.2, final: 0.5, anneal: .cosine))

  @Test(arguments: [
    Case(schedule: .constant, layer: "a", epoch: 9, step: 90, factor: 1),
    Case(schedule: published, layer: "a", epoch: 0, step: 0, factor: 1),
    Case(schedule: published, layer: "a", epoch: 119, step: 0, factor: 1),
    Case(schedule: published, layer: "a", epoch: 120, step: 0, factor: 0.1),
    Case(schedule: published, layer: "a", epoch: 129, step: 0, factor: 0.1),
    Case(schedule: published, layer: "a", epoch: 130, step: 0, factor: 0.01),
    Case(schedule: .source2012, layer: "conv1", epoch: 22, step: 0, factor: 1),
    Case(schedule: .source2012, layer: "conv1", epoch: 23, step: 0, factor: 0.1),
    Case(schedule: .source2012, layer: "conv1", epoch: 51, step: 0, factor: 0.01),
    Case(schedule: .source2012, layer: "conv1", epoch: 68, step: 0, factor: 0.001),
    Case(schedule: .source2012, layer: "conv1", epoch: 72, step: 0, factor: 0),
    Case(schedule: .source2012, layer: "conv1", epoch: 78, step: 0, factor: 0),
    Case(schedule: .source2012, layer: "fc8", epoch: 72, step: 0, factor: 0.01),
    Case(schedule: .source2012, layer: "fc8", epoch: 78, step: 0, factor: 0.001),
    // The biases keep their rate until their layer is frozen.
    Case(schedule: .source2012, layer: "conv1", role: .bias, epoch: 51, step: 0, factor: 1),
    Case(schedule: .source2012, layer: "conv1", role: .bias, epoch: 71, step: 0, factor: 1),
    Case(schedule: .source2012, layer: "conv1", role: .bias, epoch: 72, step: 0, factor: 0),
    Case(schedule: .source2012, layer: "conv1", role: .bias, epoch: 92, step: 0, factor: 0),
    Case(schedule: .source2012, layer: "fc8", role: .bias, epoch: 23, step: 0, factor: 1),
    Case(schedule: .source2012, layer: "fc8", role: .bias, epoch: 92, step: 0, factor: 1),
    Case(schedule: published, layer: "a", role: .bias, epoch: 130, step: 0, factor: 0.01),
    // 41 steps: the peak is at step 10, the end at step 40.
    Case(schedule: cycle, layer: "a", epoch: 0, step: 0, factor: 0.2),
    Case(schedule: cycle, layer: "a", epoch: 0, step: 5, factor: 0.6),
    Case(schedule: cycle, layer: "a", epoch: 0, step: 10, factor: 1),
    Case(schedule: cycle, layer: "a", epoch: 0, step: 25, factor: 0.5),
    Case(schedule: cycle, layer: "a", epoch: 0, step: 40, factor: 0),
    Case(schedule: wave, layer: "a", epoch: 0, step: 0, factor: 1),
    Case(schedule: wave, layer: "a", epoch: 0, step: 20, factor: 0.75),
    Case(schedule: wave, layer: "a", epoch: 0, step: 40, factor: 0.5),
  ])
  func factors(_ it: Case) {
    let place = SchedulePlace(epoch: it.epoch, step: it.step, steps: 41)
    let factor = it.schedule.factor(
      layer: it.layer, role: it.role, at: place, state: ScheduleState())
    #expect(abs(factor - it.factor) < 1e-12)
  }

  /// Two epochs without improvement divide the rate; then the wait starts again, twice at most.
  @Test func plateau() {
    let schedule = Schedule.plateau(Plateau(factor: 0.1, patience: 2, most: 2))
    var state = ScheduleState()
    let errors = [0.5, 0.4, 0.4, 0.41, 0.39, 0.4, 0.4, 0.4, 0.4, 0.4, 0.4]
    let place = SchedulePlace(epoch: 0, step: 0, steps: 1)
    let factors = errors.map { error in
      schedule.advance(&state, validationError: error)
      return schedule.factor(layer: "a", role: .weight, at: place, state: state)
    }
    let expected = [1, 1, 1, 0.1, 0.1, 0.1, 0.01, 0.01, 0.01, 0.01, 0.01]
    #expect(zip(factors, expected).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(state.best == 0.39 && state.reductions == 2)
  }

  /// Steps as people write them.
  @Test(
    arguments: [
      (
        "120:0.1 130:0.01", [RateStep(after: 120, factor: 0.1), RateStep(after: 130, factor: 0.01)]
      ),
      ("conv1@72:0", [RateStep(after: 72, layer: "conv1", factor: 0)]),
      ("weight@23:0.1", [RateStep(after: 23, role: .weight, factor: 0.1)]),
      ("conv1.bias@3:0", [RateStep(after: 3, layer: "conv1", role: .bias, factor: 0)]),
      ("conv1.x@3:0", nil), ("a.conv1.bias@3:0", nil), ("@3:0", nil),
      ("1:1,2:2", [RateStep(after: 1, factor: 1), RateStep(after: 2, factor: 2)]),
      ("", nil), ("120", nil), ("a:0.1", nil), ("1:nan", nil), ("a@b@1:2", nil), ("1:2:3", nil),
    ] as [(String, [RateStep]?)])
  func spelling(_ text: String, _ steps: [RateStep]?) {
    #expect(RateStep.list(text) == steps)
  }
}
