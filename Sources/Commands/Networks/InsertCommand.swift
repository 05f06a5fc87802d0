import ArgumentParser
import Basics
import Cells
import Layers
import Networks

/// Puts a layer in.
package struct InsertCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "insert", abstract: "Put a layer in: insert conv3 max_pooling kernel=3 stride=2.",
    discussion: "KIND is one of "
      + Layer.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ". Fields are NAME=VALUE.")
  /// Examples, which the tests run.
  package static let examples: [Example] = [
    Example(
      "insert relu3 local_response_normalization n=5", "a third LRN", expect: "norm3"),
    .slip("insert conv3 puddle", "an unknown kind", expect: "puddle"),
  ]

  @Argument(help: "The layer before it, or input.") var after: String
  @Argument(help: "The kind of layer.") var kind: String
  @Argument(help: "Fields, as NAME=VALUE.") var fields: [String] = []
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Layers, then kinds.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2
      ? ["input"] + session.network.layers.map(\.name) : Layer.Kind.allCases.map(\.rawValue)
  }

  /// Changes the network.
  package func run(in session: inout Session) throws -> Output {
    let settings = try fields.map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Failure(
          .usage, "\(quoted(field)) sets nothing", hint: "fields are NAME=VALUE, as kernel=3")
      }
      return FieldSetting(
        String(parts[0]), FieldValue(String(parts[1]).replacing("−", with: "-")))
    }
    return try session.edit(.insert(after: after, kind: kind, fields: settings))
  }
}
