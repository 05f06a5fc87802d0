import Layers
import Tensors

extension OperationCase {
  /// A case that expects the results of an engine, to compare another engine with it. If the first
  /// engine rounds its results, the bounds must allow for that rounding too.
  ///
  /// - Throws: whatever the engine throws.
  package init(
    _ layer: Layer, mode: Mode, x: Tensor, parameters: [Tensor], mask: Tensor? = nil,
    gradient: Tensor, by engine: any Engine
  ) throws {
    let plan = try engine.prepare([layer], input: x.shape, mode: mode)
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    if let mask { plan.setMask(mask, of: 0) }
    plan.setInput(x)
    try plan.forward()
    try plan.backward(from: gradient, cancellation: .never)
    self.init(
      layer, mode: mode, x: x, parameters: parameters, mask: mask, gradient: gradient,
      outputShape: plan.outputShapes[0],
      expected: Result.allCases.reduce(into: [:]) {
        $0[$1] = Self.tensor($1, of: layer, x, plan, at: 0)?.values.map(Double.init)
      })
  }

  /// A plan's tensor for a result at one of its layers; nil if the plan doesn't provide it.
  static func tensor(
    _ result: Result, of layer: Layer, _ x: Tensor, _ plan: any Plan, at index: Int
  ) -> Tensor? {
    let parameters = (try? layer.parameters(for: x.shape)) ?? []
    func gradient(_ role: Parameter.Role) -> Tensor? {
      zip(parameters.filter(\.isTrainable), plan.parameterGradients(of: index))
        .first { $0.0.role == role }?.1
    }
    func parameter(_ role: Parameter.Role) -> Tensor? {
      zip(parameters, plan.parameters(of: index)).first { $0.0.role == role }?.1
    }
    return switch result {
    case .y: plan.output(of: index)
    case .loss: nil
    case .xGradient: plan.inputGradient(of: index)
    case .weightGradient: gradient(.weight)
    case .biasGradient: gradient(.bias)
    case .runningMean: parameter(.runningMean)
    case .runningVariance: parameter(.runningVariance)
    }
  }
}
