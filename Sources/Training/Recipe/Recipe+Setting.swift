import Basics
import Layers
import Networks
import TensorFiles

extension Recipe {
  /// The recipe with one field set, with name and value as on the command line.
  ///
  /// A field is named by its path in the JSON (`schedule.patience`), or by its last word if that is
  /// unique (`patience`); `-` counts as `_`. Settings of one layer are `layers.conv1.rate` or
  /// `conv1.rate`. Naming another kind of optimizer or schedule brings its usual numbers:
  /// `schedule=one-cycle`. Steps may be written `120:0.1 130:0.01`, for one layer `conv1@72:0`, for
  /// weights alone `weight@23:0.1` or `conv1.weight@68:0.001`. Layers to freeze may be written
  /// `conv1...conv3 fc6`. The word `none` removes an optional
  /// setting. `views` is the name of `crops` in older versions.
  ///
  /// - Throws: `RecipeError` if the field doesn't exist, or can't take the value.
  package func setting(_ name: String, to text: String) throws(RecipeError) -> Recipe {
    var root = members
    let path = try Self.path(of: name, in: root)
    let value = Self.value(text, at: path)
    Self.set(&root, path[...], value)
    return try Recipe(RecipeValue(path: "", json: .object(root)))
  }

  /// Members that describe the file and can't be set.
  private static let fixed: Set<String> = ["format", "version", "layers", "from"]

  /// The paths of all fields, in the order of the JSON.
  private static func places(in root: [JSONValue.Member]) -> [[String]] {
    (fields + laterFields).filter { !fixed.contains($0) }.flatMap { name -> [[String]] in
      guard case .object(let members)? = root[name] else { return [[name]] }
      return [[name]] + members.names.filter { $0 != "kind" }.sorted().map { [name, $0] }
    }
  }

  private static func path(
    of given: String, in root: [JSONValue.Member]
  ) throws(RecipeError) -> [String] {
    let names = places(in: root)
    let words = given.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    let plain = words == ["views"] ? ["crops"] : words.map { $0.replacing("-", with: "_") }
    if names.contains(plain) { return plain }
    if plain.count == 2, plain[1] == "kind", names.contains([plain[0]]) { return plain }
    if plain.count == 1 {
      let unique = names.filter { $0.count == 2 && $0[1] == plain[0] }
      if unique.count == 1 { return unique[0] }
    }
    // Settings of one layer: whether the network has the layer is checked when training starts.
    let settings = LayerSettings.fields.map(\.name)
    let layer = words.first == "layers" ? Array(words.dropFirst()) : words
    if layer.count == 2, !layer[0].isEmpty, let field = plain.last {
      if settings.contains(field), !names.contains([layer[0]]) {
        return ["layers", layer[0], field]
      }
      if !names.contains(where: { $0[0] == layer[0] }) {
        throw RecipeError(
          printable(given), "isn't a field: a layer has \(settings.joined(separator: ", "))",
          hint: Suggestion.nearest(to: field, among: settings)
            .map { "did you mean \(printable(layer[0])).\($0)?" })
      }
    }
    if plain == ["from"] {
      throw RecipeError("from", "isn't set by --set", hint: "train --from WEIGHTS")
    }
    try requireKind(plain)
    guard !given.isEmpty else {
      throw RecipeError("", "a setting has no name", hint: "write it as rate=0.01")
    }
    let known = names.map { $0.joined(separator: ".") } + names.compactMap { $0.dropFirst().first }
    throw RecipeError(
      printable(given), "isn't a field of a recipe",
      hint: Suggestion.didYouMean(plain.joined(separator: "."), among: known)
        ?? "the fields are \(names.map { $0.joined(separator: ".") }.joined(separator: ", "))")
  }

  /// Reports a field of another kind of optimizer or schedule, with that kind.
  private static func requireKind(_ path: [String]) throws(RecipeError) {
    let kinds =
      Optimizer.Kind.allCases.map { ("optimizer", $0.rawValue, Optimizer.usual($0).json) }
      + Schedule.Kind.allCases.map { ("schedule", $0.rawValue, Schedule.usual($0).json) }
    for (field, kind, json) in kinds {
      guard case .object(let members) = json, let name = path.last,
        members[name] != nil, name != "kind", path.count == 1 || path == [field, name]
      else { continue }
      throw RecipeError(
        "\(field).\(name)", "belongs to another \(field)", hint: "set \(field)=\(kind) first")
    }
  }

  /// The meaning of a text: JSON if it is valid, else a word.
  private static func value(_ text: String, at path: [String]) -> JSONValue {
    if path == ["optimizer"] || path == ["optimizer", "kind"],
      let kind = Optimizer.Kind(rawValue: text)
    {
      return Optimizer.usual(kind).json
    }
    if path == ["schedule"] || path == ["schedule", "kind"] {
      if let kind = Schedule.Kind(rawValue: text) { return Schedule.usual(kind).json }
      if text == "source-2012" { return Schedule.source2012.json }
      if let steps = RateStep.list(text) { return Schedule.steps(steps).json }
    }
    if path == ["schedule", "steps"], let steps = RateStep.list(text),
      case .object(let schedule) = Schedule.steps(steps).json
    {
      return schedule["steps"]!
    }
    if text == "none" { return .null }
    if path == ["freeze"] { return .array(LayerRanges.items(text).map { .string($0) }) }
    if texts.contains(path) { return .string(text) }
    if let json = try? JSONParser.parse(Array(text.utf8)) { return json }
    if let number = Double(text), number.isFinite, text.first?.isLetter == false {
      return .number(number)
    }
    return .string(text)
  }

  /// Fields that are texts, even if they look like numbers.
  private static let texts: Set<[String]> = [["name"], ["title"], ["source"], ["network"]]

  private static func set(
    _ members: inout [JSONValue.Member], _ path: ArraySlice<String>, _ value: JSONValue
  ) {
    guard let first = path.first else { return }
    // Setting a kind also sets its other fields.
    if path.count == 1 || path.dropFirst() == ["kind"] {
      if path.count == 1 && isAbsent(value, first, path) {
        members[first] = nil
      } else if case .object? = members[first], case .string = value, path.count == 1 {
        members[first] = ["kind": value]
      } else if path.count == 2, case .string = value {
        members[first] = ["kind": value]
      } else {
        members[first] = value
      }
      return
    }
    var inner: [JSONValue.Member] = []
    if case .object(let found)? = members[first] { inner = found }
    set(&inner, path.dropFirst(), value)
    members[first] = .object(inner)
  }

  /// Whether a value removes a setting of one layer.
  private static func isAbsent(
    _ value: JSONValue, _ name: String, _ path: ArraySlice<String>
  ) -> Bool {
    // The third word of `layers.conv1.rate`.
    value == .null && path.startIndex == 2
  }
}

extension RateStep {
  /// Steps as typed: `120:0.1 130:0.01`, `conv1@72:0`, `weight@23:0.1`, `conv1.weight@68:0.001`;
  /// nil if the text isn't such a list.
  static func list(_ text: String) -> [RateStep]? {
    var steps: [RateStep] = []
    for item in text.split(whereSeparator: { $0 == " " || $0 == "," }) {
      let parts = item.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, let factor = Double(parts[1]), factor.isFinite else { return nil }
      let place = parts[0].split(separator: "@", omittingEmptySubsequences: false)
      guard let after = place.last.flatMap({ Int($0) }), place.count <= 2 else { return nil }
      var names = place.dropLast().flatMap { $0.split(separator: ".") }.map(String.init)
      let role = names.last.flatMap(RateStep.Role.init(rawValue:))
      if role != nil { names.removeLast() }
      guard names.count <= 1, place.count == 1 || role != nil || !names.isEmpty else { return nil }
      steps.append(RateStep(after: after, layer: names.first, role: role, factor: factor))
    }
    return steps.isEmpty ? nil : steps
  }
}
