import Layers
import Tensors
import TestSupport

/// A defect planted in an engine, for tests that it is found.
enum Defect: Sendable {
  /// Output channel 1 reads one column too far: y[0, 1, 0, 0] is what y[0, 1, 0, 1] should be.
  case indexOffByOne
  /// α is divided by n, although the paper's formula doesn't divide it.
  case dividedAlpha
  /// Windows are rounded down where they should be rounded up.
  case ceilAsFloor
  /// The last of several equal maxima gets the gradient.
  case tiesToTheLast
  /// The gradient of a loss isn't divided by the batch size.
  case gradientUnscaled
  /// This element of the output is NaN.
  case notANumber(Int)
  /// This element of the output is infinite.
  case infinite(Int)
  /// The first element of every output is two Floats too large.
  case twoULP
  /// The running variance isn't updated.
  case forgottenVariance
  /// The bias is added twice.
  case biasTwice

  /// An engine with the defect.
  func engine(_ base: any Engine) -> MutantEngine {
    MutantEngine(base: base, layers: { $0.map(change) }) { plan, _ in DefectPlan(plan, self) }
  }

  private func change(_ layer: Layer) -> Layer {
    switch (self, layer) {
    case (.dividedAlpha, .localResponseNormalization(var lrn)):
      lrn.convention = .source2012
      return .localResponseNormalization(lrn)
    case (.ceilAsFloor, .maxPooling(var pooling)):
      pooling.window.rounding = .floor
      return .maxPooling(pooling)
    default: return layer
    }
  }
}

/// A plan of an engine whose results are altered.
private final class DefectPlan: ForwardingPlan {
  private let defect: Defect
  private var input: Tensor?
  private var gradient: Tensor?
  private var initial: [Tensor] = []

  init(_ base: any Plan, _ defect: Defect) {
    self.defect = defect
    super.init(base)
  }

  override func setParameters(_ parameters: [Tensor], of layer: Int) {
    initial = parameters
    var parameters = parameters
    if case .biasTwice = defect, parameters.count == 2 {
      parameters[1] = Tensor(
        shape: parameters[1].shape, values: parameters[1].values.map { 2 * $0 })
    }
    base.setParameters(parameters, of: layer)
  }

  override func parameters(of layer: Int) -> [Tensor] {
    var parameters = base.parameters(of: layer)
    if case .forgottenVariance = defect { parameters[3] = initial[3] }
    return parameters
  }

  override func setInput(_ input: Tensor) {
    self.input = input
    base.setInput(input)
  }

  override func output(of layer: Int) -> Tensor? {
    guard let output = base.output(of: layer) else { return nil }
    var values = output.values
    switch defect {
    case .indexOffByOne:
      if layers[layer].kind == .convolution {
        values[output.shape.offset(of: [0, 1, 0, 0])] =
          values[output.shape.offset(of: [0, 1, 0, 1])]
      }
    case .notANumber(let i): values[i] = .nan
    case .infinite(let i): values[i] = .infinity
    case .twoULP: values[0] = values[0].nextUp.nextUp
    case .dividedAlpha, .ceilAsFloor, .tiesToTheLast, .gradientUnscaled, .forgottenVariance,
      .biasTwice:
      break
    }
    return Tensor(shape: output.shape, values: values)
  }

  override func backward(from gradient: Tensor, cancellation: Cancellation) throws {
    self.gradient = gradient
    try base.backward(from: gradient, cancellation: cancellation)
  }

  override func inputGradient(of layer: Int) -> Tensor? {
    guard let correct = base.inputGradient(of: layer) else { return nil }
    switch (defect, layers[layer]) {
    case (.gradientUnscaled, _):
      let batch = Float(correct.shape.n)
      return Tensor(shape: correct.shape, values: correct.values.map { $0 * batch })
    case (.tiesToTheLast, .maxPooling(let pooling)):
      guard let input, let gradient else { return nil }
      return lastTakesAll(input, gradient, pooling.window)
    default: return correct
    }
  }

  private func lastTakesAll(_ x: Tensor, _ g: Tensor, _ window: Window) -> Tensor {
    var dx = Tensor(zeros: x.shape)
    for n in 0..<g.shape.n {
      for c in 0..<g.shape.c {
        for oy in 0..<g.shape.h {
          for ox in 0..<g.shape.w {
            var winner = (value: -Float.infinity, y: 0, x: 0)
            for iy in window.inputs(of: oy, input: x.shape.h) {
              for ix in window.inputs(of: ox, input: x.shape.w)
              where x[n, c, iy, ix] >= winner.value {
                winner = (x[n, c, iy, ix], iy, ix)
              }
            }
            dx[n, c, winner.y, winner.x] += g[n, c, oy, ox]
          }
        }
      }
    }
    return dx
  }
}
