import Layers
import Networks
import Tensors

/// What the names in a session's expressions stand for.
///
/// A class, so that asking for a value may run the layers that it needs, or draw their weights, and the
/// session remembers them. Used by one thread, for the time of one evaluation.
final class SessionEnvironment: Environment {
  /// The session, changed by what was asked of it.
  var session: Session

  /// The environment of a session.
  init(_ session: Session) { self.session = session }

  var cancellation: Cancellation { session.host.cancellation }

  func lookup(_ name: String) throws -> Value? {
    if let value = session.bindings[name] { return value }
    if name == "input" { return .tensor(try complaining { try session.begin().input }) }
    return session.network.index(of: name) == nil ? nil : .layer(name)
  }

  func result(ofCell number: Int) throws -> Value? { session.results[number] }

  func bind(_ name: String, to value: Value) throws {
    guard !Commands.names.contains(name) else {
      throw Complaint(
        .name, "\(name) is a command, so it cannot be a name", hint: "my_\(name), say")
    }
    guard session.network.index(of: name) == nil, name != "input", name != "image" else {
      throw Complaint(.name, "\(name) is a layer already", hint: "my_\(name), say")
    }
    session.bindings[name] = value
  }

  func names() -> [String] {
    session.network.layers.map(\.name) + session.bindings.keys.sorted() + ["input", "out"]
  }

  func members(of layer: String) -> [String] {
    guard let index = session.network.index(of: layer), let geometry = try? session.geometry()
    else { return [] }
    return ["output", "input", "shape", "parameters", "gradient"]
      + geometry[index].parameters.map(\.name)
  }

  func member(_ member: String, of layer: String) throws -> Value? {
    guard let index = session.network.index(of: layer) else { return nil }
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
      case "gradient":
        guard let gradient = session.trace?.outputGradient(of: index) else {
          throw Failure(
            .order, "\(layer) has no gradient yet",
            hint: index + 1 < session.network.layers.count
              ? "backward CLASS runs the loss of a class back"
              : "the gradient begins before the softmax, at the logits")
        }
        return .tensor(gradient)
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

  /// Errors of the session as complaints, which the evaluator gives a place.
  private func complaining<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch is Cancelled {
      throw Cancelled()
    } catch {
      let failure = Failure(error)
      throw Complaint(.state, failure.message, hint: failure.hint)
    }
  }
}

extension Session {
  /// Evaluates an expression; what it ran, drew or bound stays.
  ///
  /// - Throws: `ExpressionError` or `Cancelled`.
  mutating func evaluate(_ text: String) throws -> Evaluated {
    var environment = SessionEnvironment(self)
    defer { self = environment.session }
    return try Notebook.evaluate(text, in: &environment)
  }

  /// The tensor that an expression stands for; a layer stands for its output.
  ///
  /// - Throws: `ExpressionError`, `Cancelled`, or `Failure` where it is no tensor.
  mutating func tensor(_ text: String) throws -> Tensor {
    let value: Value
    do {
      value = try evaluate(text).value
    } catch let error as ExpressionError where error.kind == .state {
      // A layer that has not run: the sentence says all, and the caret would stand elsewhere.
      throw Failure(.order, error.message, hint: error.hint)
    } catch let error as ExpressionError {
      throw Failure(.expression, "\(text): \(error.message)", hint: error.hint)
    }
    switch value {
    case .tensor(let tensor):
      // The picture of a batch of one: its N axis says nothing.
      let isBatchOfOne = tensor.shape.rank > 1 && tensor.shape.n == 1
      return isBatchOfOne ? tensor.reshaped(to: tensor.shape.withoutBatch) : tensor
    case .number(let number): return Tensor(shape: [1], values: [Float(number.value)])
    case .layer(let name): return try tensor("\(name).output")
    case .boolean, .string, .list, .range, .function:
      throw Failure(
        .expression, "\(text) is \(value.sort), not a tensor",
        hint: "a layer such as conv1, or conv1.weight, is")
    }
  }
}
