import ArgumentParser
import Basics
import Cells
import Layers
import Networks

/// Inserts a layer into the network.
package struct InsertCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "insert",
    abstract: "Insert a layer: insert conv3 max_pooling kernel=3 stride=2.",
    discussion: "KIND is one of "
      + Layer.Kind.allCases.map(\.rawValue).joined(separator: ", ") + ". Fields are NAME=VALUE.")
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example(
      "insert relu3 local_response_normalization n=5", "a third LRN layer", expect: "norm3"),
    .slip("insert conv3 puddle", "an unknown kind", expect: "puddle"),
  ]

  @Argument(help: "The layer to insert it after, or input.") var after: String
  @Argument(
    help: "The kind of layer.", completion: .list(Layer.Kind.allCases.map(\.rawValue)))
  var kind: String
  @Argument(help: "The layer's fields, as NAME=VALUE.") var fields: [String] = []
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The layers and the input, for the first word.
  package static func completions(for words: [String], in session: Session) -> [String] {
    words.count <= 2 ? ["input"] + session.network.layers.map(\.name) : []
  }

  /// Inserts the layer and reports what changes.
  package func run(in session: inout Session) throws -> Output {
    let settings = try fields.map { field in
      let parts = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2 else {
        throw Failure(
          .usage, "\(quoted(field)) isn't NAME=VALUE", hint: "write a field as kernel=3")
      }
      return FieldSetting(
        String(parts[0]), FieldValue(NumberFormat.withHyphens(String(parts[1]))))
    }
    return try session.edit(.insert(after: after, kind: kind, fields: settings))
  }
}
