import ArgumentParser
import Basics
import Cells
import Documents
import Layers
import Networks

/// Counts how many of a layer's windows read each input.
package struct OverlapCommand: Command, HasGlobalOptions {
  /// The command's name and help.
  package static let configuration = CommandConfiguration(
    commandName: "overlap",
    abstract:
      "Count how many windows read each input: overlap pool1, overlap pool1[3, 4, 5].",
    discussion: """
      Windows overlap if the stride is less than the kernel (paper, section 3.4). For an element, show \
      the inputs of its window and how many windows share each.
      """)
  /// Examples for help and for tests.
  package static let examples: [Example] = [
    Example("overlap pool1", "a 3×3 window that moves by 2", expect: "4 windows"),
    .slip("overlap relu1", "a layer without windows", expect: "relu1 has no window"),
  ]

  @Argument(help: "A layer with a window, or one of its elements.") var element: [String]
  @OptionGroup package var options: GlobalOptions

  /// A command with its defaults.
  package init() {}

  /// The layers that have a window.
  package static func completions(for words: [String], in session: Session) -> [String] {
    session.network.layers.filter { $0.layer.window != nil }.map(\.name)
  }

  /// Counts inputs by windows for a layer, or shows how one window's inputs are shared.
  package func run(in session: inout Session) throws -> Output {
    let text = element.joined()
    let name = String(text.prefix { $0 != "[" })
    let index = try session.layerIndex(name)
    let geometry = try session.geometry()[index]
    guard let window = geometry.layer.window else {
      throw Failure(
        .usage, "\(name) has no window",
        hint: "layers with one: "
          + session.network.layers.filter { $0.layer.window != nil }.map(\.name)
          .joined(separator: ", "))
    }
    if text.contains("[") { return try shared(text, window, geometry, &session) }
    return counts(window, geometry)
  }

  /// How many inputs are read by 0, 1, 2 … windows.
  private func counts(_ window: Window, _ geometry: LayerGeometry) -> Output {
    func perAxis(_ input: Int, _ outputs: Int) -> [Int] {
      (0..<input).map { window.outputs(holding: $0, outputs: outputs).count }
    }
    let rows = perAxis(geometry.input.h, geometry.output.h)
    let columns = perAxis(geometry.input.w, geometry.output.w)
    var byCount: [Int: Int] = [:]
    for row in rows { for column in columns { byCount[row * column, default: 0] += 1 } }
    let total = rows.count * columns.count
    var output = Output()
    output.line(
      .name(geometry.name)
        + "  \(geometry.layer.words): each of the \(rows.count)×\(columns.count) "
        + "inputs of a channel takes part in", hang: 4)
    var table = Table(
      [.init("", numeric: true), .init("inputs", numeric: true), .init("share", numeric: true)],
      indent: 2)
    for (windows, count) in byCount.sorted(by: { $0.key < $1.key }) {
      table.row([
        Text(NumberFormat.count(windows, "window")), Text(NumberFormat.grouped(count)),
        Text(NumberFormat.percent(Double(count) / Double(total))),
      ])
    }
    output.table(table)
    let reads = rows.reduce(0, +) * columns.reduce(0, +)
    output.line(
      "on average \(NumberFormat.fixed(Double(reads) / Double(total), 2)) windows read an input; "
        + (window.kernel > window.stride
          ? "the windows overlap by \(window.kernel - window.stride)"
          : "the windows don't overlap"),
      indent: 2)
    output.json = [
      "layer": .string(geometry.name),
      "inputsByWindows": .array(
        byCount.sorted { $0.key < $1.key }.map {
          ["windows": .integer($0.key), "inputs": .integer($0.value)]
        }),
    ]
    return output
  }

  /// The inputs of one window, and how many windows read each.
  private func shared(
    _ text: String, _ window: Window, _ geometry: LayerGeometry, _ session: inout Session
  ) throws -> Output {
    let target = try Target(text, isGradient: false, in: &session)
    guard target.index.count == 3 else {
      throw Failure(
        .name, "\(geometry.name) takes channel, row, column",
        hint: "overlap \(geometry.name)[0, 1, 1]")
    }
    for (axis, coordinate) in zip(["channel", "row", "column"], target.index).enumerated() {
      let size = geometry.output.withoutBatch[axis]
      guard (0..<size).contains(coordinate.1) else {
        throw Failure(
          .name, "\(geometry.name) has \(coordinate.0)s 0 to \(size - 1), not \(coordinate.1)")
      }
    }
    let (y, x) = (target.index[1], target.index[2])
    let rows = window.inputs(of: y, input: geometry.input.h)
    let columns = window.inputs(of: x, input: geometry.input.w)
    var output = Output()
    output.line(
      .strong(text)
        + " reads rows \(span(rows)), columns \(span(columns)); windows that read each:",
      hang: 4)
    var table = Table([.init("")] + columns.map { .init("x \($0)", numeric: true) }, indent: 2)
    for row in rows {
      table.row(
        [.faint("y \(row)")]
          + columns.map { column in
            let count =
              window.outputs(holding: row, outputs: geometry.output.h).count
              * window.outputs(holding: column, outputs: geometry.output.w).count
            return count > 1 ? .strong("\(count)") : "1"
          })
    }
    output.table(table)
    return output
  }
}
