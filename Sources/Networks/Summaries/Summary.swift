import Layers
import Tensors

/// A network layer by layer, for one image: shapes, parameters, work, memory, receptive fields.
public struct Summary: Hashable, Sendable {
  /// One layer of the table.
  public struct Row: Hashable, Sendable {
    /// The layer in its place, for a batch of one.
    public let geometry: LayerGeometry
    /// Its share of the network's parameters, from 0 to 1.
    public let parameterShare: Double
    /// Its share of the network's multiply-adds, from 0 to 1.
    public let multiplyAddShare: Double
    /// How much of the image one of its outputs sees.
    public let receptiveField: ReceptiveFieldSize
    /// What a change to the network did to it; nil if it is unchanged.
    public let mark: Mark?

    /// The layer's name.
    public var name: String { geometry.name }
    /// Which kind of layer it is.
    public var kind: Layer.Kind { geometry.layer.kind }
    /// Its settings: `11×11, stride 4`.
    public var settings: String { geometry.layer.settings }
    /// The input shape without the batch: C×H×W or F.
    public var input: Shape { geometry.input.withoutBatch }
    /// The output shape without the batch: C×H×W or F.
    public var output: Shape { geometry.output.withoutBatch }
    /// The number of parameters, running statistics included.
    public var parameters: Int { geometry.parameterCount }
    /// Multiply-adds of a forward pass.
    public var multiplyAdds: Int { geometry.multiplyAdds }
    /// The bytes of the output, as Floats.
    public var activationBytes: Int { geometry.output.count * MemoryLayout<Float>.size }
    /// How each count is computed.
    public var formulas: [CountDerivation] { geometry.formulas }
  }

  /// What a change to the network did to a layer.
  public enum Mark: String, Hashable, Sendable {
    /// The layer itself has other settings.
    case changed
    /// The layer was inserted.
    case inserted
    /// Only the shapes around it changed.
    case follows
  }

  /// The network.
  public let network: Network
  /// Its layers, first to last.
  public let rows: [Row]

  /// The number of parameters, running statistics included.
  public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
  /// The number of parameters that an optimizer changes.
  public var trainable: Int { rows.reduce(0) { $0 + $1.geometry.trainableCount } }
  /// Multiply-adds of a forward pass: convolutions and matrix products, no biases, normalizations,
  /// poolings or activations.
  public var multiplyAdds: Int { rows.reduce(0) { $0 + $1.multiplyAdds } }
  /// The bytes of the parameters, as Floats.
  public var parameterBytes: Int { parameters * MemoryLayout<Float>.size }
  /// The bytes of every layer's output, as Floats.
  public var activationBytes: Int { rows.reduce(0) { $0 + $1.activationBytes } }
  /// The bytes of parameters and outputs together.
  public var bytes: Int { parameterBytes + activationBytes }

  /// The neurons as the paper counts them: outputs of the layers with weights. (The paper says
  /// 650,000; the layers as it describes them have 659,272.)
  public var neurons: Int {
    rows.reduce(0) { sum, row in
      switch row.geometry.layer.weighted {
      case .convolution, .locallyConnected, .linear: sum + row.output.count
      case .batchNormalization, nil: sum
      }
    }
  }

  /// The summary of a network.
  ///
  /// - Parameters:
  ///   - network: the network.
  ///   - original: the network before a change; changed rows are then marked.
  /// - Throws: `NetworkShapeError` at the first layer that can't take its input.
  public init(_ network: Network, changedFrom original: Network? = nil) throws(NetworkShapeError) {
    self.network = network
    let geometry = try network.geometry()
    let marks = try original.map { old throws(NetworkShapeError) in
      try network.changes(from: old).marks
    }
    let parameters = geometry.reduce(0) { $0 + $1.parameterCount }
    let multiplyAdds = geometry.reduce(0) { $0 + $1.multiplyAdds }
    var field = ReceptiveFieldSize.pixel
    var rows: [Row] = []
    for layer in geometry {
      field = field.after(layer.layer)
      rows.append(
        Row(
          geometry: layer, parameterShare: Self.share(layer.parameterCount, of: parameters),
          multiplyAddShare: Self.share(layer.multiplyAdds, of: multiplyAdds),
          receptiveField: field, mark: marks?[layer.name]))
    }
    self.rows = rows
  }

  private static func share(_ part: Int, of whole: Int) -> Double {
    whole == 0 ? 0 : Double(part) / Double(whole)
  }
}
