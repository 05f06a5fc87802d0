import Basics
import Layers
import Tensors

/// The table that Keras 2 prints for a model: channels last, layers counted by class.
///
/// An activation directly after a fully connected layer is part of that layer's row.
public struct KerasSummary: Hashable, Sendable {
  /// The layers, first to last; sizes are rows, columns, channels.
  public let rows: [LibraryRow]
  /// The number of parameters, running statistics included.
  public let parameters: Int
  /// The number of parameters that an optimizer changes.
  public let trainable: Int

  /// The table of a network.
  ///
  /// - Throws: `NetworkShapeError` at the first layer that can't take its input.
  public init(_ network: Network) throws(NetworkShapeError) {
    let geometry = try network.geometry()
    var rows: [LibraryRow] = []
    var counts: [String: Int] = [:]
    for layer in geometry {
      if layer.index > 0, Self.isActivation(layer.layer),
        case .linear = geometry[layer.index - 1].layer
      {
        continue
      }
      let (prefix, type) = Self.names(of: layer.layer)
      counts[prefix, default: 0] += 1
      rows.append(
        LibraryRow(
          name: "\(prefix)_\(counts[prefix]!)", type: type, output: Self.channelsLast(layer.output),
          parameters: layer.parameterCount))
    }
    self.rows = rows
    parameters = geometry.reduce(0) { $0 + $1.parameterCount }
    trainable = geometry.reduce(0) { $0 + $1.trainableCount }
  }

  /// The lines of the table as Keras 2 prints them, without trailing blanks.
  public var lines: [String] {
    let (thin, thick) = (String(repeating: "_", count: 65), String(repeating: "=", count: 65))
    var lines = [thin, Self.line("Layer (type)", "Output Shape", "Param #"), thick]
    for (index, row) in rows.enumerated() {
      let shape = (["None"] + row.output.map(String.init)).joined(separator: ", ")
      lines.append(Self.line("\(row.name) (\(row.type))", "(\(shape))", String(row.parameters)))
      lines.append(index == rows.count - 1 ? thick : thin)
    }
    return lines + [
      "Total params: \(NumberFormat.grouped(parameters))",
      "Trainable params: \(NumberFormat.grouped(trainable))",
      "Non-trainable params: \(NumberFormat.grouped(parameters - trainable))",
      thin,
    ]
  }

  /// Columns that begin at 0, 29 and 55; text too long for its column is cut one character short of
  /// it, as Keras does.
  private static func line(_ name: String, _ shape: String, _ parameters: String) -> String {
    String(name.prefix(28)).padding(to: 29, gap: 0)
      + String(shape.prefix(25)).padding(to: 26, gap: 0)
      + String(parameters.prefix(10))
  }

  private static func channelsLast(_ shape: Shape) -> [Int] {
    shape.rank == 4 ? [shape.h, shape.w, shape.c] : shape.withoutBatch.dimensions
  }

  private static func isActivation(_ layer: Layer) -> Bool {
    switch layer {
    case .activation, .softmax: true
    case .convolution, .locallyConnected, .maxPooling, .averagePooling,
      .localResponseNormalization, .spatialNormalization, .batchNormalization, .flatten, .linear,
      .dropout:
      false
    }
  }

  /// The prefix of a layer's name in Keras, and its class; Keras lacks both response
  /// normalizations.
  private static func names(of layer: Layer) -> (prefix: String, type: String) {
    switch layer {
    case .convolution: ("conv2d", "Conv2D")
    case .locallyConnected: ("locally_connected2d", "LocallyConnected2D")
    case .maxPooling: ("max_pooling2d", "MaxPooling2D")
    case .averagePooling: ("average_pooling2d", "AveragePooling2D")
    case .localResponseNormalization: ("lrn", "local response")
    case .spatialNormalization: ("spatial_norm", "within maps")
    case .batchNormalization: ("batch_normalization", "BatchNormalization")
    case .activation, .softmax: ("activation", "Activation")
    case .flatten: ("flatten", "Flatten")
    case .linear: ("dense", "Dense")
    case .dropout: ("dropout", "Dropout")
    }
  }
}
