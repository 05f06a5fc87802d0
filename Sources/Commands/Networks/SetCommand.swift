import ArgumentParser
import Basics
import Cells
import Layers
import Networks

/// Changes a setting of one layer, or of the whole network.
package struct SetCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "set",
    abstract: "Change the network, a weight or a pixel: set conv1.stride 2, set input 224.",
    discussion: """
      LAYER.FIELD sets one layer: stride, kernel, padding, groups, filters, n, k, alpha, beta, \
      convention, rate and so on. input, rounding, activation, convention and classes set the whole \
      network. Layers that don't change keep their weights; undo takes the change back. One weight, bias or \
      pixel is named by its indices. Layers that have already run are run again, and the report says which \
      of their values differ; view difference LAYER shows where. A pixel of the prepared image is set by \
      its byte, 0 to 255.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("set conv1.stride 2", "twice as many positions per side", expect: "conv1 55 → 109"),
    Example("set input 224", "why everyone uses 227", expect: "54.25"),
    Example("set rounding ceil", "like the authors' program", expect: "rounding"),
    Example("set norm1.convention 2012", "α divided by n", expect: "norm1"),
    Example("set activation tanh", "tanh in place of every ReLU", expect: "tanh1"),
    Example(
      "set conv1.weight[5, 0, 3, 2] 0.1", "one weight, and what follows from it",
      expect: "largest change", after: ["network cuda-convnet-26", "next 3"]),
    Example(
      "set image[0, 12, 20] 255", "one pixel", expect: "byte 255",
      after: ["network cuda-convnet-26", "next 2"]),
    .slip(
      "set conv1.weight[5, 0, 3, 12] 0.1", "an index out of range", expect: "96×3×11×11"),
    .slip("set image[0, 40, 90] 300", "a byte that doesn't exist", expect: "from 0 to 255"),
    .slip("set conv1[0, 0, 0] 1", "an output is computed", expect: "conv1.weight"),
    .slip("set conv4.inputs 256", "a value that doesn't fit", expect: "conv4"),
    .slip("set conv1.strid 2", "a misspelled field", expect: "stride"),
  ]

  @Argument(
    help:
      "LAYER.FIELD, input, rounding, activation, convention, classes, or NAME[…], then the value.")
  var words: [String]
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The settings of the network and of its layers; for the value, the known words.
  package static func completions(for words: [String], in session: Session) -> [String] {
    if words.count > 2 {
      return Rounding.allCases.map(\.rawValue) + Activation.Kind.allCases.map(\.rawValue)
        + NormalizationConvention.allCases.map(\.rawValue)
    }
    return Network.settings
      + session.network.layers.flatMap { layer in
        session.network.fieldNames(of: layer.name).map { "\(layer.name).\($0)" }
      }
  }

  /// Changes the setting and reports what else changes.
  package func run(in session: inout Session) throws -> Output {
    if let change = NumberChange(words.joined(separator: " ")) {
      return try change.run(in: &session)
    }
    // `set conv1 stride 2` and `set conv1.stride = 2` mean the same.
    let parts = words.joined(separator: " ").split { $0 == " " || $0 == "=" }.map(String.init)
    guard (2...3).contains(parts.count) else {
      throw Failure(
        .usage, parts.count < 2 ? "set takes a setting and a value" : "set takes one value",
        hint: "set conv1.stride 2, set input 224, set rounding ceil")
    }
    let path = parts.dropLast().joined(separator: ".")
    return try session.edit(
      .set(path: path, value: FieldValue(NumberFormat.withHyphens(parts[parts.count - 1]))))
  }
}
