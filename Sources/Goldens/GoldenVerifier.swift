import Layers
import TensorFiles
import Tensors

/// Holds an engine against golden cases.
public struct GoldenVerifier: Sendable {
  /// The engine that is judged.
  public let engine: any Engine
  /// How it rounds: what the bounds are derived from.
  public let arithmetic: Arithmetic

  /// A verifier of this engine; the reference computes in Double and rounds once.
  public init(engine: any Engine, arithmetic: Arithmetic = .doubleRoundedOnce) {
    self.engine = engine
    self.arithmetic = arithmetic
  }

  /// Verifies every case of a suite, one after another.
  ///
  /// - Parameter progress: called with each result as it comes.
  /// - Returns: one result a file, in the suite's order.
  /// - Throws: `Cancelled`.
  @discardableResult
  public func verify(
    _ suite: GoldenSuite, cancellation: Cancellation = .never,
    progress: (GoldenResult) -> Void = { _ in }
  ) throws(Cancelled) -> [GoldenResult] {
    var results: [GoldenResult] = []
    for file in suite.files {
      try cancellation.check()
      let example: GoldenCase
      do {
        example = try suite.load(file)
      } catch {
        results.append(GoldenResult(unreadable: file, error.reason))
        progress(results[results.count - 1])
        continue
      }
      let result = GoldenResult(
        example, file: file, try verify(example, cancellation: cancellation))
      progress(result)
      results.append(result)
    }
    return results
  }

  /// Verifies one case.
  ///
  /// - Throws: `Cancelled`.
  public func verify(
    _ example: GoldenCase, cancellation: Cancellation = .never
  ) throws(Cancelled) -> GoldenResult.Outcome {
    do {
      switch example.subject {
      case .operation(let operation):
        return .compared(try compare(operation, cancellation: cancellation))
      case .network(let network):
        return .compared(try compare(network, cancellation: cancellation))
      case .training(let training):
        return .compared(try compare(training, cancellation: cancellation))
      }
    } catch let error as Cancelled {
      throw error
    } catch let error as Unsupported {
      return .declined("\(error.engine) cannot compute this layer: \(error.reason)")
    } catch {
      return .declined("\(engine.name) failed: \(error)")
    }
  }

  /// Runs one operation as a chain of one layer, and compares every result that is expected.
  func compare(
    _ example: OperationCase, cancellation: Cancellation
  ) throws -> [GoldenComparison] {
    let plan = try engine.prepare([example.layer], input: example.x.shape, mode: example.mode)
    guard plan.outputShapes == [example.outputShape] else {
      let came = plan.outputShapes.map(\.description).joined(separator: ", ")
      return [
        GoldenComparison(
          tensor: OperationCase.Result.y.rawValue,
          problem: "it came as \(came) where \(example.outputShape) is expected")
      ]
    }
    if !example.parameters.isEmpty { plan.setParameters(example.parameters, of: 0) }
    if let mask = example.mask { plan.setMask(mask, of: 0) }
    plan.setInput(example.x)
    try plan.forward(cancellation: cancellation)
    if let labels = example.labels {
      try plan.backward(labels: labels, cancellation: cancellation)
    } else if let gradient = example.gradient {
      try plan.backward(from: gradient, cancellation: cancellation)
    }
    let gradients = plan.parameterGradients(of: 0)
    return OperationCase.Result.allCases.compactMap { result in
      guard example.expected[result] != nil else { return nil }
      let got: Tensor? =
        switch result {
        case .y: plan.output(of: 0)
        case .loss: nil
        case .xGradient: plan.inputGradient(of: 0)
        case .weightGradient: gradients.first
        case .biasGradient: gradients.dropFirst().first
        case .runningMean: plan.parameters(of: 0).dropFirst(2).first
        case .runningVariance: plan.parameters(of: 0).dropFirst(3).first
        }
      if result == .loss, let labels = example.labels {
        return example.comparison(
          of: result, [plan.loss(labels: labels)], shape: [1], arithmetic)
      }
      guard let got else {
        return GoldenComparison(
          tensor: result.rawValue, problem: "\(engine.name) hands out nothing")
      }
      return example.comparison(
        of: result, got.values.map(Double.init), shape: got.shape, arithmetic)
    }
  }
}

extension OperationCase {
  /// Compares one result with its expected values.
  func comparison(
    of result: Result, _ got: [Double], shape: Shape, _ arithmetic: Arithmetic
  ) -> GoldenComparison {
    let wanted = self.shape(of: result)
    guard shape == wanted || (result == .loss && got.count == 1) else {
      return GoldenComparison(
        tensor: result.rawValue, problem: "it came as \(shape) where \(wanted) is expected")
    }
    return GoldenComparison(
      tensor: result.rawValue, got: got, expected: expected[result] ?? [],
      bound: bound(of: result, arithmetic), place: { (wanted.index(at: $0), nil) })
  }
}

extension GoldenResult {
  init(_ example: GoldenCase, file: String, _ outcome: Outcome) {
    self.init(
      path: file, name: printable(example.name), operation: printable(example.operation),
      regenerate: example.regenerate, outcome: outcome)
  }

  init(unreadable file: String, _ reason: String) {
    self.init(
      path: file, name: printable(file), operation: "", regenerate: nil,
      outcome: .unreadable(reason))
  }
}
