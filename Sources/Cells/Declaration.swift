import ArgumentParser
import Documents
import TensorFiles

/// A command's arguments, read from the argument parser's own description of the command, so that
/// completion and messages need no separate list.
struct Declaration: Sendable {
  /// An argument, an option or a flag.
  struct Argument: Sendable {
    /// `--png`, `-c`; empty for a positional argument.
    var names: [String]
    /// Whether a value follows: true except for flags.
    var takesValue: Bool
    /// Whether several values may follow.
    var isRepeating: Bool
    /// Whether help and completion leave it out, as the old name of an option.
    var isHidden: Bool
    /// Its help in one sentence.
    var abstract: String
    /// Whether it is a layer of the network.
    var isLayer: Bool
    /// All possible values, if they can be listed.
    var values: [String]
    /// Whether its value can be a path.
    var takesPath: Bool
    /// Whether that path is a folder's.
    var isFolder: Bool
    /// The file name extensions that it may have; empty for any.
    var extensions: [String]
  }

  /// All arguments, options and flags, in the order of declaration.
  let all: [Argument]

  /// The positional arguments.
  var positional: [Argument] { all.filter(\.names.isEmpty) }
  /// The long names of the options and flags that help shows.
  var optionNames: [String] {
    all.filter { !$0.isHidden }.flatMap(\.names).filter { $0.hasPrefix("--") }.sorted()
  }

  /// The declaration of a command.
  init(of command: any ParsableCommand.Type) {
    let text = command._dumpHelp()
    let tree = try? JSONParser.parse(Array(text.utf8))
    all = (tree?["command"]?["arguments"]?.arrayValue ?? []).compactMap(Argument.init)
  }

  /// The option or positional argument whose value is the last of these words.
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
  /// An argument of the parser's description; nil for one that users don't type.
  fileprivate init?(_ json: JSONValue) {
    guard let kind = json["kind"]?.stringValue else { return nil }
    names = (json["names"]?.arrayValue ?? []).compactMap { name in
      guard let text = name["name"]?.stringValue else { return nil }
      return (name["kind"]?.stringValue == "long" ? "--" : "-") + text
    }
    takesValue = kind != "flag"
    isHidden = json["shouldDisplay"] == .boolean(false)
    isRepeating = json["isRepeating"] == .boolean(true)
    abstract = json["abstract"]?.stringValue ?? ""
    isLayer = json["valueName"]?.stringValue == "layer"
    let completion = json["completionKind"]
    values =
      (json["allValues"]?.arrayValue ?? completion?["list"]?["values"]?.arrayValue ?? [])
      .compactMap(\.stringValue)
    isFolder = completion?["directory"] != nil
    takesPath = isFolder || completion?["file"] != nil
    extensions =
      (completion?["file"]?["extensions"]?.arrayValue ?? []).compactMap(\.stringValue)
  }
}
