import Tensors
import Testing

@testable import Networks

struct WeightMapTests {
  /// A state dict with torchvision's names, and zeros of the right shapes.
  private static let torchvision: [(name: String, shape: Shape)] = [
    ("features.0.weight", [64, 3, 11, 11]), ("features.0.bias", [64]),
    ("features.3.weight", [192, 64, 5, 5]), ("features.3.bias", [192]),
    ("features.6.weight", [384, 192, 3, 3]), ("features.6.bias", [384]),
    ("features.8.weight", [256, 384, 3, 3]), ("features.8.bias", [256]),
    ("features.10.weight", [256, 256, 3, 3]), ("features.10.bias", [256]),
    ("classifier.1.weight", [4096, 9216]), ("classifier.1.bias", [4096]),
    ("classifier.4.weight", [4096, 4096]), ("classifier.4.bias", [4096]),
    ("classifier.6.weight", [1000, 4096]), ("classifier.6.bias", [1000]),
  ]

  @Test func torchvisionNames() throws {
    let map = try WeightMap(Self.torchvision, network: zoo("alexnet-owt"), file: "w")
    #expect(map.naming == .torchvision)
    #expect(map.ignored.isEmpty)
    let names = Dictionary(uniqueKeysWithValues: map.entries.map { ($0.name, $0.tensor) })
    #expect(names.count == 16)
    #expect(
      ["conv1", "conv2", "conv3", "conv4", "conv5", "fc6", "fc7", "fc8"].map {
        names["\($0).weight"]
      }
        == Self.torchvision.filter { $0.name.hasSuffix("weight") }.map(\.name))
    #expect(names["fc8.bias"] == "classifier.6.bias")
  }

  @Test(arguments: Zoo.networks)
  func ownNames(_ network: Network) throws {
    let tensors = try network.geometry().flatMap { layer in
      layer.parameters.map { ("\(layer.name).\($0.name)", $0.shape) }
    }
    let map = try WeightMap(tensors, network: network, file: "w")
    #expect(map.naming == .own)
    #expect(map.entries.allSatisfy { $0.name == $0.tensor })
  }

  /// A common prefix of all names is ignored: PyTorch's DataParallel adds `module.`.
  @Test(arguments: ["module.", "model.", "state_dict."])
  func aPrefixOfAllNames(_ prefix: String) throws {
    let torchvision = Self.torchvision.map { (prefix + $0.name, $0.shape) }
    var map = try WeightMap(torchvision, network: zoo("alexnet-owt"), file: "w")
    #expect(map.naming == .torchvision && map.ignored.isEmpty)
    #expect(map.entries.first { $0.name == "fc8.bias" }?.tensor == prefix + "classifier.6.bias")
    let own = try zoo("quick32").geometry().flatMap { layer in
      layer.parameters.map { ("\(prefix)\(layer.name).\($0.name)", $0.shape) }
    }
    map = try WeightMap(own, network: zoo("quick32"), file: "w")
    #expect(map.naming == .own && map.entries.map(\.tensor) == own.map(\.0))
    // The network that fits a file is found in the same way.
    #expect {
      try WeightMap(torchvision, network: zoo("alexnet"), file: "w")
    } throws: {
      "\($0)".hasSuffix("the file fits alexnet-owt")
    }
    // If one name lacks the prefix, it is part of the other names.
    let mixed = [Self.torchvision[0]] + torchvision.dropFirst()
    #expect(throws: WeightError.self) {
      try WeightMap(mixed, network: zoo("alexnet-owt"), file: "w")
    }
  }

  @Test func tensorsThatMayBeLeftOver() throws {
    let more =
      Self.torchvision + [
        ("features.1.num_batches_tracked", []), ("momentum.conv1.weight", [1]),
      ]
    let map = try WeightMap(more, network: zoo("alexnet-owt"), file: "w") {
      $0.hasPrefix("momentum.")
    }
    #expect(map.ignored == ["features.1.num_batches_tracked", "momentum.conv1.weight"])
  }

  @Test(arguments: [
    ("alexnet-owt", "features.3.bias", nil as [Int]?, "w: features.3.bias is missing"),
    (
      "alexnet-owt", "features.3.bias", [191],
      "w: features.3.bias is 191, but conv2.bias of alexnet-owt is 192"
    ),
    (
      "alexnet-owt", "classifier.9.bias", [10], "w: no layer of alexnet-owt uses classifier.9.bias"
    ),
  ])
  func offending(network: String, name: String, shape: [Int]?, message: String) throws {
    var tensors = Self.torchvision.filter { $0.name != name }
    if let shape { tensors.append((name, Shape(shape))) }
    #expect {
      try WeightMap(tensors, network: zoo(network), file: "w")
    } throws: {
      #expect("\($0)" == message)
      return $0 is WeightError
    }
  }

  @Test func anotherNetworkFits() throws {
    #expect {
      try WeightMap(Self.torchvision, network: zoo("alexnet"), file: "w")
    } throws: {
      "\($0)" == "w: features.4.weight is missing (and 7 more of the 16 that alexnet needs); "
        + "the file fits alexnet-owt"
    }
    #expect {
      try WeightMap([], network: zoo("alexnet"), file: "w")
    } throws: {
      "\($0)" == "w: conv1.weight is missing (and 15 more of the 16 that alexnet needs)"
    }
  }
}
