import Basics
import Layers
import Tensors

/// Checks a layer's backward kernel against central differences of its forward kernel.
///
///     L = Σ g·y        ∂L/∂x ≈ (L(x + h) − L(x − h)) / 2h
///
/// for random elements x of the input and of each trainable parameter, and a random g. The bound of
/// the error is the effect of rounding y to Float on the difference, plus, for a curved layer, an
/// estimate of the omitted terms from the difference at 2h (Richardson).
package struct GradientCheck {
  /// The results for one tensor.
  package struct Row: Hashable, Sendable {
    /// `input`, `weight` or `bias`.
    package let name: String
    /// The elements compared; 0 if all drawn elements are at a kink.
    package var count = 0
    /// The error with the largest ratio to its bound.
    package var error = 0.0
    /// The bound of that error.
    package var bound = 0.0
    /// The element with that error.
    package var index: [Int] = []
    /// The backward kernel's value there.
    package var kernel = 0.0
    /// The value by differences there.
    package var difference = 0.0
    /// Whether every error is within its bound; NaN isn't.
    fileprivate var isWithinBounds = true

    /// Whether nothing was compared, so nothing is known about the kernel.
    package var isEmpty: Bool { count == 0 }
    /// Whether something was compared, and every error is within its bound.
    package var holds: Bool { isWithinBounds && !isEmpty }

    fileprivate init(name: String) { self.name = name }
  }

  /// The results, one row per tensor.
  package private(set) var rows: [Row] = []
  /// Elements left out because the layer has a kink within h.
  package private(set) var skipped = 0

  private let smoothness: Smoothness
  private let plan: any Plan
  private let g: Tensor
  private let cancellation: Cancellation

  /// Checks a layer.
  ///
  /// - Parameters:
  ///   - layer: the layer.
  ///   - input: its input.
  ///   - parameters: its parameters, in the order of `Layer.parameters(for:)`.
  ///   - engine: the engine whose kernels are checked.
  ///   - samples: the most elements of each tensor; fewer are drawn for a large layer.
  ///   - seed: the seed of g and of the choice of elements.
  ///   - cancellation: polled by the kernels.
  /// - Throws: `ShapeError`, `Unsupported` or `Cancelled`.
  package init(
    _ layer: Layer, input: Tensor, parameters: [Tensor], engine: any Engine, samples: Int,
    seed: UInt64, cancellation: Cancellation
  ) throws {
    (smoothness, self.cancellation) = (layer.smoothness, cancellation)
    plan = try engine.prepare([layer], input: input.shape, mode: .inference)
    let random = CounterRandom("gradient check", seed: seed)
    g = Tensor(uniform: plan.outputShapes[0], scale: 1, random: random)
    plan.setParameters(parameters, of: 0)
    plan.setInput(input)
    try plan.forward(cancellation: cancellation)
    try plan.backward(from: g, cancellation: cancellation)

    let count = try Self.count(of: layer, input: input.shape, samples: samples)
    let plan = plan
    guard let inputGradient = plan.inputGradient(of: 0) else { return }
    try check("input", input, inputGradient, count, random) { plan.setInput($0) }
    plan.setInput(input)
    let roles = try layer.parameters(for: input.shape)
    let trainable = roles.indices.filter { roles[$0].isTrainable }
    for (place, gradient) in zip(trainable, plan.parameterGradients(of: 0)) {
      try check(roles[place].name, parameters[place], gradient, count, random) { changed in
        var all = parameters
        all[place] = changed
        plan.setParameters(all, of: 0)
      }
      plan.setParameters(parameters, of: 0)
    }
  }

  /// How many elements of each tensor are checked: enough to take about 10⁹ multiply-adds, at
  /// most `samples`, and two in any case.
  package static func count(
    of layer: Layer, input: Shape, samples: Int
  ) throws(ShapeError) -> Int {
    max(2, min(samples, 500_000_000 / max(1, try layer.multiplyAdds(for: input))))
  }

  private mutating func check(
    _ name: String, _ tensor: Tensor, _ gradient: Tensor, _ count: Int, _ random: CounterRandom,
    apply: (Tensor) -> Void
  ) throws {
    var row = Row(name: name)
    let rms = tensor.values.rootMeanSquare
    var values = tensor.values
    func outputs(_ element: Int, _ value: Float) throws -> [Float] {
      let before = values[element]
      values[element] = value
      defer { values[element] = before }
      apply(Tensor(shape: tensor.shape, values: values))
      try plan.forward(cancellation: cancellation)
      return plan.output(of: 0)?.values ?? []
    }
    for draw in 0..<min(count, tensor.count) {
      let element = count >= tensor.count ? draw : random.below(tensor.count, UInt64(draw))
      let x = values[element]
      var h = smoothness.step(at: x, rms: Float(rms))
      var (low, high) = (try outputs(element, x - h), try outputs(element, x + h))
      var (difference, noise) = slope(element, low, high, Double(x + h) - Double(x - h))
      // For a straight line, the step can be longer, until the slope is larger than the rounding
      // errors.
      var longer = 0
      while smoothness.curvature == .straight, noise > 0x1p-12 * abs(difference), longer < 4 {
        longer += 1
        h *= 32
        (low, high) = (try outputs(element, x - h), try outputs(element, x + h))
        (difference, noise) = slope(element, low, high, Double(x + h) - Double(x - h))
      }
      if smoothness.hasKink(near: x, within: h) {
        skipped += 1
        continue
      }
      var bound = 4 * noise
      if smoothness.kinks == .amongInputs {
        let middle = try outputs(element, x)
        let left = slope(element, low, middle, Double(x) - Double(x - h)).slope
        let right = slope(element, middle, high, Double(x + h) - Double(x)).slope
        if abs(left - right) > 8 * noise {
          skipped += 1
          continue
        }
      }
      if smoothness.curvature != .straight {
        let (far, _) = slope(
          element, try outputs(element, x - 2 * h), try outputs(element, x + 2 * h),
          Double(x + 2 * h) - Double(x - 2 * h))
        bound += 4 * abs(far - difference) / 3
      }
      let kernel = Double(gradient.values[element])
      bound += 0x1p-22 * abs(kernel) + Double(Float.leastNormalMagnitude)
      record(&row, tensor.shape.index(at: element), kernel, difference, bound)
    }
    rows.append(row)
  }

  /// (Σ g·y₊ − Σ g·y₋) / distance, and the possible effect of rounding the y to Float: of those
  /// that changed, and of those that should have changed but are so near to 1 that the change is
  /// rounded off.
  private func slope(
    _ element: Int, _ low: [Float], _ high: [Float], _ distance: Double
  ) -> (slope: Double, noise: Double) {
    var (sum, noise) = (0.0, 0.0)
    for (place, factor) in g.values.enumerated()
    where low[place] != high[place] || smoothness.saturates(place, with: element) {
      sum += Double(factor) * (Double(high[place]) - Double(low[place]))
      noise += abs(Double(factor)) * (Double(low[place].ulp) + Double(high[place].ulp)) / 2
    }
    return (sum / distance, noise / distance)
  }

  private func record(
    _ row: inout Row, _ index: [Int], _ kernel: Double, _ difference: Double, _ bound: Double
  ) {
    let error = abs(kernel - difference)
    // Written so that NaN fails.
    let holds = error <= bound
    let isWorse = !(error / bound <= row.error / max(row.bound, .leastNormalMagnitude))
    if row.count == 0 || isWorse || (row.isWithinBounds && !holds) {
      (row.error, row.bound, row.index) = (error, bound, index)
      (row.kernel, row.difference) = (kernel, difference)
    }
    row.isWithinBounds = row.isWithinBounds && holds
    row.count += 1
  }
}
