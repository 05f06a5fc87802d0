import Basics
import Documents
import Expressions
import Networks

extension Session {
  /// The position of a layer of the network.
  ///
  /// - Throws: `Failure` with the nearest name.
  package func layerIndex(_ name: String) throws -> Int {
    if let index = network.index(of: name) { return index }
    let names = network.layers.map(\.name)
    let hint =
      Suggestion.didYouMean(name, among: names, else: "\(network.name) has")
    throw Failure(.name, "there is no layer \(quoted(name)) in \(network.name)", hint: hint)
  }

  /// How far the image has run, in one line: `at conv1, next is relu1`.
  package func whereabouts() -> Output {
    let position = trace?.position ?? 0
    let names = network.layers.map(\.name)
    var text: Text =
      position == 0 ? "before " + .name(names.first ?? "") : "at " + .name(names[position - 1])
    if position < names.count && position > 0 { text += ", next is " + .name(names[position]) }
    if position == names.count { text += ", the last layer" }
    var output = Output(
      json: [
        "position": .integer(position),
        "layer": .optional(position > 0 ? names[position - 1] : nil),
        "next": .optional(position < names.count ? names[position] : nil),
      ])
    output.line(text)
    return output
  }

  /// The number of a class, which the user may give by number or name.
  ///
  /// - Throws: `Failure` with the known classes.
  package func classNumber(_ word: String) throws -> Int {
    let classes = try geometry().last?.output.c ?? 0
    if let number = Int(word: word) {
      if (0..<classes).contains(number) { return number }
      let names = network.labels.map { labels in
        let some = labels.prefix(10).enumerated().map { "\($0) \($1)" }.joined(separator: ", ")
        return labels.count > 10 ? some + " …" : some
      }
      throw Failure(
        .name, "classes of \(network.name) go from 0 to \(classes - 1), not \(number)",
        hint: names)
    }
    if let number = network.labels?.firstIndex(of: word), number < classes { return number }
    let hint =
      network.labels.map { labels in
        Suggestion.didYouMean(word, among: labels)
          ?? labels.prefix(10).joined(separator: ", ")
      } ?? "classes only have numbers here, from 0 to \(classes - 1)"
    throw Failure(.name, "there is no class \(quoted(word))", hint: hint)
  }

  /// A class's name, or `class 7` if it has none.
  package func className(_ number: Int) -> String {
    if let labels = network.labels, number < labels.count { return labels[number] }
    return "class \(number)"
  }
}

extension Network {
  /// The network that the user named: a built-in one, or a JSON file.
  ///
  /// - Throws: `Failure` with the nearest name, `NetworkFileError`.
  package static func named(_ name: String, reserved: Set<String>) throws -> Network {
    guard name.hasSuffix(".json") else { return try Zoo.find(name) }
    return try NetworkFile.load(name, reserved: reserved)
  }
}

extension Zoo {
  /// The built-in network that the user named.
  ///
  /// - Throws: `Failure` with the nearest name.
  package static func find(_ name: String) throws(Failure) -> Network {
    if let network = network(named: name) { return network }
    let near = Suggestion.nearest(to: name, among: networks.map(\.name))
    throw Failure(
      .name, "there is no network \(quoted(name))",
      hint: near.map { "did you mean \($0)?" } ?? "networks lists them; network load FILE reads one"
    )
  }
}
