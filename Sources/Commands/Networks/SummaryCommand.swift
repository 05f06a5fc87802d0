import ArgumentParser
import Basics
import Cells
import Documents
import Networks
import TensorFiles

/// Prints a network's shapes, parameters and work, layer by layer.
package struct SummaryCommand: Command, HasGlobalOptions {
  /// The format of the table.
  enum TableStyle: String, ExpressibleByArgument, CaseIterable {
    /// This program's own.
    case notebook
    /// The format of Python's torchsummary.
    case torchsummary
    /// The format of Keras's `model.summary()`.
    case keras
  }

  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "summary", abstract: "Print a network layer by layer: shapes, parameters, work.",
    discussion: """
      MACs are the multiply-adds of convolutions and matrix products for one image; biases, \
      normalization, pooling and activations aren't counted. Memory assumes 32-bit floats, \
      1 MiB = 2^20 bytes. The receptive field is in pixels of the input, not clipped at its edges.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("summary", "the network in use", expect: "62,378,344"),
    Example("summary caffenet", "another network", expect: "60,965,224"),
    Example(
      "summary --formula", "the formula of each count", expect: "96 · (3·11·11) + 96 = 34,944"),
    Example(
      "summary alexnet-cifar10 --style torchsummary", "torchsummary's format", expect: "237.79"),
    Example(
      "summary alexnet-batchnorm --style keras", "Keras's format", expect: "62,383,848"),
    .slip("summary alexnot", "a misspelled name", expect: "did you mean alexnet?"),
  ]

  @Argument(help: "The network; without one, the network in use.", completion: .zoo)
  var name: String?
  @Flag(help: "Print the formula of each count.") var formula = false
  @Option(help: "The table: notebook, torchsummary or keras.") var style = TableStyle.notebook
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// Prints the table or the formulas.
  package func run(in session: inout Session) throws -> Output {
    let network = try name.map { try Zoo.find($0) } ?? session.network
    let summary = try Summary(network, changedFrom: name == nil ? session.original : nil)
    var output: Output
    switch style {
    case .notebook where formula: output = formulas(summary)
    case .notebook: output = table(summary)
    case .torchsummary:
      output = Output([.preformatted(try TorchSummary(network).lines.map { Text($0) })])
    case .keras: output = Output([.preformatted(try KerasSummary(network).lines.map { Text($0) })])
    }
    output.json = json(summary)
    return output
  }

  private func table(_ summary: Summary) -> Output {
    var table = Table([
      .init("layer"), .init("settings", drop: 3), .init("output"),
      .init("parameters", numeric: true), .init("share", numeric: true, drop: 2),
      .init("MACs", numeric: true, drop: 1), .init("share", numeric: true, drop: 2),
      .init("memory", numeric: true, drop: 4), .init("field", numeric: true, drop: 5), .init(""),
    ])
    for row in summary.rows {
      let parameters = row.parameters > 0
      let work = row.multiplyAdds > 0
      let isMarked = row.mark != nil
      table.row([
        isMarked ? .notice(row.name) : .name(row.name), Text(row.geometry.layer.shortSettings),
        Text("\(row.output)"), Text(parameters ? NumberFormat.grouped(row.parameters) : ""),
        .faint(parameters ? NumberFormat.percent(row.parameterShare) : ""),
        Text(work ? NumberFormat.grouped(row.multiplyAdds) : ""),
        .faint(work ? NumberFormat.percent(row.multiplyAddShare) : ""),
        Text(NumberFormat.bytes(row.activationBytes)), Text(row.receptiveField.words),
        .notice(row.mark?.rawValue ?? ""),
      ])
    }
    table.rule()
    table.row([
      .strong("total"), "", "", .strong(NumberFormat.grouped(summary.parameters)), "",
      .strong(NumberFormat.grouped(summary.multiplyAdds)), "",
      Text(NumberFormat.bytes(summary.activationBytes)),
    ])
    var output = Output()
    output.line(
      .strong(summary.network.name) + .faint("  \(summary.network.title)"), hang: 2)
    output.table(table)
    if summary.trainable != summary.parameters {
      output.line(
        "\(NumberFormat.grouped(summary.trainable)) trainable, "
          + "\(NumberFormat.grouped(summary.parameters - summary.trainable)) running statistics")
    }
    output.line(
      .faint(
        "\(NumberFormat.grouped(summary.neurons)) neurons · weights "
          + "\(NumberFormat.bytes(summary.parameterBytes)) · activations "
          + "\(NumberFormat.bytes(summary.activationBytes))"))
    return output
  }

  private func formulas(_ summary: Summary) -> Output {
    var output = Output()
    output.line(.strong(summary.network.name))
    for row in summary.rows where !row.formulas.isEmpty {
      output.split(
        .name(row.name.padding(to: 10)) + Text(row.geometry.layer.words),
        Text("\(row.input) → \(row.output)"))
      for formula in row.formulas {
        output.line(
          .faint(formula.subject.rawValue.padding(to: 12)) + Text(formula.text), indent: 10,
          hang: 22)
      }
    }
    output.line(
      "total     "
        + .strong(
          "\(NumberFormat.grouped(summary.parameters)) parameters, \(NumberFormat.grouped(summary.multiplyAdds)) MACs"
        ))
    return output
  }

  private func json(_ summary: Summary) -> JSONValue {
    [
      "name": .string(summary.network.name),
      "input": .integers(summary.network.input.shape().withoutBatch.dimensions),
      "parameters": .integer(summary.parameters), "trainable": .integer(summary.trainable),
      "macs": .integer(summary.multiplyAdds), "neurons": .integer(summary.neurons),
      "layers": .array(
        summary.rows.map { row in
          [
            "name": .string(row.name), "kind": .string(row.kind.rawValue),
            "settings": .string(row.settings), "output": .integers(row.output.dimensions),
            "parameters": .integer(row.parameters), "macs": .integer(row.multiplyAdds),
            "activationBytes": .integer(row.activationBytes),
            "receptiveField": .string(row.receptiveField.words),
            "mark": .optional(row.mark?.rawValue),
            "formulas": .array(row.formulas.map { .string($0.text) }),
          ]
        }),
    ]
  }
}

extension ReceptiveFieldSize {
  /// The side of the square in pixels: `67`, or `all` for the whole image.
  fileprivate var words: String {
    switch self {
    case .square(let size, _): "\(size)"
    case .whole: "all"
    }
  }
}
