import TensorFiles

/// Caffe's trained networks: a NetParameter with its layers in the present or the older form.
///
/// Source: BVLC's caffe.proto.
enum CaffeModel {
  static func read(_ opened: OpenFile) throws -> WeightFile {
    let file = opened.path
    let net = try ProtobufMessage(ByteRange(opened))
    let isOld = !net.has(100)
    var entries: [WeightFile.Entry] = []
    var layers: [FileLayer] = []
    for message in try net.messages(isOld ? 2 : 100) {
      if isOld, message.has(1) {
        throw WeightFileError(
          file, "its layers have the form that Caffe used before 2014",
          hint: "Caffe's upgrade_net_proto_binary brings it up to date")
      }
      let name = try message.text(isOld ? 4 : 1) ?? ""
      let blobs = try message.messages(isOld ? 6 : 7)
      let kind =
        isOld
        ? Self.oldTypes[try message.integer(5) ?? 0] ?? "" : try message.text(2) ?? ""
      var names: [String] = []
      for (index, blob) in blobs.enumerated() {
        let isVector = index > 0 || blobs.count == 1 && kind == "Bias"
        let place = "\(name).\(index)"
        names.append(place)
        entries.append(
          WeightFile.Entry(
            place, try array(blob, isVector: isVector, isDense: kind == "InnerProduct", place, file)
          ))
      }
      if let operation = try operation(kind, message, isOld: isOld) {
        layers.append(
          FileLayer(
            name: name, operation: operation, tensors: names,
            isTransposed: try transposes(kind, message, isOld: isOld)))
      } else if !names.isEmpty {
        throw WeightFileError(
          file, "layer \(printable(name)) is of type \(printable(kind)), which isn't in AlexNet")
      }
    }
    guard !entries.isEmpty else {
      throw WeightFileError(
        file, "it has no weights",
        hint: "load the .caffemodel, not the definition or the mean image")
    }
    return try WeightFile(
      file: file, format: .caffe, variant: isOld ? "older layer messages" : nil, entries: entries,
      layers: layers)
  }

  private static let oldTypes = [
    4: "Convolution", 6: "Dropout", 8: "Flatten", 14: "InnerProduct", 15: "LRN", 17: "Pooling",
    18: "ReLU", 19: "Sigmoid", 20: "Softmax", 21: "Softmax", 23: "TanH",
  ]

  /// A blob; the older ones have four axes, of which dense weights use the last two.
  private static func array(
    _ blob: ProtobufMessage, isVector: Bool, isDense: Bool, _ place: String, _ file: String
  ) throws -> StoredArray {
    var sizes: [Int]
    if let shape = try blob.message(7) {
      sizes = try shape.integers(1)
    } else {
      sizes = try (1...4).map { try blob.integer($0) ?? 1 }
    }
    let ones = isVector ? sizes.count - 1 : isDense ? sizes.count - 2 : 0
    if ones > 0, sizes.prefix(ones).allSatisfy({ $0 == 1 }) { sizes.removeFirst(ones) }
    let name = printable(place)
    if let floats = try blob.elements(5) {
      return try StoredArray(floats, .float32, sizes, place: name)
    }
    guard let doubles = try blob.elements(8) else {
      throw WeightFileError(file, "\(name) has no values")
    }
    return try StoredArray(doubles, .float64, sizes, place: name)
  }

  private static func transposes(_ kind: String, _ layer: ProtobufMessage, isOld: Bool) throws
    -> Bool
  {
    guard kind == "InnerProduct" else { return false }
    return try layer.message(isOld ? 17 : 117)?.integer(6) == 1
  }

  /// What a layer computes; nil if it computes nothing, such as the data.
  private static func operation(
    _ kind: String, _ layer: ProtobufMessage, isOld: Bool
  ) throws -> FileLayer.Operation? {
    switch kind {
    case "Convolution":
      let settings = try layer.message(isOld ? 10 : 106)
      return .convolution(
        kernel: try side(settings, 4, 11, 12, 0), stride: try side(settings, 6, 13, 14, 1),
        padding: try side(settings, 3, 9, 10, 0), groups: try settings?.integer(5) ?? 1)
    case "InnerProduct": return .linear
    case "LRN":
      let settings = try layer.message(isOld ? 18 : 118)
      guard try settings?.integer(4) ?? 0 == 0 else { return .activation("LRN within channels") }
      return .localResponseNormalization(
        n: try settings?.integer(1) ?? 5, k: try settings?.float(5) ?? 1,
        alpha: try settings?.float(2) ?? 1, beta: try settings?.float(3) ?? 0.75)
    case "Pooling":
      let settings = try layer.message(isOld ? 19 : 121)
      guard try settings?.integer(1) ?? 0 == 0 else { return .averagePooling }
      return .maxPooling(
        kernel: try side(settings, 2, 5, 6, 0), stride: try side(settings, 3, 7, 8, 1),
        padding: try side(settings, 4, 9, 10, 0), roundsUp: try settings?.integer(13) ?? 0 == 0)
    case "ReLU", "TanH", "Sigmoid": return .activation(kind)
    case "Dropout": return .dropout
    case "Flatten": return .flatten
    case "Softmax", "SoftmaxWithLoss": return .softmax
    default: return nil
    }
  }

  /// A size that a layer gives for both axes, or for each; nil if the two differ.
  private static func side(
    _ settings: ProtobufMessage?, _ both: Int, _ rows: Int, _ columns: Int, _ usual: Int
  ) throws -> Int? {
    guard let settings else { return usual }
    if let row = try settings.integer(rows), let column = try settings.integer(columns) {
      return row == column ? row : nil
    }
    let sizes = try settings.integers(both)
    guard let first = sizes.first else { return usual }
    return sizes.allSatisfy { $0 == first } ? first : nil
  }
}
