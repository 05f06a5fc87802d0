import ArgumentParser
import Documents
import TensorFiles

/// What a command's declaration says of its arguments: read from the argument parser's own description, so
/// that completion and messages need no list beside it.
struct Declaration: Sendable {
  /// An argument, an option or a flag.
  struct Argument: Sendable {
    /// `--png`, `-c`; none for an argument that goes by its place.
    var names: [String]
    /// Whether a value follows, as after every option that isn't a flag.
    var takesValue: Bool
    /// Whether several values may follow.
    var isRepeating: Bool
    /// One sentence about it.
    var abstract: String
    /// The values there are, where they can be listed.
    var values: [String]
    /// Whether a path may be given.
    var takesPath: Bool
    /// Whether that path is a folder's.
    var isFolder: Bool
  }

  /// Everything, in the order in which it is declared.
  let all: [Argument]

  /// The arguments that go by their place.
  var positional: [Argument] { all.filter(\.names.isEmpty) }
  /// The long names of options and flags.
  var optionNames: [String] { all.flatMap(\.names).filter { $0.hasPrefix("--") }.sorted() }

  /// The declaration of a command.
  init(of command: any ParsableCommand.Type) {
    let text = command._dumpHelp()
    let tree = try? JSONParser.parse(Array(text.utf8))
    all = (tree?["command"]?["arguments"]?.array ?? []).compactMap(Argument.init)
  }

  /// The argument whose value the last of these words is: an option's, or that of a place.
  ///
  /// - Parameter words: the command, and what was typed after it; the last word may be empty.
  func argument(at words: [String]) -> Argument? {
    var places = positional[...]
    var expected: Argument?
    for word in words.dropFirst().dropLast() {
      if expected != nil {
        expected = nil
      } else if word.hasPrefix("-") {
        expected = all.first { $0.names.contains(word) && $0.takesValue }
      } else if places.first?.isRepeating == false {
        places.removeFirst()
      }
    }
    return expected ?? places.first
  }
}

extension Declaration.Argument {
  /// An argument of the description; nil for what nobody types.
  fileprivate init?(_ json: JSONValue) {
    guard let kind = json["kind"]?.string else { return nil }
    names = (json["names"]?.array ?? []).compactMap { name in
      guard let text = name["name"]?.string else { return nil }
      return (name["kind"]?.string == "long" ? "--" : "-") + text
    }
    takesValue = kind != "flag"
    isRepeating = json["isRepeating"] == .boolean(true)
    abstract = json["abstract"]?.string ?? ""
    let completion = json["completionKind"]
    values =
      (json["allValues"]?.array ?? completion?["list"]?["values"]?.array ?? [])
      .compactMap(\.string)
    isFolder = completion?["directory"] != nil
    takesPath = isFolder || completion?["file"] != nil
  }
}

extension JSONValue {
  fileprivate subscript(_ name: String) -> JSONValue? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  fileprivate var array: [JSONValue]? {
    if case .array(let values) = self { values } else { nil }
  }

  fileprivate var string: String? {
    if case .string(let text) = self { text } else { nil }
  }
}
