import TensorFiles

/// ONNX models: the initializers of the graph, and its nodes.
///
/// Source: onnx.proto and the operators' descriptions.
enum ONNXModel {
  static func read(_ opened: OpenFile) throws -> WeightFile {
    let file = opened.path
    let model = try ProtobufMessage(ByteRange(opened))
    guard let graph = try model.message(7) else {
      throw WeightFileError(file, "it has no graph, so it isn't an ONNX model")
    }
    let entries = try graph.messages(5).map { try entry($0, file) }
    guard !entries.isEmpty else {
      throw WeightFileError(file, "its graph has no initializers, so no weights")
    }
    let names = Set(entries.map { ExactName($0.name) })
    var layers: [FileLayer] = []
    for node in try graph.messages(1) {
      let inputs = try node.ranges(1).map {
        String(decoding: try $0.beginning(1 << 12), as: UTF8.self)
      }
      let tensors = inputs.dropFirst().filter { names.contains(ExactName($0)) }
      let name = try node.text(3) ?? ""
      let attributes = try Attributes(node)
      let kind = try node.text(4) ?? ""
      if let operation = try attributes.operation(kind) {
        layers.append(
          FileLayer(
            name: name.isEmpty ? inputs.dropFirst().first ?? kind : name, operation: operation,
            tensors: tensors, isTransposed: attributes.transposes(kind)))
      } else if kind == "Add", tensors.count == 1, let last = layers.last,
        last.operation == .linear,
        last.tensors.count == 1
      {
        // A product and a sum are how some programs write a fully connected layer.
        layers[layers.count - 1] = FileLayer(
          name: last.name, operation: .linear, tensors: last.tensors + tensors,
          isTransposed: last.isTransposed)
      }
    }
    let producer = try model.text(2) ?? ""
    return try WeightFile(
      file: file, format: .onnx,
      variant: producer.isEmpty ? nil : "written by \(printable(producer, limit: 60))",
      entries: entries, layers: layers.isEmpty ? nil : layers)
  }

  private static let types: [Int: ElementType] = [
    1: .float32, 2: .uint8, 3: .int8, 4: .uint16, 5: .int16, 6: .int32, 7: .int64, 9: .bool,
    10: .float16, 11: .float64, 12: .uint32, 13: .uint64, 16: .bfloat16,
  ]

  private static func entry(_ tensor: ProtobufMessage, _ file: String) throws -> WeightFile.Entry {
    let name = try tensor.text(8) ?? ""
    let place = printable(name)
    let number = try tensor.integer(2) ?? 0
    guard let type = types[number] else {
      throw WeightFileError(file, "\(place) is of a type that can't be read (\(number))")
    }
    let sizes = try tensor.integers(1)
    guard sizes.allSatisfy({ $0 >= 0 }) else {
      throw WeightFileError(file, "\(place): its shape can't be right")
    }
    let bytes: ByteRange
    if try tensor.integer(14) == 1 {
      bytes = try external(tensor, place, file)
    } else if let raw = try tensor.ranges(9).last {
      bytes = raw
    } else {
      switch type {
      case .float32: bytes = try tensor.elements(4) ?? ByteRange([], file: file)
      case .float64: bytes = try tensor.elements(10) ?? ByteRange([], file: file)
      case .int64, .uint64, .uint32:
        bytes = packed(try tensor.integers(type == .int64 ? 7 : 11, limit: 1 << 24), type, file)
      default: bytes = packed(try tensor.integers(5, limit: 1 << 28), type, file)
      }
    }
    return WeightFile.Entry(name, try StoredArray(bytes, type, sizes, place: place))
  }

  /// Numbers that the file keeps one by one, as the bytes of their type.
  private static func packed(_ values: [Int], _ type: ElementType, _ file: String) -> ByteRange {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * type.size)
    for value in values {
      withUnsafeBytes(of: UInt64(truncatingIfNeeded: value).littleEndian) {
        bytes += $0.prefix(type.size)
      }
    }
    return ByteRange(bytes, file: file)
  }

  /// Values in another file of the same folder.
  private static func external(
    _ tensor: ProtobufMessage, _ place: String, _ file: String
  ) throws -> ByteRange {
    var values: [String: String] = [:]
    for entry in try tensor.messages(13) {
      if let key = try entry.text(1), let value = try entry.text(2) { values[key] = value }
    }
    let location = values["location"] ?? ""
    guard !location.isEmpty, !location.hasPrefix("/"), !location.hasPrefix("~"),
      !location.split(separator: "/").contains(".."), !location.utf8.contains(0)
    else {
      throw WeightFileError(
        file, "\(place) is in \(printable(location)), which isn't a file beside the model")
    }
    let slash = file.lastIndex(of: "/")
    let opened: OpenFile
    do {
      opened = try OpenFile((slash.map { String(file[...$0]) } ?? "") + location)
    } catch {
      throw WeightFileError(
        file, "\(place) is in another file, \(printable(location)): \(error.reason)",
        hint: "put \(printable(location)) into the model's folder")
    }
    let all = ByteRange(opened)
    let offset = values["offset"].flatMap { Int($0) } ?? 0
    return try all.part(offset, values["length"].flatMap { Int($0) } ?? max(0, all.count - offset))
  }

  /// The attributes of a node by name.
  private struct Attributes {
    private var values: [String: ProtobufMessage] = [:]

    init(_ node: ProtobufMessage) throws {
      for attribute in try node.messages(5) {
        if let name = try attribute.text(1) { values[name] = attribute }
      }
    }

    private func integer(_ name: String) throws -> Int? { try values[name]?.integer(3) }
    private func float(_ name: String) throws -> Double? { try values[name]?.float(2) }

    /// A size that is given for each axis or side; nil if they differ.
    private func side(_ name: String, _ usual: Int?) throws -> Int? {
      guard let sizes = try values[name]?.integers(8), let first = sizes.first else { return usual }
      return sizes.allSatisfy { $0 == first } ? first : nil
    }

    func transposes(_ kind: String) -> Bool {
      switch kind {
      case "Gemm": ((try? integer("transB")) ?? 0) != 1
      default: kind == "MatMul"
      }
    }

    func operation(_ kind: String) throws -> FileLayer.Operation? {
      switch kind {
      case "Conv":
        // Without kernel_shape the weights tell it.
        return .convolution(
          kernel: try side("kernel_shape", nil), stride: try side("strides", 1),
          padding: try side("pads", 0), groups: try integer("group") ?? 1)
      case "Gemm", "MatMul": return .linear
      case "LRN":
        return .localResponseNormalization(
          n: try integer("size") ?? 0, k: try float("bias") ?? 1,
          alpha: try float("alpha") ?? 1e-4, beta: try float("beta") ?? 0.75)
      case "MaxPool":
        return .maxPooling(
          kernel: try side("kernel_shape", nil), stride: try side("strides", 1),
          padding: try side("pads", 0), roundsUp: try integer("ceil_mode") ?? 0 == 1)
      case "AveragePool", "GlobalAveragePool": return .averagePooling
      case "BatchNormalization": return .batchNormalization(epsilon: try float("epsilon") ?? 1e-5)
      case "Relu": return .activation("ReLU")
      case "Tanh": return .activation("TanH")
      case "Sigmoid": return .activation("Sigmoid")
      case "Flatten", "Reshape": return .flatten
      case "Dropout": return .dropout
      case "Softmax": return .softmax
      default: return nil
      }
    }
  }
}
