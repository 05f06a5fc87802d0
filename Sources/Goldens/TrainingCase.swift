import Layers
import TensorFiles
import Tensors

/// Steps of an optimizer on one network: the loss before each, and the parameters after the last.
package struct TrainingCase: Sendable {
  /// The optimizer.
  enum Rule: String, CaseIterable {
    case paper, pytorch, adam
  }

  /// What is stored of a parameter after the last step.
  package struct Final: Sendable {
    /// The elements at `indices`.
    package let samples: [Double]
    /// How far each of these would move if every gradient were off by its root mean square: the
    /// scale for errors of gradients.
    package let reach: [Double]
    /// Positions in row-major order.
    package let indices: [Int]
  }

  /// The network, with its weights before the first step.
  package let network: SeededNetwork
  /// The classes of each step's batch.
  package let labels: [[Int]]
  /// The loss before each step, in nats.
  package let losses: [Double]
  /// The parameters after the last step, by their names; empty in a case that stores only the
  /// losses.
  package let finals: [String: Final]
  private let rule: Rule
  private let rates: (weight: Double, bias: Double)
  private let momentum: Double
  private let second: (beta: Double, epsilon: Double)
  /// λ of each parameter that decays, by its name.
  private let decay: [String: Double]

  init(parameters text: String, seed: UInt64, file: SafeTensors) throws(GoldenError) {
    var parameters = try CaseParameters(text: text, path: file.file)
    network = try SeededNetwork(&parameters, mode: .training, seed: seed, path: file.file)
    let steps = try parameters.integer("steps")
    rule = try parameters.word("rule", default: .paper)
    momentum = try parameters.number(rule == .adam ? "beta1" : "momentum")
    second =
      rule == .adam ? (try parameters.number("beta2"), try parameters.number("epsilon")) : (0, 0)
    rates = (try parameters.number("weight_rate"), try parameters.number("bias_rate"))
    decay = try parameters.numbers("decay")
    try parameters.finish()
    guard (1...1000).contains(steps) else {
      throw GoldenError(file.file, "steps must be from 1 to 1000")
    }
    var tensors = CaseTensors(file)
    let output = network.geometry[network.layers.count - 1].output
    let stored = try tensors.labels(count: steps * output.n, classes: output.c)
    labels = stride(from: 0, to: stored.count, by: output.n).map {
      Array(stored[$0..<$0 + output.n])
    }
    losses = try tensors.expected("losses", shape: [steps])
    var finals: [String: Final] = [:]
    for layer in network.geometry {
      for parameter in layer.parameters {
        let name = layer.name(of: parameter)
        guard tensors.has("final.\(name).samples") else { continue }
        let indices = NetworkCase.indices("final.\(name)", seed: seed, count: parameter.shape.count)
        finals[name] = Final(
          samples: try tensors.expected(
            ".samples", shape: [indices.count], prefix: "final.\(name)"),
          reach: try tensors.expected(".reach", shape: [indices.count], prefix: "final.\(name)"),
          indices: indices)
      }
    }
    self.finals = finals
    try tensors.finish()
    for step in 1...steps where network.labels("label.\(step)") != labels[step - 1] {
      throw GoldenError(file.file, "input.labels of step \(step) are not those that the seed gives")
    }
  }

  /// The rules of step `step`, counted from 1, for each layer's trained parameters.
  func rules(step: Int) -> [[UpdateRule?]] {
    network.geometry.map { layer in
      layer.parameters.filter(\.isTrainable).map { parameter -> UpdateRule? in
        let rate = parameter.role == .bias ? rates.bias : rates.weight
        let decay = decay[layer.name(of: parameter)] ?? 0
        return switch rule {
        case .paper: .paper(rate: rate, momentum: momentum, decay: decay)
        case .pytorch: .pytorch(rate: rate, momentum: momentum, decay: decay)
        case .adam:
          .adam(
            rate: rate, beta1: momentum, beta2: second.beta, epsilon: second.epsilon, decay: decay,
            step: step)
        }
      }
    }
  }
}
