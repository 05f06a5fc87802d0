import Basics
import Expressions
import Layers
import Networks
import Tensors

/// The meaning of names in a session's expressions.
///
/// A class, so that looking up a value can run layers or draw weights, and the session keeps them. Used
/// by one thread, during one evaluation.
package final class SessionEnvironment: Environment {
  /// The session, with the layers that have run and the weights that were drawn.
  package var session: Session

  /// The environment of a session.
  package init(_ session: Session) { self.session = session }

  package var cancellation: Cancellation { session.host.cancellation }

  package var classNames: [String] { session.network.labels ?? [] }

  /// The names of the first layer's input: `image[0, 5, 5]` is `conv1.input[0, 5, 5]`.
  package static let imageNames = ["image", "input"]

  package func lookup(_ name: String) throws -> Value? {
    if let value = session.bindings[name] { return value }
    return session.network.index(of: name) == nil && !Self.imageNames.contains(name)
      ? nil : .layer(name)
  }

  package func result(ofCell number: Int) throws -> Value? { session.results[number] }

  package func bind(_ name: String, to value: Value) throws {
    guard !session.commands.names.contains(name) else {
      throw Complaint(
        .name, "\(name) is a command, so it can't be a name", hint: "for example my_\(name)")
    }
    guard session.network.index(of: name) == nil, !Self.imageNames.contains(name) else {
      throw Complaint(
        .name,
        session.network.index(of: name) == nil
          ? "\(name) already means the network's input"
          : "\(name) is already a layer", hint: "for example my_\(name)")
    }
    session.bindings[name] = value
  }

  package func names() -> [String] {
    session.network.layers.map(\.name) + session.bindings.keys.sorted() + Self.imageNames + ["out"]
  }

  package func members(of layer: String) -> [String] {
    if session.network.index(of: layer) == nil, Self.imageNames.contains(layer) {
      return ["shape", "gradient"]
    }
    guard let index = session.network.index(of: layer), let geometry = try? session.geometry()
    else { return [] }
    return ["output", "input", "shape", "parameters", "gradient"]
      + geometry[index].parameters.map(\.name)
  }

  package func member(_ member: String, of layer: String) throws -> Value? {
    guard let index = session.network.index(of: layer) else {
      return Self.imageNames.contains(layer)
        ? try complaining { try session.memberOfImage(member, called: layer) } : nil
    }
    return try complaining {
      let geometry = try session.geometry()[index]
      switch member {
      case "shape": return Value(geometry.output.withoutBatch)
      case "parameters": return Value(geometry.parameterCount)
      case "output":
        return try session.trace(through: index).output(of: index).map { .tensor($0) }
      case "input":
        if index == 0 { return .tensor(try session.begin().input) }
        return try session.trace(through: index - 1).input(of: index).map { .tensor($0) }
      case "gradient": return .tensor(try session.gradient(of: index))
      default:
        guard let place = geometry.parameters.firstIndex(where: { $0.name == member }) else {
          return nil
        }
        let tensors = try session.weights.parameters(
          of: geometry, initialization: session.network.layers[index].initialization,
          cancellation: cancellation)
        return .tensor(tensors[place])
      }
    }
  }

  /// Turns errors of the session into complaints, to which the evaluator adds the place.
  private func complaining<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch is Cancelled {
      throw Cancelled()
    } catch {
      let failure = Failure(error)
      // These aren't caused by the expression.
      if failure.kind == .internal || failure.kind == .resource { throw failure }
      throw Complaint(.state, failure.message, hint: failure.hint)
    }
  }
}

extension Session {
  /// A member of the first layer's input; nil for members that every tensor has.
  fileprivate mutating func memberOfImage(_ member: String, called name: String) throws -> Value? {
    switch member {
    case "output", "input": .tensor(try begin().input)
    case "shape": Value(network.input.shape())
    case "gradient": .tensor(try gradient(of: -1))
    default: nil
    }
  }

  /// The gradient with respect to a layer's output, or to the image for −1.
  ///
  /// - Throws: `Failure` before `backward`.
  package func gradient(of layer: Int) throws -> Tensor {
    if let gradient = layer < 0 ? trace?.inputGradient(of: 0) : trace?.outputGradient(of: layer) {
      return gradient
    }
    let name = layer < 0 ? "image" : network.layers[layer].name
    throw Failure(
      .order, "\(name) has no gradient yet",
      hint: layer + 1 < network.layers.count
        ? "backward CLASS backpropagates the loss of a class"
        : "the gradient starts before the softmax, at the logits")
  }

  /// The gradient with respect to a named tensor: a layer's output, the image, or a parameter
  /// (`conv1.weight`).
  ///
  /// - Throws: `Failure` if the name is unknown, or before `backward`.
  private func gradient(named text: String) throws -> Tensor {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let target = try NamedValue(parts, isGradient: true, in: self)
    guard let role = target.parameter else { return try gradient(of: target.layer) }
    let geometry = try geometry()[target.layer]
    let trainable = geometry.parameters.filter(\.isTrainable)
    guard let place = trainable.firstIndex(where: { $0.role == role }) else {
      throw Failure(.name, "\(geometry.name) has no \(role.rawValue) with a gradient")
    }
    guard let gradients = trace?.parameterGradients(of: target.layer), place < gradients.count
    else {
      throw Failure(
        .order, "\(text) has no gradient yet",
        hint: "backward CLASS backpropagates the loss of a class")
    }
    return gradients[place]
  }

  /// How a layer's output, or the image, differs from before the last number was set.
  private mutating func difference(named text: String) throws -> Tensor {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 1 || parts.count == 2 && ["output", "input"].contains(parts[1]) else {
      throw Failure(
        .name, "a difference is of a layer's output, not of \(quoted(text))",
        hint: "difference \(parts[0])")
    }
    return try difference(of: try NamedValue(parts, isGradient: false, in: self).layer)
  }

  /// Evaluates an expression; layers that ran, weights that were drawn and names that were bound stay.
  ///
  /// - Throws: `ExpressionError` or `Cancelled`.
  package mutating func evaluate(_ text: String) throws -> Evaluated {
    var environment = SessionEnvironment(self)
    defer { self = environment.session }
    return try Expressions.evaluate(text, in: &environment)
  }

  /// The tensor that an expression gives; a layer means its output.
  ///
  /// - Throws: `ExpressionError`, `Cancelled`, or `Failure` if it isn't a tensor.
  package mutating func tensor(_ text: String) throws -> Tensor {
    let words = text.split(separator: " ", maxSplits: 1).map(String.init)
    if words.count == 2, ["gradient", "difference"].contains(words[0]), bindings[words[0]] == nil {
      let name = words[1].prefix { $0 != "[" }
      let whole =
        words[0] == "gradient"
        ? try gradient(named: String(name)) : try difference(named: String(name))
      guard name.count < words[1].count else { return whole.withoutBatchOfOne }
      // An element or a slice of it, indexed like a layer's output.
      let kept = bindings
      defer { bindings = kept }
      bindings[words[0]] = .tensor(whole.withoutBatchOfOne)
      return try tensor(words[0] + words[1].dropFirst(name.count))
    }
    let value: Value
    do {
      value = try evaluate(text).value
    } catch let error as ExpressionError where error.cause == .state {
      // A layer hasn't run: the message is enough, and a caret would point at the wrong text.
      throw Failure(.order, error.message, hint: error.hint)
    } catch let error as ExpressionError {
      throw Failure(.expression, "\(text): \(error.message)", hint: error.hint)
    }
    switch value {
    case .tensor(let tensor): return tensor.withoutBatchOfOne
    case .number(let number): return Tensor(shape: [1], values: [Float(number.value)])
    case .layer(let name): return try tensor("\(name).output")
    case .boolean, .string, .list, .range, .function:
      throw Failure(
        .expression, "\(text) is \(value.sort), not a tensor",
        hint: "for example conv1 or conv1.weight")
    }
  }
}

extension Tensor {
  /// Without the batch axis if the batch is a single image.
  fileprivate var withoutBatchOfOne: Tensor {
    shape.rank > 1 && shape.n == 1 ? reshaped(to: shape.withoutBatch) : self
  }
}
