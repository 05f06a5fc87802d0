import Basics
import Documents
import Expressions
import TensorFiles
import Tensors

/// Shows the value of an expression.
package enum ExpressionOutput {
  /// The most values of a tensor that JSON lists.
  package static let mostValues = 100_000

  /// The value, and the notes from its evaluation.
  package static func output(
    of evaluated: Evaluated, source: String, in session: inout Session
  ) throws -> Output {
    var value = evaluated.value
    // A layer alone means its output, if it has run.
    if case .layer(let name) = value, session.network.index(of: name) == nil {
      value = .tensor(try session.tensor(name))
    } else if case .layer(let name) = value {
      guard let index = session.network.index(of: name), session.trace?.output(of: index) != nil
      else { return try StepReport.describe(layer: session.layerIndex(name), in: session) }
      value = .tensor(try session.tensor(name))
    }
    var output = output(of: value, named: evaluated.name)
    output.json = json(value, evaluated)
    for note in evaluated.notes + commentNote(source) {
      output.line(.notice("note: ") + Text(note), hang: 6)
    }
    return output
  }

  /// A value: a number or a few as they are, a larger tensor by its shape, statistics and first plane.
  package static func output(of value: Value, named name: String?) -> Output {
    var output = Output(value: value)
    var text: Text = ""
    if let name { text += .name(name) + " = " }
    if case .tensor(let tensor) = value, tensor.count > 12 {
      output.line(text + "\(tensor.shape)   " + TensorStatistics(tensor).text, hang: 4)
      output.blocks.append(.grid(ValueGrid(tensor)))
    } else {
      output.line(text + Text(value.description), hang: 4)
    }
    return output
  }

  /// A note for `7 // 2`, which is 7 here and integer division in other languages.
  private static func commentNote(_ source: String) -> [String] {
    guard let slashes = source.firstRange(of: "//"),
      let before = source[..<slashes.lowerBound].last(where: { !$0.isWhitespace }),
      let after = source[slashes.upperBound...].first(where: { !$0.isWhitespace }),
      before.isNumber || before == ")", after.isNumber || after == "("
    else { return [] }
    return ["// starts a comment; for integer division write floor(a / b)"]
  }

  private static func json(_ value: Value, _ evaluated: Evaluated) -> JSONValue {
    var members: [JSONValue.Member] = [.init(name: "value", value: json(value))]
    if case .tensor(let tensor) = value {
      members.append(.init(name: "shape", value: .integers(tensor.shape.dimensions)))
      members.append(.init(name: "statistics", value: TensorStatistics(tensor).json))
      if tensor.count > mostValues {
        members.append(.init(name: "omitted", value: .integer(tensor.count)))
        members.append(
          .init(
            name: "hint",
            value: .string("take a slice of at most \(mostValues) values to list all of them"))
        )
      }
    }
    if let name = evaluated.name { members.append(.init(name: "name", value: .string(name))) }
    if !evaluated.notes.isEmpty {
      members.append(.init(name: "notes", value: .array(evaluated.notes.map { .string($0) })))
    }
    return .object(members)
  }

  /// A value as JSON; a tensor of more than 100,000 elements only has its statistics.
  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .number(let number):
      number.value.magnitude < 0x1p53 && number.value == number.value.rounded()
        ? .integer(Int(clamping: number.value)) : .number(number.value)
    case .boolean(let boolean): .boolean(boolean)
    case .string(let string): .string(string)
    case .list(let elements): .array(elements.map(json))
    case .tensor(let tensor):
      tensor.count <= mostValues ? .array(tensor.values.map { .float($0) }) : .null
    case .range, .layer, .function: .string(value.description)
    }
  }
}
