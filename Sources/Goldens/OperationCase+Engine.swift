import Layers
import Tensors

extension OperationCase {
  /// A case that expects the results of an engine, to compare another engine with it. If the first
  /// engine rounds its results, the bounds must allow for that rounding too.
  ///
  /// - Throws: whatever the engine throws.
  public init(
    _ layer: Layer, mode: Mode, x: Tensor, parameters: [Tensor], mask: Tensor? = nil,
    gradient: Tensor, by engine: any Engine
  ) throws {
    let plan = try engine.prepare([layer], input: x.shape, mode: mode)
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    if let mask { plan.setMask(mask, of: 0) }
    plan.setInput(x)
    try plan.forward()
    try plan.backward(from: gradient, cancellation: .never)
    var tensors: [(Result, Tensor?)] = [
      (.y, plan.output(of: 0)), (.xGradient, plan.inputGradient(of: 0)),
    ]
    for (result, tensor) in zip(
      [Result.weightGradient, .biasGradient], plan.parameterGradients(of: 0))
    {
      tensors.append((result, tensor))
    }
    if layer.kind == .batchNormalization {
      let moved = plan.parameters(of: 0).dropFirst(2)
      for (result, tensor) in zip([Result.runningMean, .runningVariance], moved) {
        tensors.append((result, tensor))
      }
    }
    self.init(
      layer, mode: mode, x: x, parameters: parameters, mask: mask, gradient: gradient,
      outputShape: plan.outputShapes[0],
      expected: tensors.reduce(into: [:]) { $0[$1.0] = $1.1?.values.map(Double.init) })
  }
}
