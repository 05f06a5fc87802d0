import Explanations
import Layers
import Networks
import Tensors

extension Function {
  private static let rounding = Parameter.label("rounding", .string("floor"))

  /// Functions that compute a layer with the environment's engine.
  package static let layers: [Function] = activations + operations

  /// One for each activation, except `tanh`, which is a function of numbers already.
  private static let activations: [Function] = Activation.Kind.allCases
    .filter { kind in !numbers.contains { $0.name == kind.rawValue } }
    .map { kind in
      let usual = Layer.activation(Activation(kind))
      return Function(
        kind.rawValue,
        [.plain("x")] + usual.fieldSettings.map { .label($0.name, $0.value.expression) },
        "\(Activation(kind).formulaWords), element by element",
        example: "\(kind.rawValue)([-1, 2])"
      ) { call in
        let settings = try usual.fieldSettings.map {
          FieldSetting($0.name, .real(try call.number($0.name)))
        }
        return try call.activate(try usual.setting(settings))
      }
    }

  private static let operations: [Function] = [
    Function(
      "softmax", [.plain("x")], "probabilities from logits, over the last axis",
      example: "softmax([1, 2, 3])"
    ) { try $0.run(.softmax, rank: 2) },
    Function(
      "convolution",
      [
        .plain("x"), .plain("weight"), .optional("bias"), .label("stride", Value(1)),
        .label("padding", Value(0)), .label("groups", Value(1)), rounding,
      ], "slides the filters of O×I×K×K weights over maps",
      example: "convolution(conv1.input, conv1.weight, conv1.bias, stride: 4)"
    ) { call in
      let weight = try call.tensor("weight")
      guard weight.shape.rank == 4, weight.shape[2] == weight.shape[3] else {
        throw call.fault(.shape, "weight", "weight must be O×I×K×K, not \(weight.shape)")
      }
      let groups = try call.integer("groups", least: 1)
      let layer = Convolution(
        filters: weight.shape[0], window: try call.window(kernel: weight.shape[2]), groups: groups,
        inputs: weight.shape[1] * groups)
      return try call.run(
        .convolution(layer), rank: 4, parameters: [weight, try call.bias(weight)])
    },
    Function(
      "linear", [.plain("x"), .plain("weight"), .optional("bias")],
      "weight · x + bias, for O×I weights", example: "linear(fc7.output, fc8.weight, fc8.bias)"
    ) { call in
      let weight = try call.tensor("weight")
      guard weight.shape.rank == 2 else {
        throw call.fault(.shape, "weight", "weight must be O×I, not \(weight.shape)")
      }
      let layer = Linear(outputs: weight.shape[0], inputs: weight.shape[1])
      return try call.run(.linear(layer), rank: 2, parameters: [weight, try call.bias(weight)])
    },
    Function(
      "maxPooling",
      [
        .plain("x"), .label("kernel"), .label("stride", Value(1)), .label("padding", Value(0)),
        rounding,
      ],
      "the largest of each window", example: "maxPooling(norm1.output, kernel: 3, stride: 2)"
    ) { try $0.run(.maxPooling(Pooling(window: try $0.window())), rank: 4) },
    Function(
      "averagePooling",
      [
        .plain("x"), .label("kernel"), .label("stride", Value(1)), .label("padding", Value(0)),
        rounding,
      ],
      "the mean of each window", example: "averagePooling(norm1.output, kernel: 3, stride: 2)"
    ) { try $0.run(.averagePooling(Pooling(window: try $0.window())), rank: 4) },
    Function(
      "localResponseNormalization",
      [
        .plain("x"), .label("n", Value(5)), .label("k", Value(2)), .label("alpha", Value(1e-4)),
        .label("beta", Value(0.75)), .label("convention", .string("paper")),
        .label("groups", Value(1)),
      ], "x / (k + alpha · Σ x²)^beta over n neighbouring channels",
      example: "localResponseNormalization(relu1.output, n: 5, k: 2, alpha: 1e-4, beta: 0.75)"
    ) { call in
      let layer = LocalResponseNormalization(
        n: try call.integer("n", least: 1), k: try call.number("k"),
        alpha: try call.number("alpha"),
        beta: try call.number("beta"),
        convention: try call.word(
          "convention", NormalizationConvention.self, aliases: ["2012": "source2012"]),
        groups: try call.integer("groups", least: 1))
      return try call.run(.localResponseNormalization(layer), rank: 4)
    },
    Function(
      "crossEntropy", [.plain("logits"), .plain("label")],
      "-log softmax(logits)[label] in nats, averaged over the batch",
      example: "crossEntropy([1, 2, 3], 2)"
    ) { try $0.crossEntropy() },
  ]
}

extension FieldValue {
  /// The value in the expression language.
  fileprivate var expression: Value {
    switch self {
    case .whole(let whole): Value(whole)
    case .real(let real): Value(real)
    case .word(let word): .string(word)
    }
  }
}

extension Call {
  /// An activation of `x`: of a number by its formula, of a tensor by the engine.
  fileprivate func activate(_ layer: Layer) throws -> Value {
    guard case .activation(let activation) = layer, case .number(let x)? = value("x") else {
      return try run(layer, rank: nil)
    }
    _ = try layer.outputShape(for: [1, 1])
    let y = ActivationFormula(activation, x: x.value).value
    return .number(Number(y, isInteger: x.isInteger && y == y.rounded()))
  }

  /// The output of one layer for `x`. A tensor without a batch axis is treated as a batch of one,
  /// and the result has no batch axis either.
  ///
  /// - Parameter rank: the rank that the layer expects, including the batch axis; nil for any.
  package func run(_ layer: Layer, rank: Int?, parameters: [Tensor] = []) throws -> Value {
    let x = try tensor("x")
    var shape = x.shape
    if shape.rank == (rank ?? 0) - 1 { shape = Shape([1] + shape.dimensions) }
    if rank == nil { shape = [1, x.count] }
    guard rank == nil || shape.rank == rank else {
      let needed = rank == 4 ? "C×H×W or N×C×H×W" : "F or N×F"
      throw fault(.shape, "x", "x must be \(needed), not \(x.shape)")
    }
    let output = try Call.checked(try layer.outputShape(for: shape))
    for (parameter, given) in zip(try layer.parameters(for: shape), parameters)
    where parameter.shape != given.shape {
      throw fault(
        .shape, parameter.name,
        "\(parameter.name) must be \(parameter.shape) here, not \(given.shape)")
    }
    let plan = try environment.engine.prepare([layer], input: shape, mode: .inference)
    if !parameters.isEmpty { plan.setParameters(parameters, of: 0) }
    plan.setInput(x.reshaped(to: shape))
    try plan.forward(cancellation: cancellation)
    guard let result = plan.output(of: 0) else { throw Complaint(.state, "nothing was computed") }
    if rank == nil { return .tensor(result.reshaped(to: x.shape)) }
    return .tensor(x.shape.rank == shape.rank ? result : result.reshaped(to: output.withoutBatch))
  }

  /// The bias argument, or a zero for each output of the weights.
  package func bias(_ weight: Tensor) throws -> Tensor {
    arguments["bias"] == nil ? Tensor(zeros: [weight.shape[0]]) : try tensor("bias")
  }

  package func crossEntropy() throws -> Value {
    let logits = try tensor("logits")
    let shape = logits.shape.rank == 1 ? Shape([1, logits.count]) : logits.shape
    guard shape.rank == 2 else {
      throw fault(.shape, "logits", "logits must be F or N×F, not \(logits.shape)")
    }
    let given = value("label")!
    guard let labels = given.integer.map({ [$0] }) ?? given.integers, labels.count == shape.n else {
      throw fault(
        .value, "label",
        "label must be \(shape.n == 1 ? "a class" : "a list of \(shape.n) classes")")
    }
    for label in labels where !(0..<shape.c).contains(label) {
      throw fault(
        .index, "label", "class \(label) is outside the \(shape.c) logits: 0...\(shape.c - 1)")
    }
    let plan = try environment.engine.prepare([.softmax], input: shape, mode: .inference)
    plan.setInput(logits.reshaped(to: shape))
    try plan.forward(cancellation: cancellation)
    return Value(plan.loss(labels: labels))
  }
}
