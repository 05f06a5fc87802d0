import Layers
import TensorFiles
import Tensors

/// Checks an engine against golden cases.
package struct GoldenVerifier: Sendable {
  /// The engine to check.
  package let engine: any Engine
  /// How it rounds, from which the bounds are derived.
  package let arithmetic: Arithmetic

  /// A verifier of this engine; the reference computes in Double and rounds once.
  package init(engine: any Engine, arithmetic: Arithmetic = .doubleRoundedOnce) {
    self.engine = engine
    self.arithmetic = arithmetic
  }

  /// Whether the engine computes gradients: in bfloat16 it doesn't, so only outputs are compared.
  var runsBackward: Bool { arithmetic.precision == .float }

  /// Whether the engine computes a case at all: in bfloat16 it doesn't train.
  private func computes(_ example: GoldenCase) -> Bool {
    switch example.subject {
    case .operation(let operation): runsBackward || operation.mode == .inference
    case .network: true
    case .training: runsBackward
    }
  }

  /// Verifies every case of a suite, one after another.
  ///
  /// - Parameter progress: called with each result when it is there.
  /// - Returns: one result per file, in the suite's order. In bfloat16, cases of training are left out.
  /// - Throws: `Cancelled`.
  @discardableResult
  package func verify(
    _ suite: GoldenSuite, cancellation: Cancellation = .never,
    progress: (GoldenResult) -> Void = { _ in }
  ) throws(Cancelled) -> [GoldenResult] {
    try suite.results(cancellation: cancellation, progress: progress) {
      example, _ throws(Cancelled) in
      computes(example) ? try verify(example, cancellation: cancellation) : nil
    }
  }

  /// Verifies one case.
  ///
  /// - Throws: `Cancelled`.
  package func verify(
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
      return .declined("\(error.engine) can't compute this layer: \(error.reason)")
    } catch {
      return .declined("\(engine.name) failed: \(error)")
    }
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
