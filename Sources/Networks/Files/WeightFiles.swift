import Layers
import TensorFiles
import Tensors

extension Tensor {
  /// `[0, 2] is 70000, too large for half precision`, for the first such element; nil if all fit.
  package var tooLargeForHalf: String? {
    guard let place = values.firstIndex(where: { $0.isFinite && $0.magnitude >= 65_520 }) else {
      return nil
    }
    let index = shape.index(at: place).map(String.init).joined(separator: ", ")
    return "[\(index)] is \(values[place]), too large for half precision"
  }
}

extension Weights {
  /// Reads every parameter of a network from a file. On an error, the weights stay as they were.
  ///
  /// - Parameters:
  ///   - file: the open file.
  ///   - network: the network; it must fit.
  ///   - ignoring: whether a tensor that no layer uses is allowed.
  ///   - cancellation: polled after each tensor.
  /// - Returns: which tensor went where.
  /// - Throws: `WeightError` if names, shapes or values don't fit the network; `SafeTensorsError`,
  ///   `NetworkShapeError`, `Cancelled`.
  @discardableResult
  public mutating func load(
    from file: SafeTensors, network: Network, ignoring: (String) -> Bool = { _ in false },
    cancellation: Cancellation = .never
  ) throws -> WeightMap {
    let tensors = file.names.map { (name: $0, shape: file.shape(of: $0)!) }
    let map = try WeightMap(tensors, network: network, file: file.file, ignoring: ignoring)
    var loaded: [Int: [Tensor]] = [:]
    for entry in map.entries {
      try cancellation.check()
      let tensor = try file.tensor(entry.tensor)
      if let bad = tensor.values.firstIndex(where: { !$0.isFinite }) {
        let index = tensor.shape.index(at: bad).map(String.init).joined(separator: ", ")
        throw WeightError(
          file.file, "\(printable(entry.tensor))[\(index)] is \(tensor.values[bad])")
      }
      if entry.parameter.role == .runningVariance,
        let bad = tensor.values.firstIndex(where: { $0 < 0 })
      {
        throw WeightError(
          file.file,
          "\(printable(entry.tensor))[\(bad)] is \(tensor.values[bad]): "
            + "a variance can't be negative")
      }
      loaded[entry.layer, default: []].append(tensor)
    }
    for (layer, tensors) in loaded { set(tensors, of: network.layers[layer]) }
    return map
  }

  /// Reads every parameter of a network from the safetensors file at this path, which `save(_:to:)`
  /// may have written. On an error, the weights stay as they were.
  ///
  /// - Returns: which tensor went where.
  /// - Throws: `WeightError` if names, shapes or values don't fit the network; `SafeTensorsError`,
  ///   `NetworkShapeError`.
  @discardableResult
  public mutating func load(_ network: Network, from path: String) throws -> WeightMap {
    try load(from: SafeTensors(path: path), network: network)
  }

  /// A file with every parameter of a network under this project's names; missing ones are drawn
  /// first.
  ///
  /// - Throws: `NetworkShapeError`, `Cancelled`.
  public mutating func file(
    of network: Network, metadata: [String: String] = [:], cancellation: Cancellation = .never
  ) throws -> SafeTensorsWriter {
    var writer = SafeTensorsWriter(metadata: metadata)
    for layer in try network.geometry() {
      let tensors = try parameters(
        of: layer, initialization: network.layers[layer.index].initialization,
        cancellation: cancellation)
      for (parameter, tensor) in zip(layer.parameters, tensors) {
        writer.add(layer.name(of: parameter), tensor)
      }
    }
    return writer
  }

  /// Writes every parameter of a network to a file, whole or not at all.
  ///
  /// - Throws: `FileError`, `NetworkShapeError`, `MemoryShortage`, `Cancelled`; the file is then as it was.
  ///
  /// Parameters that haven't been drawn so far are drawn one at a time while writing, and not kept.
  ///
  /// - Parameter asHalf: whether they are rounded to half precision (F16); a number from 65,520 on then
  ///   throws a `WeightError`.
  public func save(
    _ network: Network, to path: String, asHalf: Bool = false, cancellation: Cancellation = .never
  ) throws {
    try save(
      network, to: path, format: "alexnet-weights", asHalf: asHalf, cancellation: cancellation
    ) { $0.name(of: $1) }
  }

  /// The same, with other names for the parameters, and another word for the format in the metadata.
  package func save(
    _ network: Network, to path: String, format: String, asHalf: Bool = false,
    cancellation: Cancellation, naming: (LayerGeometry, Parameter) -> String
  ) throws {
    var writer = SafeTensorsWriter(
      metadata: ["format": format, "network": network.name, "seed": "\(seed)"])
    var drawing: [String: () throws -> Tensor] = [:]
    for layer in try network.geometry() {
      let initialization = network.layers[layer.index].initialization
      let made = made(of: layer, initialization)
      for (index, parameter) in layer.parameters.enumerated() {
        let name = naming(layer, parameter)
        writer.add(name, later: parameter.shape, asHalf: asHalf)
        drawing[name] = {
          try made?[index]
            ?? initial(parameter, of: layer, initialization, cancellation: cancellation)
        }
      }
    }
    try writer.write(to: path) { name in
      try cancellation.check()
      guard let draw = drawing[name] else {
        preconditionFailure("Every tensor of the file was named above.")
      }
      let tensor = try draw()
      if asHalf, let reason = tensor.tooLargeForHalf { throw WeightError(path, "\(name)\(reason)") }
      return tensor
    }
  }
}
