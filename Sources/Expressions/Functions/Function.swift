/// A function of the expression language. Help, completion and argument checks are all derived from
/// this declaration.
package struct Function: Sendable {
  package struct Parameter: Sendable {
    /// The name, also the label if the parameter has one.
    package let name: String
    /// Whether the argument is written as `name: value`.
    package let isLabelled: Bool
    /// The default value; nil if there is none.
    package let standard: Value?
    /// Whether the argument may be left out; without a default value the function decides what that
    /// means.
    package let isOptional: Bool

    /// A required positional parameter.
    package static func plain(_ name: String) -> Parameter {
      Parameter(name: name, isLabelled: false, standard: nil, isOptional: false)
    }

    /// An optional positional parameter.
    package static func optional(_ name: String) -> Parameter {
      Parameter(name: name, isLabelled: false, standard: nil, isOptional: true)
    }

    /// A labelled parameter; it is required unless it has a default value.
    package static func label(_ name: String, _ standard: Value? = nil) -> Parameter {
      Parameter(name: name, isLabelled: true, standard: standard, isOptional: standard != nil)
    }
  }

  package let name: String
  /// The parameters in order.
  package let parameters: [Parameter]
  /// Whether any number of unlabelled arguments may follow.
  package let isVariadic: Bool
  /// What the function computes, in one line.
  package let summary: String
  /// A call that works in any session with a network.
  package let example: String
  let body: @Sendable (inout Call) throws -> Value

  init(
    _ name: String, _ parameters: [Parameter], isVariadic: Bool = false, _ summary: String,
    example: String, body: @escaping @Sendable (inout Call) throws -> Value
  ) {
    (self.name, self.parameters, self.isVariadic) = (name, parameters, isVariadic)
    (self.summary, self.example, self.body) = (summary, example, body)
  }

  /// The form of a call: `maxPooling(x, kernel:, stride: 1, padding: 0)`.
  package var signature: String {
    let list = parameters.map { parameter in
      guard parameter.isLabelled else {
        return parameter.isOptional ? "[\(parameter.name)]" : parameter.name
      }
      return parameter.name + ":" + (parameter.standard.map { " \($0)" } ?? "")
    }
    return name + "(" + (list + (isVariadic ? ["..."] : [])).joined(separator: ", ") + ")"
  }

  /// Every function, in the order shown by help.
  package static let all: [Function] = numbers + reductions + tensors + layers

  /// The function with this name, or nil.
  package static func named(_ name: String) -> Function? { byName[name] }

  private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
