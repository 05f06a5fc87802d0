import Basics
import Layers
import TensorFiles

/// Turns the JSON of one layer of a network's file into the layer.
struct LayerReader {
  let network: NetworkReader

  func layer(_ json: JSONValue, number: Int) throws(NetworkFileError) -> NamedLayer {
    guard case .object(var members) = json else {
      throw network.fail("layer \(number)", "must be an object, not \(json.kind)")
    }
    let name = try network.name(
      members.remove("name"), at: "layer \(number), name", besides: "_")
    guard !NetworkFile.reservedNames.contains(name), !network.reserved.contains(name) else {
      throw network.fail(
        "layer \(number)", "a layer can't be called \(name): the word is reserved")
    }
    let place = "layer \(number) (\(name))"
    let kind = try kind(members.remove("kind"), at: place)
    var named = NamedLayer(name, kind.prototype)
    let fields = kind.fields.filter { !$0.isInitialization }
    try network.refuseUnknown(
      members.names, known: fields.map(\.name) + (kind.drawsWeights ? ["init"] : []), at: place)
    for field in fields {
      if let value = members[field.name] {
        try set(field, to: value, of: &named, at: place)
      } else if field.isRequired {
        throw network.fail(place, "\(field.name) is missing")
      }
    }
    if let value = members["init"] { try setInitialization(value, of: &named, at: place) }
    return named
  }

  private func kind(_ json: JSONValue?, at place: String) throws(NetworkFileError) -> Layer.Kind {
    let word = try network.text(json, at: "\(place), kind", limit: 64)
    if let kind = Layer.Kind(rawValue: word) { return kind }
    let kinds = Layer.Kind.allCases.map(\.rawValue)
    throw network.fail(
      place, "unknown kind of layer ‘\(brief(word))’",
      hint: Suggestion.didYouMean(word, among: kinds, else: "the kinds are"))
  }

  private func setInitialization(
    _ json: JSONValue, of layer: inout NamedLayer, at place: String
  ) throws(NetworkFileError) {
    let fields = layer.layer.kind.fields.filter(\.isInitialization)
    guard case .object(let members) = json else {
      throw network.fail(
        "\(place), init",
        "must be an object with \(fields.map(\.name).joined(separator: " and "))")
    }
    try network.refuseUnknown(members.names, known: fields.map(\.name), at: "\(place), init")
    for field in fields {
      guard let value = members[field.name] else {
        throw network.fail("\(place), init", "\(field.name) is missing")
      }
      try set(field, to: value, of: &layer, at: "\(place), init")
    }
  }

  private func set(
    _ field: LayerField, to json: JSONValue, of layer: inout NamedLayer, at place: String
  ) throws(NetworkFileError) {
    let given: FieldValue? =
      switch json {
      case .integer(let whole): .whole(whole)
      case .number(let number): .real(number)
      case .float(let number): .real(Double(number))
      case .string(let word): .word(word)
      case .null, .boolean, .array, .object: nil
      }
    do throws(FieldProblem) {
      guard let given else { throw FieldProblem(expected: "a number or a word") }
      try field.write(&layer, given)
    } catch {
      let stated = given.map { "‘\(brief("\($0)"))’" } ?? json.kind
      throw network.fail(
        place, "\(field.name) takes \(error.expected), not \(stated)", hint: error.suggestion)
    }
  }
}
