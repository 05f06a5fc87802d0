import Basics
import Cells
import Documents
import Networks
import TensorFiles
import WeightFiles

/// What is in a file of weights: its tensors, its format, and the networks that it fits.
enum WeightListReport {
  /// `PyTorch, zip, pickle protocol 2`
  static func format(_ file: WeightFile) -> String {
    [file.format.rawValue, file.variant].compactMap(\.self).joined(separator: ", ")
  }

  /// The report, with the name of the network that the file brings along if it is a checkpoint.
  static func output(_ file: WeightFile, checkpointOf network: String? = nil) -> Output {
    let fitting = network.map { [$0] } ?? WeightFit.fitting(file).map(\.name)
    let elements = file.entries.reduce(0) { $0 + $1.shape.count }
    var output = Output(
      json: [
        "file": .string(file.file), "format": .string(format(file)),
        "tensors": .array(
          file.entries.map {
            [
              "name": .string($0.name), "shape": .integers($0.shape.dimensions),
              "type": .string($0.type),
            ]
          }),
        "fits": .array(fitting.map { .string($0) }),
      ])
    let counts =
      "\(NumberFormat.count(file.entries.count, "tensor")), \(NumberFormat.count(elements, "element"))"
    output.line(.name(printable(file.file)) + Text(": \(format(file)) · \(counts)"), hang: 4)
    var table = Table([.init("tensor"), .init("shape"), .init("type")], indent: 2)
    for entry in file.entries {
      table.row([.name(printable(entry.name)), Text("\(entry.shape)"), Text(entry.type)])
    }
    output.table(table)
    if let network {
      output.line("It is a checkpoint of " + .name(network) + ", which it brings along.", hang: 4)
    } else if fitting.isEmpty {
      output.line("It fits none of our networks.")
    } else {
      output.line(
        "It fits " + .name(fitting.joined(separator: ", ")) + ".", hang: 4)
    }
    return output
  }
}
