import Tensors

@testable import Expressions

/// A session with small layers that have run, one that hasn't, and a few names.
struct FakeEnvironment: Environment {
  var bindings: [String: Value] = [
    "a": Value(3), "half": Value(0.5),
    "v": .tensor(Tensor(shape: [4], values: [1, -2, 0, 4])),
    "m": .tensor(Tensor(shape: [2, 3], values: [1, 2, 3, 4, 5, 6])),
    "wide": .tensor(Tensor(shape: [40], values: (0..<40).map { Float($0) - 10 })),
    "broken": .tensor(Tensor(shape: [3], values: [1, .nan, 2])),
    "fc": .layer("fc"), "pair": .layer("pair"),
  ]
  var cancellation = Cancellation()
  var classNames: [String] = []
  /// Layers beside those that every environment has, by member.
  var more: [String: [String: Tensor]] = [:]

  /// 1×2×3×4, where element i has the value i.
  static let output = Tensor(shape: [1, 2, 3, 4], values: (0..<24).map { Float($0) })

  /// 2×1×2×2.
  static let weight = Tensor(shape: [2, 1, 2, 2], values: [1, 0, 0, 1, 0.5, 0.5, 0.5, 0.5])

  func lookup(_ name: String) throws -> Value? {
    if let bound = bindings[name] { return bound }
    return ["conv1", "later"].contains(name) || more[name] != nil ? .layer(name) : nil
  }

  func member(_ member: String, of layer: String) throws -> Value? {
    if let tensor = more[layer]?[member] { return .tensor(tensor) }
    return switch (layer, member) {
    case ("conv1", "output"): .tensor(Self.output)
    case ("conv1", "weight"): .tensor(Self.weight)
    case ("conv1", "bias"): .tensor(Tensor(shape: [2], values: [0.25, -1]))
    case ("conv1", "input"):
      .tensor(Tensor(shape: [1, 1, 4, 5], values: (0..<20).map { Float($0 % 7) }))
    case ("conv1", "parameters"): Value(10)
    case ("fc", "output"): .tensor(Tensor(shape: [1, 5], values: [0.1, 0.2, 0.4, 0.2, 0.1]))
    case ("pair", "output"):
      .tensor(Tensor(shape: [2, 1, 2, 2], values: (0..<8).map { Float($0) }))
    case ("later", "shape"): Value(Shape([1, 8, 2, 2]))
    case ("later", "output"):
      throw Complaint(.state, "later has not run", hint: "type goto later")
    default: nil
    }
  }

  /// An environment with the layers that the examples of functions name, each with its own output
  /// or weights.
  static var examples: FakeEnvironment {
    var environment = FakeEnvironment()
    environment.more = [
      "pool5": ["output": Tensor(shape: [1, 2, 1, 2], values: [5, 6, 7, 8])],
      "norm1": ["output": Tensor(shape: [1, 1, 3, 3], values: [1, 9, 3, 4, 5, 6, 7, 8, 2])],
      "relu1": ["output": Tensor(shape: [1, 2, 1, 1], values: [3, 4])],
      "fc7": ["output": Tensor(shape: [1, 2], values: [1, 2])],
      "fc8": [
        "weight": Tensor(shape: [3, 2], values: [1, 0, 0, 1, 1, 1]),
        "bias": Tensor(shape: [3], values: [0.5, 0, 0]),
      ],
    ]
    return environment
  }

  func result(ofCell number: Int) throws -> Value? { number == 3 ? Value(42) : nil }

  mutating func bind(_ name: String, to value: Value) throws {
    if name == "next" { throw Complaint(.name, "next is a command and cannot be a name") }
    bindings[name] = value
  }

  func names() -> [String] { bindings.keys + ["conv1", "later"] }
}

/// The output for a source: the value, followed by each note after a semicolon.
func printed(_ source: String, _ environment: FakeEnvironment = FakeEnvironment()) throws -> String
{
  var environment = environment
  let evaluated = try evaluate(source, in: &environment)
  return ([evaluated.value.description] + evaluated.notes).joined(separator: "; ")
}

/// The error for a source, or nil if it has none.
func failure(_ source: String) -> ExpressionError? {
  do {
    _ = try printed(source)
    return nil
  } catch {
    return error as? ExpressionError
  }
}
