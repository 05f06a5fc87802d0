import Layers
import TensorFiles

extension NetworkFile {
  /// The text of a network's file: one layer per line; the same network always gives the same text.
  public static func text(of network: Network) -> String {
    var input: [JSONValue.Member] = []
    input["channels"] = .integer(network.input.channels)
    input["height"] = .integer(network.input.height)
    input["width"] = .integer(network.input.width)
    input["resize"] = network.input.resize.map { .integer($0) }
    input["scale"] = .number(network.input.scale)
    input["mean"] = .array(network.input.mean.map { .number($0) })
    input["deviation"] = .array(network.input.deviation.map { .number($0) })
    var file: [JSONValue.Member] = []
    file["format"] = .string(formatName)
    file["version"] = 1
    file["name"] = .string(network.name)
    file["title"] = .string(network.title)
    file["input"] = .object(input)
    file["labels"] = network.labels.map { .array($0.map { .string($0) }) }
    file["layers"] = .array(network.layers.map(json))
    return JSONValue.object(file).fileText()
  }

  private static func json(_ named: NamedLayer) -> JSONValue {
    let kind = named.layer.kind
    func members(isInitialization: Bool) -> [JSONValue.Member] {
      kind.fields.filter { $0.isInitialization == isInitialization }.compactMap { field in
        field.read(named).map { JSONValue.Member(name: field.name, value: $0.json) }
      }
    }
    let initialization = members(isInitialization: true)
    let own: [JSONValue.Member] = [
      JSONValue.Member(name: "name", value: .string(named.name)),
      JSONValue.Member(name: "kind", value: .string(kind.rawValue)),
    ]
    var all = own + members(isInitialization: false)
    if !initialization.isEmpty { all["init"] = .object(initialization) }
    return .object(all)
  }
}

extension FieldValue {
  fileprivate var json: JSONValue {
    switch self {
    case .whole(let value): .integer(value)
    case .real(let value): .number(value)
    case .word(let word): .string(word)
    }
  }
}
