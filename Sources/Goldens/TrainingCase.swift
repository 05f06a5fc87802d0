import TensorFiles
import Tensors

/// Steps of the paper's descent on one network: the loss before each.
public struct TrainingCase: Sendable {
  /// The network, with its weights before the first step.
  public let network: FormulaNetwork
  /// μ, how much of the velocity is kept.
  public let momentum: Double
  /// ε of weights and of biases.
  public let rates: (weight: Double, bias: Double)
  /// λ of each parameter that decays, by its name.
  public let decay: [String: Double]
  /// The classes of each step's batch.
  public let labels: [[Int]]
  /// The loss before each step, in nats.
  public let losses: [Double]

  init(parameters text: String, seed: UInt64, file: SafeTensors) throws(GoldenError) {
    var parameters = try CaseParameters(text: text, path: file.file)
    network = try FormulaNetwork(&parameters, seed: seed, path: file.file)
    let steps = try parameters.integer("steps")
    momentum = try parameters.number("momentum")
    rates = (try parameters.number("weight_rate"), try parameters.number("bias_rate"))
    decay = try parameters.numbers("decay")
    try parameters.finish()
    if let layer = network.layers.first(where: { $0.layer.kind.dependsOnMode }) {
      throw GoldenError(file.file, "\(printable(layer.name)) cannot be trained in a case")
    }
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
    try tensors.finish()
    for step in 1...steps where network.labels("label.\(step)") != labels[step - 1] {
      throw GoldenError(file.file, "input.labels of step \(step) are not those of the formula")
    }
  }
}
