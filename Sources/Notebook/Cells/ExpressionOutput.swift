import Tensors

/// How the value of an expression is shown.
enum ExpressionOutput {
  /// The value, and the remarks made on the way.
  static func output(of evaluated: Evaluated, in session: inout Session) throws -> Output {
    var value = evaluated.value
    // A layer on its own is its output, where that is known.
    if case .layer(let name) = value {
      guard let index = session.network.index(of: name), session.trace?.output(of: index) != nil
      else { return try StepReport.describe(layer: session.layerIndex(name), in: session) }
      value = .tensor(try session.tensor(name))
    }
    var output = Output(json: json(value, evaluated), value: value)
    var text: Text = ""
    if let name = evaluated.name { text += .name(name) + " = " }
    if case .tensor(let tensor) = value, tensor.count > 12 {
      output.line(text + "\(tensor.shape)   " + TensorStatistics(tensor).text, hang: 4)
      let grid = ValueGrid(tensor, width: session.host.width)
      output.line(.faint(grid.caption), indent: 2)
      output.blocks.append(.preformatted(grid.lines))
    } else {
      output.line(text + Text(value.description), hang: 4)
    }
    for note in evaluated.notes { output.line(.notice("note: ") + Text(note), hang: 6) }
    return output
  }

  private static func json(_ value: Value, _ evaluated: Evaluated) -> JSONValue {
    var members: [JSONValue.Member] = [.init(name: "value", value: json(value))]
    if case .tensor(let tensor) = value {
      members.append(.init(name: "shape", value: .integers(tensor.shape.dimensions)))
      members.append(.init(name: "statistics", value: TensorStatistics(tensor).json))
    }
    if let name = evaluated.name { members.append(.init(name: "name", value: .string(name))) }
    if !evaluated.notes.isEmpty {
      members.append(.init(name: "notes", value: .array(evaluated.notes.map { .string($0) })))
    }
    return .object(members)
  }

  /// A value as JSON; a tensor of more than 100,000 elements is left to its statistics.
  private static func json(_ value: Value) -> JSONValue {
    switch value {
    case .number(let number):
      number.value.magnitude < 0x1p53 && number.value == number.value.rounded()
        ? .integer(Int(number.value)) : .number(number.value)
    case .boolean(let boolean): .boolean(boolean)
    case .string(let string): .string(string)
    case .list(let elements): .array(elements.map(json))
    case .tensor(let tensor):
      tensor.count <= 100_000 ? .array(tensor.values.map { .float($0) }) : .null
    case .range, .layer, .function: .string(value.description)
    }
  }
}
