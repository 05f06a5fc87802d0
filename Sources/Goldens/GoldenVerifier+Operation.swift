import Basics
import Layers
import Tensors

/// An operation is verified in each way in which engines compute it:
///
/// - alone, with two backward passes: gradients of parameters accumulate, all others are assigned;
/// - after a convolution that changes nothing, on 20 channels or more: in the blocked layout that
///   fast engines' convolutions produce;
/// - in plans that keep only the last output, in which engines fuse it with the ReLU after it and,
///   if no input is negative, with the one before it.
///
/// An engine that rounds operands runs forward only. Its y is compared twice: with the golden values,
/// within the bound of the rounding, and with the exact sums of the rounded operands, within that of Float
/// sums. The first says what rounding costs at most, the second that nothing else was rounded.
extension GoldenVerifier {
  /// Compares every expected result of an operation, in each of these ways.
  func compare(
    _ example: OperationCase, cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    var comparisons = try runAlone(example, behind: [], label: "", cancellation)
    guard comparisons.allSatisfy({ $0.problem == nil }) else { return comparisons }
    // Only the operands of products are rounded, so other operations compute as they do in Float. (The
    // convolution before them would round.)
    let wide = runsBackward || example.layer.sumsProducts ? example.wide() : nil
    if let wide {
      comparisons += try runAlone(
        wide, behind: [Self.identity(wide.x.shape.c)], label: " in blocks", cancellation)
    }
    guard engine.dependsOnRetention else { return comparisons }
    comparisons += try runBeforeReLU(example, label: "", cancellation)
    if let wide {
      comparisons += try runBeforeReLU(wide, label: " in blocks", cancellation)
      comparisons += try runBehindReLU(wide, cancellation)
    }
    return comparisons
  }

  /// A convolution of 1×1 whose output is its input.
  private static func identity(_ channels: Int) -> Layer {
    .convolution(Convolution(filters: channels, window: Window(kernel: 1)))
  }

  /// A plan for an operation after other layers, with all parameters and the input.
  private func plan(
    _ example: OperationCase, behind before: [Layer], and after: [Layer] = [], mode: Mode,
    keeping: Retention
  ) throws -> any Plan {
    let plan = try engine.prepare(
      before + [example.layer] + after, input: example.x.shape, mode: mode, keeping: keeping)
    for (index, layer) in before.enumerated() where layer.kind == .convolution {
      let C = example.x.shape.c
      let ones = (0..<C * C).map { $0 / C == $0 % C ? Float(1) : 0 }
      plan.setParameters(
        [Tensor(shape: [C, C, 1, 1], values: ones), Tensor(zeros: [C])], of: index)
    }
    if !example.parameters.isEmpty { plan.setParameters(example.parameters, of: before.count) }
    if let mask = example.mask { plan.setMask(mask, of: before.count) }
    plan.setInput(example.x)
    return plan
  }

  /// Runs an operation forward and then backward twice, keeping everything.
  private func runAlone(
    _ example: OperationCase, behind before: [Layer], label: String, _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let index = before.count
    let plan = try plan(example, behind: before, mode: example.mode, keeping: .everything)
    guard plan.outputShapes[index...] == [example.outputShape] else {
      let came = plan.outputShapes[index...].map(\.description).joined(separator: ", ")
      return [
        GoldenComparison(
          tensor: OperationCase.Result.y.rawValue + label,
          problem: "its shape is \(came), not \(example.outputShape)")
      ]
    }
    func backward() throws {
      guard runsBackward else { return }
      if let labels = example.labels {
        try plan.backward(labels: labels, cancellation: cancellation)
      } else if let gradient = example.gradient {
        try plan.backward(from: gradient, cancellation: cancellation)
      }
    }
    try plan.forward(cancellation: cancellation)
    try backward()
    var comparisons = OperationCase.Result.allCases.compactMap { result in
      example.expected[result] == nil || result.isGradient && !runsBackward
        ? nil : compare(result, of: example, by: plan, at: index, label: label)
    }
    if let y = plan.output(of: index) {
      comparisons += compareRounded(y.values.map(Double.init), example, label: label)
    }
    guard runsBackward else { return comparisons }
    guard example.gradient != nil || example.labels != nil else { return comparisons }
    try backward()
    for result in [OperationCase.Result.xGradient, .weightGradient, .biasGradient]
    where example.expected[result] != nil {
      comparisons.append(
        compare(
          result, of: example, by: plan, at: index, label: label + " after two passes",
          passes: result == .xGradient ? 1 : 2))
    }
    return comparisons
  }

  /// Compares one of a plan's results.
  private func compare(
    _ result: OperationCase.Result, of example: OperationCase, by plan: any Plan, at index: Int,
    label: String, passes: Int = 1
  ) -> GoldenComparison {
    if result == .loss, let labels = example.labels {
      return example.comparison(
        of: result, [plan.loss(labels: labels)], shape: [1], arithmetic, label: label)
    }
    guard let got = OperationCase.tensor(result, of: example.layer, example.x, plan, at: index)
    else {
      return GoldenComparison(
        tensor: result.rawValue + label, problem: "\(engine.name) gives nothing")
    }
    return example.comparison(
      of: result, got.values.map(Double.init), shape: got.shape, arithmetic, label: label,
      passes: passes)
  }

  /// Compares y with the exact sums of rounded operands; none if the engine rounds no operands.
  private func compareRounded(
    _ y: [Double], _ example: OperationCase, label: String,
    after function: (Double) -> Double = { $0 }
  ) -> [GoldenComparison] {
    guard let rounded = example.rounded(to: arithmetic.precision),
      let sums = rounded.expected[.y], sums.allSatisfy(\.isFinite)
    else { return [] }
    return [
      GoldenComparison(
        tensor: GoldenComparison.roundedOperands + label, got: y, expected: sums.map(function),
        bound: rounded.bound(of: .y, arithmetic.with(.float)),
        place: { (example.outputShape.index(at: $0), nil) })
    ]
  }

  /// Runs an operation and a ReLU after it forward, keeping only the last output.
  private func runBeforeReLU(
    _ example: OperationCase, label: String, _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    guard let y = example.expected[.y], example.layer.takesReLU else { return [] }
    let before = label.isEmpty ? [] : [Self.identity(example.x.shape.c)]
    let plan = try plan(
      example, behind: before, and: [.relu], mode: example.mode, keeping: .outputsOnly)
    try plan.forward(cancellation: cancellation)
    guard let got = plan.output(of: before.count + 1) else { return [] }
    func relu(_ y: Double) -> Double { y <= 0 ? 0 : y }
    let values = got.values.map(Double.init)
    return [
      GoldenComparison(
        tensor: "y" + label + " with ReLU", got: values, expected: y.map(relu),
        bound: example.bound(of: .y, arithmetic),
        place: { (example.outputShape.index(at: $0), nil) })
    ] + compareRounded(values, example, label: label + " with ReLU", after: relu)
  }

  /// Runs the convolution that changes nothing, a ReLU and the operation forward and backward,
  /// keeping only the last output. If no input is negative, the ReLU doesn't change anything
  /// either, except that it stops the gradient where an input is 0. The gradient that reaches the
  /// convolution is visible in its parameter gradients:
  ///
  ///     d[n, c, p] = ∂L/∂x[n, c, p] where x > 0, else 0
  ///     ∂L/∂w[c, i] = Σ d[n, c, p] · x[n, i, p]        ∂L/∂b[c] = Σ d[n, c, p]
  private func runBehindReLU(
    _ example: OperationCase, _ cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    guard runsBackward, example.x.values.allSatisfy({ $0 >= 0 }), let gradient = example.gradient,
      let dx = example.expected[.xGradient], example.mask == nil,
      example.mode == .training || !example.layer.kind.dependsOnMode
    else { return [] }
    let before = [Self.identity(example.x.shape.c), .relu]
    let plan = try plan(example, behind: before, mode: .training, keeping: .outputsOnly)
    try plan.forward(cancellation: cancellation)
    try plan.backward(from: gradient, cancellation: cancellation)
    let results = [OperationCase.Result.y, .weightGradient, .biasGradient]
    var comparisons = results.compactMap { result in
      example.expected[result] == nil
        ? nil
        : compare(result, of: example, by: plan, at: before.count, label: " behind ReLU")
    }
    let implied = ImpliedGradients(example, dx: dx, arithmetic)
    let gradients = plan.parameterGradients(of: 0)
    guard gradients.count == 2 else { return comparisons }
    let C = example.x.shape.c
    comparisons.append(
      GoldenComparison(
        tensor: "x_gradient · x behind ReLU", got: gradients[0].values.map(Double.init),
        expected: implied.weights.values, bound: implied.weights,
        place: { ([$0 / C, $0 % C], nil) }))
    comparisons.append(
      GoldenComparison(
        tensor: "x_gradient summed behind ReLU", got: gradients[1].values.map(Double.init),
        expected: implied.biases.values, bound: implied.biases, place: { ([$0], nil) }))
    return comparisons
  }
}

/// The gradients of a 1×1 convolution that follow from ∂L/∂x of the operation after its ReLU.
private struct ImpliedGradients {
  var weights: ImpliedSums
  var biases: ImpliedSums

  init(_ example: OperationCase, dx: [Double], _ arithmetic: Arithmetic) {
    let (x, shape) = (example.x.values, example.x.shape)
    let (C, plane) = (shape.c, shape.h * shape.w)
    let bound = example.bound(of: .xGradient, arithmetic)
    let errors = dx.indices.map { x[$0] > 0 ? bound.bound(at: $0, expected: dx[$0]) : 0 }
    let terms = shape.n * plane
    weights = ImpliedSums(count: C * C, terms: terms, arithmetic)
    biases = ImpliedSums(count: C, terms: terms, arithmetic)
    for i in dx.indices where x[i] > 0 {
      let c = i / plane % C
      biases.add(dx[i], 1, error: errors[i], to: c)
      for other in 0..<C {
        let place = i + (other - c) * plane
        weights.add(dx[i], Double(x[place]), error: errors[i], to: c * C + other)
      }
    }
  }
}

/// Sums of products, one factor of which already has an error.
private struct ImpliedSums: ElementBound {
  private(set) var values: [Double]
  private var magnitudes: [Double]
  private var errors: [Double]
  private let terms: Int
  private let arithmetic: Arithmetic

  init(count: Int, terms: Int, _ arithmetic: Arithmetic) {
    values = [Double](repeating: 0, count: count)
    (magnitudes, errors) = (values, values)
    (self.terms, self.arithmetic) = (terms, arithmetic)
  }

  mutating func add(_ value: Double, _ factor: Double, error: Double, to i: Int) {
    values[i] += value * factor
    magnitudes[i] += abs(value * factor)
    errors[i] += error * abs(factor)
  }

  private func sum(_ i: Int) -> Double {
    errors[i] + arithmetic.gamma(terms + 2) * (magnitudes[i] + errors[i])
  }

  func bound(at i: Int, expected: Double) -> Double {
    sum(i) + arithmetic.result * (abs(expected) + sum(i))
      + Arithmetic.underflow * Double(terms + 1)
  }

  func reason(at i: Int, expected: Double) -> String {
    "the errors of ∂L/∂x may add up to \(NumberFormat.short(errors[i])), those of \(terms) products of total size "
      + "\(NumberFormat.short(magnitudes[i])) to \(NumberFormat.short(sum(i) - errors[i]))"
  }
}

/// The bound of a gradient accumulated over several passes: the error of each pass, and the
/// rounding of each sum.
struct AccumulatedBound: ElementBound {
  let one: ErrorBound
  let passes: Int

  func bound(at i: Int, expected: Double) -> Double {
    let each = one.bound(at: i, expected: expected / Double(passes))
    return Double(passes) * each
      + Double(passes - 1) * 0x1p-24 * (abs(expected) + Double(passes) * each)
  }

  func reason(at i: Int, expected: Double) -> String {
    "\(passes) times this, and the rounding of each sum: "
      + one.reason(at: i, expected: expected / Double(passes))
  }
}

extension OperationCase {
  /// Compares one result with its expected values, or with `passes` times them for accumulated
  /// gradients.
  func comparison(
    of result: Result, _ got: [Double], shape: Shape, _ arithmetic: Arithmetic,
    label: String = "", passes: Int = 1
  ) -> GoldenComparison {
    let wanted = self.shape(of: result)
    guard shape == wanted || (result == .loss && got.count == 1) else {
      return GoldenComparison(
        tensor: result.rawValue + label,
        problem: "its shape is \(shape), not \(wanted)")
    }
    let bound = bound(of: result, arithmetic)
    let expected = expected[result] ?? []
    guard passes > 1 else {
      return GoldenComparison(
        tensor: result.rawValue + label, got: got, expected: expected, bound: bound,
        place: { (wanted.index(at: $0), nil) })
    }
    return GoldenComparison(
      tensor: result.rawValue + label, got: got, expected: expected.map { $0 * Double(passes) },
      bound: AccumulatedBound(one: bound, passes: passes),
      place: { (wanted.index(at: $0), nil) })
  }
}
