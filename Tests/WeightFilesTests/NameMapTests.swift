import Layers
import TensorFiles
import Tensors
import TestSupport
import Testing

@testable import Networks
@testable import WeightFiles

/// Every name map, by the names that it gives to AlexNet's parameters, and what fits what.
struct NameMapTests {
  /// The first and the last weight, and a bias, of each map in `NameMap.all`, in its order.
  static let names: [[String]] = [
    ["conv1.weight", "conv5.bias", "fc8.weight"],
    ["features.0.weight", "features.10.bias", "classifier.6.weight"],
    ["net.0.weight", "net.12.bias", "classifier.6.weight"],
    ["feature_extractor.0.weight", "feature_extractor.12.bias", "classifier.6.weight"],
    ["features.0.weight", "features.12.bias", "classifier.6.weight"],
    ["0.weight", "10.bias", "21.weight"],
    ["c1.weight", "c5.bias", "fc3.weight"],
    ["conv1.weight", "conv5.bias", "fc3.weight"],
    ["conv1.0", "conv5.1", "fc8.0"],
    ["conv1.0", "conv5.1", "fc8.0"],
    ["conv1.weights", "conv5.biases", "fc8.weights"],
    ["conv2d.kernel", "conv2d_4.bias", "dense_2.kernel"],
    ["conv2d_1.kernel", "conv2d_5.bias", "dense_3.kernel"],
    ["conv1.kernel", "conv5.bias", "fc8.kernel"],
  ]

  @Test func everyMap() throws {
    let geometry = try #require(Zoo.network(named: "alexnet-owt")).geometry()
    func name(_ map: NameMap, _ layer: String, _ role: Parameter.Role) throws -> String? {
      let layer = try #require(geometry.first { $0.name == layer })
      let parameter = try #require(layer.parameters.first { $0.role == role })
      return map.name(of: parameter, in: layer, geometry)
    }
    #expect(Self.names.count == NameMap.all.count)
    for (map, names) in zip(NameMap.all, Self.names) {
      let got = [
        try name(map, "conv1", .weight), try name(map, "conv5", .bias),
        try name(map, "fc8", .weight),
      ]
      #expect(got == names, "\(map.name)")
    }
  }

  /// A file with only names and shapes.
  static func file(
    _ network: String, _ map: NameMap, prefix: String = "", without: String? = nil
  ) throws -> WeightFile {
    let geometry = try #require(Zoo.network(named: network)).geometry()
    let array = try StoredArray(ByteRange([], file: "w"), .float32, [0], place: "")
    var entries: [WeightFile.Entry] = []
    for layer in geometry {
      for parameter in layer.parameters {
        let name = try #require(map.name(of: parameter, in: layer, geometry))
        guard name != without else { continue }
        let arrangement = WeightFit.arrangement(map.program, parameter, layer, geometry)
        entries.append(
          WeightFile.Entry(
            name: prefix + name, shape: arrangement.stored(parameter.shape), type: "F32",
            elements: .array(array)))
      }
    }
    return try WeightFile(file: "w", format: .numpy, entries: entries)
  }

  /// Every network under our own names fits itself, and those with the same layers and shapes.
  @Test(arguments: Zoo.networks.map(\.name))
  func ownNames(_ name: String) throws {
    let fitting = WeightFit.fitting(try Self.file(name, NameMap.all[0])).map(\.name)
    #expect(fitting.contains(name))
    #expect(fitting.allSatisfy { $0 == name || Self.sameShapes.contains($0) })
  }

  static let sameShapes: Set<String> = ["alexnet-grouped", "caffenet", "alexnet-2012"]

  @Test func batchNormalizationOfKeras() throws {
    let keras = try #require(NameMap.all.first { $0.name == "Keras" })
    let file = try Self.file("alexnet-batchnorm", keras)
    #expect(file.entry("batch_normalization_4.moving_variance")?.shape == [256])
    #expect(file.entry("conv2d.kernel")?.shape == [11, 11, 3, 96])
    #expect(WeightFit.fitting(file).map(\.name) == ["alexnet-batchnorm"])
  }

  @Test(arguments: ["module.", "_orig_mod.", "model.", "module._orig_mod.", "state_dict.model."])
  func prefixes(_ prefix: String) throws {
    let file = try Self.file("alexnet-owt", .torchvision, prefix: prefix)
    #expect(WeightFit.fitting(file).map(\.name) == ["alexnet-owt"])
  }

  /// A file that doesn't fit: which tensor, both shapes, and the network that it fits.
  @Test func whatDoesNotFit() throws {
    func error(_ file: WeightFile, _ network: String) throws -> WeightFileError? {
      let network = try #require(Zoo.network(named: network))
      do {
        _ = try WeightFit(file, network: network)
      } catch {
        return error as? WeightFileError
      }
      return nil
    }
    let own = NameMap.all[0]
    var said = try error(try Self.file("alexnet-grouped", own), "alexnet")
    #expect(
      said?.message == "w: conv2.weight is 256×48×5×5, but conv2.weight of alexnet is 256×96×5×5 "
        + "(and 2 more of other shapes)")
    #expect(said?.hint == "the file fits alexnet-grouped")
    said = try error(
      try Self.file("alexnet-owt", .torchvision, without: "features.3.bias"), "alexnet-owt")
    #expect(said?.message == "w: features.3.bias is missing" && said?.hint == nil)
    said = try error(try Self.file("alexnet-owt", .torchvision), "alexnet")
    #expect(said?.hint == "the file fits alexnet-owt")
    said = try error(try Self.file("alexnet-batchnorm", own), "alexnet")
    #expect(said?.message.contains("no layer of alexnet uses bn1.weight") == true)
  }

  /// Caffe's files describe their layers: normalization before pooling, or after it.
  @Test func orderOfLayers() throws {
    let file = try Fixtures.open("new.caffemodel")
    var network = Fixtures.tiny(groups: 2, normalizes: true)
    network.layers.swapAt(2, 3)
    #expect {
      try WeightFit(file, network: network)
    } throws: {
      "\($0)".hasSuffix(
        "its layer norm1 is a local response normalization, where tiny has pool1, max pooling")
    }
    network = Fixtures.tiny(groups: 1, normalizes: true)
    #expect {
      try WeightFit(file, network: network)
    } throws: {
      "\($0)".hasSuffix("its layer conv2 has groups 2, where conv2 of tiny has 1")
    }
    network = Fixtures.tiny(groups: 2, normalizes: true)
    network.layers[0] = .convolution("conv1", 4, 5, stride: 2, padding: 2)
    #expect {
      try WeightFit(file, network: network)
    } throws: {
      "\($0)".hasSuffix("its layer conv1 has padding 1, where conv1 of tiny has 2")
    }
    network.layers[0] = .convolution("conv1", 4, 5, stride: 2, padding: 1)
    network.layers.removeLast()
    #expect {
      try WeightFit(file, network: network)
    } throws: {
      "\($0)".hasSuffix("its layer fc8 has no counterpart in tiny")
    }
  }

  /// Values that weights can't be are refused, and nothing is loaded.
  @Test func notFinite() throws {
    let network = Network(
      name: "one", title: "", input: PictureFormat(side: 2), layers: [.flatten, .linear("fc1", 1)])
    let values: [Float] = [0, 1, .nan] + [Float](repeating: 0, count: 9)
    let bytes = values.flatMap { value in withUnsafeBytes(of: value.bitPattern, Array.init) }
    let entries = [
      WeightFile.Entry(
        "fc1.weight", try StoredArray(ByteRange(bytes, file: "w"), .float32, [1, 12], place: "")),
      WeightFile.Entry(
        "fc1.bias", try StoredArray(ByteRange(bytes, file: "w"), .float32, [1], place: "")),
    ]
    let fit = try WeightFit(
      WeightFile(file: "w", format: .numpy, entries: entries), network: network)
    var weights = Weights(seed: 1)
    #expect {
      try fit.load(into: &weights)
    } throws: {
      "\($0)" == "w: fc1.weight[0, 2] is nan"
    }
    #expect(weights.loaded.isEmpty)
  }
}
