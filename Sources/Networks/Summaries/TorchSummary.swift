import Basics
import Layers

/// The table that the Python package torchsummary prints for a PyTorch model.
///
/// Flattening and softmax have no row, since PyTorch models use functions for them, not modules.
/// Running statistics aren't counted, since in PyTorch they are buffers, not parameters.
public struct TorchSummary: Hashable, Sendable {
  /// The layers, first to last.
  public let rows: [LibraryRow]
  /// The number of parameters, all of them trainable.
  public let parameters: Int
  /// The input, in units of 2²⁰ bytes.
  public let inputSize: Double
  /// Every row's output, counted twice (once for its gradient), in units of 2²⁰ bytes.
  public let passSize: Double
  /// The parameters, in units of 2²⁰ bytes.
  public let parameterSize: Double
  /// All three together, in units of 2²⁰ bytes.
  public var totalSize: Double { inputSize + passSize + parameterSize }

  /// The table of a network.
  ///
  /// - Throws: `NetworkShapeError` at the first layer that can't take its input.
  public init(_ network: Network) throws(NetworkShapeError) {
    var rows: [LibraryRow] = []
    for layer in try network.geometry() {
      guard let type = Self.type(of: layer) else { continue }
      rows.append(
        LibraryRow(
          name: "\(type)-\(rows.count + 1)", type: type,
          output: layer.output.withoutBatch.dimensions, parameters: layer.trainableCount))
    }
    self.rows = rows
    parameters = rows.reduce(0) { $0 + $1.parameters }
    let outputs = rows.reduce(0) { $0 + $1.output.reduce(1, *) }
    inputSize = Self.megabytes(network.input.shape().count)
    passSize = Self.megabytes(2 * outputs)
    parameterSize = Self.megabytes(parameters)
  }

  /// The lines of the table as torchsummary prints them.
  public var lines: [String] {
    let (thin, thick) = (String(repeating: "-", count: 64), String(repeating: "=", count: 64))
    let table = rows.map { row in
      let shape = ([-1] + row.output).map(String.init).joined(separator: ", ")
      return Self.line(row.name, "[\(shape)]", NumberFormat.grouped(row.parameters))
    }
    return [thin, Self.line("Layer (type)", "Output Shape", "Param #"), thick] + table + [
      thick,
      "Total params: \(NumberFormat.grouped(parameters))",
      "Trainable params: \(NumberFormat.grouped(parameters))",
      "Non-trainable params: 0",
      thin,
      "Input size (MB): \(NumberFormat.fixed(inputSize, 2))",
      "Forward/backward pass size (MB): \(NumberFormat.fixed(passSize, 2))",
      "Params size (MB): \(NumberFormat.fixed(parameterSize, 2))",
      "Estimated Total Size (MB): \(NumberFormat.fixed(totalSize, 2))",
      thin,
    ]
  }

  private static func line(_ name: String, _ shape: String, _ parameters: String) -> String {
    "\(name.paddingLeft(to: 20))  \(shape.paddingLeft(to: 25)) \(parameters.paddingLeft(to: 15))"
  }

  private static func megabytes(_ floats: Int) -> Double {
    Double(floats) * Double(MemoryLayout<Float>.size) / 0x1p20
  }

  /// PyTorch's class, or a plain name if PyTorch has none; nil for layers without a row.
  private static func type(of layer: LayerGeometry) -> String? {
    switch layer.layer {
    case .convolution: "Conv2d"
    case .locallyConnected: "LocallyConnected"
    case .maxPooling: "MaxPool2d"
    case .averagePooling: "AvgPool2d"
    case .localResponseNormalization: "LocalResponseNorm"
    case .spatialNormalization: "SpatialNormalization"
    case .batchNormalization: layer.input.rank == 4 ? "BatchNorm2d" : "BatchNorm1d"
    case .activation(.relu): "ReLU"
    case .activation(.tanh): "Tanh"
    case .activation(.elu): "ELU"
    case .linear: "Linear"
    case .dropout: "Dropout"
    case .flatten, .softmax: nil
    }
  }
}
