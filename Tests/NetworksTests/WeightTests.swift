import Layers
import TensorFiles
import Tensors
import Testing

@testable import Networks

struct WeightTests {
  /// A state dict as torchvision names it, with zeros of the right shapes.
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

  @Test func whatMayBeLeftOver() throws {
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
      "w: features.3.bias is 191, and conv2.bias of alexnet-owt is 192"
    ),
    (
      "alexnet-owt", "classifier.9.bias", [10], "w: no layer of alexnet-owt takes classifier.9.bias"
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

  @Test func savedAndLoaded() throws {
    let network = try zoo("cuda-convnet-26")
    var drawn = Weights(seed: 7)
    let bytes = try drawn.file(of: network).bytes()
    var loaded = Weights(seed: 1)
    let geometry = try network.geometry()
    #expect(!loaded.isTrained(geometry))
    try loaded.load(from: SafeTensors(bytes: bytes, file: "w"), network: network)
    #expect(loaded.isTrained(geometry))
    for layer in geometry where !layer.parameters.isEmpty {
      let initialization = network.layers[layer.index].initialization
      #expect(
        try loaded.parameters(of: layer, initialization: initialization)
          == drawn.parameters(of: layer, initialization: initialization))
    }
  }

  @Test func runningStatistics() throws {
    let network = Network(
      name: "bn", title: "", input: .cifar10(side: 2), layers: [.batchNormalization("bn1")])
    func load(_ role: String, _ value: Float) throws {
      var writer = SafeTensorsWriter()
      for name in ["weight", "bias", "running_mean", "running_var"] {
        writer.add("bn1.\(name)", Tensor(repeating: name == role ? value : 1, shape: [3]))
      }
      var weights = Weights(seed: 1)
      try weights.load(from: SafeTensors(bytes: writer.bytes(), file: "w"), network: network)
    }
    #expect(throws: Never.self) { try load("bias", -1) }
    for (role, value, said) in [
      ("running_var", -1, "w: bn1.running_var[0] is -1.0: a variance is not negative"),
      ("bias", Float.nan, "w: bn1.bias[0] is nan"),
      ("weight", .infinity, "w: bn1.weight[0] is inf"),
    ] {
      #expect {
        try load(role, value)
      } throws: {
        "\($0)" == said
      }
    }
  }

  /// A refused file changes nothing.
  @Test func allOrNothing() throws {
    let network = try zoo("cuda-convnet-26")
    var source = Weights(seed: 7)
    let last = try #require(network.geometry().last { !$0.parameters.isEmpty })
    source.set(
      [Tensor(repeating: .nan, shape: last.parameters[0].shape), Tensor(zeros: [10])], of: last.name
    )
    let bytes = try source.file(of: network).bytes()
    var weights = Weights(seed: 1)
    #expect {
      try weights.load(from: SafeTensors(bytes: bytes, file: "w"), network: network)
    } throws: {
      "\($0)" == "w: fc10.weight[0, 0] is nan"
    }
    #expect(weights.loaded.isEmpty)
  }

  /// What an edit leaves alone keeps its weights; another initialization draws them anew.
  @Test func editsKeepWhatTheyDoNotTouch() throws {
    let network = try zoo("cuda-convnet-26")
    func weights(_ network: Network, _ weights: inout Weights) throws -> [String: Tensor] {
      var result: [String: Tensor] = [:]
      for layer in try network.geometry() where !layer.parameters.isEmpty {
        result[layer.name] = try weights.parameters(
          of: layer, initialization: network.layers[layer.index].initialization)[0]
      }
      return result
    }
    var kept = Weights(seed: 3)
    let before = try weights(network, &kept)
    for text in [
      "set conv2.deviation 0.02", "set conv2.filters 16", "set conv2.kernel 3", "remove relu2",
    ] {
      let changed = try network.applying(edit(text))
      var now = kept
      let after = try weights(changed, &now)
      let anew = Set(try changed.changes(from: network).initializedAnew)
      for (name, tensor) in after {
        #expect((tensor != before[name]) == anew.contains(name), "\(text) \(name)")
      }
    }
    var trained = kept
    let layer = network.layers[try #require(network.index(of: "conv2"))]
    trained.set([Tensor(zeros: [32, 32, 5, 5]), Tensor(zeros: [32])], of: layer)
    #expect(try weights(network, &trained)["conv2"] == Tensor(zeros: [32, 32, 5, 5]))
    let changed = try network.applying(edit("set conv2.deviation 0.02"))
    #expect(try weights(changed, &trained)["conv2"] != Tensor(zeros: [32, 32, 5, 5]))
    #expect(trained.loaded.isEmpty)
  }
}
