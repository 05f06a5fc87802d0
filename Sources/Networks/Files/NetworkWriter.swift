import Layers
import TensorFiles

extension NetworkFile {
  /// The text of a network's file: one layer per line; the same network always gives the same text.
  public static func text(of network: Network) -> String {
    let input = network.input
    var lines = [
      "{",
      "  \"format\": \"\(formatName)\",",
      "  \"version\": 1,",
      "  \"name\": \(network.name.quotedAsJSON),",
      "  \"title\": \(network.title.quotedAsJSON),",
      "  \"input\": {\"channels\": \(input.channels), \"height\": \(input.height), "
        + "\"width\": \(input.width), "
        + (input.resize.map { "\"resize\": \($0), " } ?? "")
        + "\"scale\": \(Numerals.plain(input.scale)), "
        + "\"mean\": \(list(input.mean.map(Numerals.plain))), "
        + "\"deviation\": \(list(input.deviation.map(Numerals.plain)))},",
    ]
    if let labels = network.labels {
      lines.append("  \"labels\": \(list(labels.map(\.quotedAsJSON))),")
    }
    lines.append("  \"layers\": [")
    lines.append(network.layers.map { "    " + line(of: $0) }.joined(separator: ",\n"))
    lines += ["  ]", "}", ""]
    return lines.joined(separator: "\n")
  }

  private static func line(of named: NamedLayer) -> String {
    let kind = named.layer.kind
    func members(_ fields: [LayerField]) -> [String] {
      fields.compactMap { field in field.read(named).map { "\"\(field.name)\": \($0.json)" } }
    }
    var parts = ["\"name\": \(named.name.quotedAsJSON)", "\"kind\": \"\(kind.rawValue)\""]
    parts += members(kind.fields.filter { !$0.isInitialization })
    let initialization = members(kind.fields.filter(\.isInitialization))
    if !initialization.isEmpty {
      parts.append("\"init\": {\(initialization.joined(separator: ", "))}")
    }
    return "{\(parts.joined(separator: ", "))}"
  }

  private static func list(_ elements: [String]) -> String {
    "[\(elements.joined(separator: ", "))]"
  }
}

extension FieldValue {
  fileprivate var json: String {
    switch self {
    case .whole, .real: description
    case .word(let word): word.quotedAsJSON
    }
  }
}
