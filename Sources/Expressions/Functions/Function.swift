/// A function of the expression language. Help, completion and argument checks all derive from these
/// entries.
package struct Function: Sendable {
  /// One parameter.
  package struct Parameter: Sendable {
    /// The name, which is the label where the function asks for one.
    package let name: String
    /// Whether a call writes `name: value`.
    package let isLabelled: Bool
    /// The value where a call leaves it out; nil where it must be given.
    package let standard: Value?
    /// Whether it may be left out; without a standard value the function decides.
    package let isOptional: Bool

    /// A parameter by its place.
    package static func plain(_ name: String) -> Parameter {
      Parameter(name: name, isLabelled: false, standard: nil, isOptional: false)
    }

    /// A parameter by its place that may be left out.
    package static func optional(_ name: String) -> Parameter {
      Parameter(name: name, isLabelled: false, standard: nil, isOptional: true)
    }

    /// A parameter by its label.
    package static func label(_ name: String, _ standard: Value? = nil) -> Parameter {
      Parameter(name: name, isLabelled: true, standard: standard, isOptional: standard != nil)
    }
  }

  /// The name.
  package let name: String
  /// The parameters in the order of the signature.
  package let parameters: [Parameter]
  /// Whether more values than parameters may follow, without labels.
  package let isVariadic: Bool
  /// What it gives, in one line.
  package let summary: String
  /// A call that works in a session with a network, or anywhere.
  package let example: String
  let body: @Sendable (inout Call) throws -> Value

  init(
    _ name: String, _ parameters: [Parameter], isVariadic: Bool = false, _ summary: String,
    example: String, body: @escaping @Sendable (inout Call) throws -> Value
  ) {
    (self.name, self.parameters, self.isVariadic) = (name, parameters, isVariadic)
    (self.summary, self.example, self.body) = (summary, example, body)
  }

  /// How a call is written: `maxPooling(x, kernel:, stride: 1, padding: 0)`.
  package var signature: String {
    let list = parameters.map { parameter in
      guard parameter.isLabelled else {
        return parameter.isOptional ? "[\(parameter.name)]" : parameter.name
      }
      return parameter.name + ":" + (parameter.standard.map { " \($0)" } ?? "")
    }
    return name + "(" + (list + (isVariadic ? ["..."] : [])).joined(separator: ", ") + ")"
  }

  /// Every function, in the order of help.
  package static let all: [Function] = numbers + reductions + tensors + layers

  /// The function of this name.
  package static func named(_ name: String) -> Function? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
