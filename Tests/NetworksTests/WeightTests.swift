import Layers
import TensorFiles
import Tensors
import Testing

@testable import Networks

struct WeightTests {
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
      ("running_var", -1, "w: bn1.running_var[0] is -1.0: a variance can't be negative"),
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

  /// A small network's state dict with torchvision's names: every tensor is assigned to the right
  /// parameter.
  @Test func torchvisionFile() throws {
    var network = try zoo("alexnet-owt")
    network.input.height = 63
    network.input.width = 63
    for name in ["fc6", "fc7", "fc8"] {
      network = try network.applying(edit("set \(name).outputs 4"))
    }
    for (name, filters) in [("conv1", 2), ("conv2", 3), ("conv3", 4), ("conv4", 5), ("conv5", 6)] {
      network = try network.applying(edit("set \(name).filters \(filters)"))
    }
    let places = [
      ("conv1", "features.0"), ("conv2", "features.3"), ("conv3", "features.6"),
      ("conv4", "features.8"), ("conv5", "features.10"), ("fc6", "classifier.1"),
      ("fc7", "classifier.4"), ("fc8", "classifier.6"),
    ]
    let geometry = try network.geometry()
    var writer = SafeTensorsWriter()
    for (number, (name, place)) in places.enumerated() {
      let layer = try #require(geometry.first { $0.name == name })
      for parameter in layer.parameters {
        writer.add(
          "\(place).\(parameter.name)", Tensor(repeating: Float(number), shape: parameter.shape))
      }
    }
    var weights = Weights(seed: 1)
    let map = try weights.load(
      from: SafeTensors(bytes: writer.bytes(), file: "w"), network: network)
    #expect(map.naming == .torchvision)
    #expect(weights.isTrained(geometry))
    for (number, (name, _)) in places.enumerated() {
      let layer = try #require(geometry.first { $0.name == name })
      let tensors = try weights.parameters(
        of: layer, initialization: network.layers[layer.index].initialization)
      #expect(tensors.allSatisfy { $0.values.allSatisfy { $0 == Float(number) } })
    }
  }

  /// A rejected file changes nothing.
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

  /// Layers not affected by an edit keep their weights; a different initialization draws new ones.
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
