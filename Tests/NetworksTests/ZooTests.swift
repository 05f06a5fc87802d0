import Layers
import Testing

@testable import Networks

/// The published numbers of each network: parameters, and multiply-adds if known.
struct Totals: Sendable, CustomTestStringConvertible {
  let name: String
  let parameters: Int
  var trainable: Int?
  var multiplyAdds: Int?
  var multiplyAddsInMillions: Double?

  var testDescription: String { name }

  static let published = [
    Totals(name: "alexnet", parameters: 62_378_344, multiplyAdds: 1_135_256_096),
    Totals(name: "alexnet-grouped", parameters: 60_965_224, multiplyAdds: 724_406_816),
    Totals(name: "caffenet", parameters: 60_965_224, multiplyAdds: 724_406_816),
    Totals(name: "alexnet-owt", parameters: 61_100_840, multiplyAdds: 714_188_480),
    Totals(
      name: "alexnet-batchnorm", parameters: 62_383_848, trainable: 62_381_096,
      multiplyAdds: 1_135_256_096),
    Totals(name: "alexnet-cifar10", parameters: 58_322_314, multiplyAdds: 1_131_201_056),
    Totals(name: "alexnet-2012", parameters: 60_965_224, multiplyAdds: 724_406_816),
    Totals(name: "cuda-convnet-26", parameters: 145_578, multiplyAddsInMillions: 12.35),
    Totals(name: "cuda-convnet-18", parameters: 89_578, multiplyAddsInMillions: 12.30),
    Totals(name: "cuda-convnet-13", parameters: 1_116_490, multiplyAddsInMillions: 18.5),
    Totals(name: "cuda-convnet-11", parameters: 2_112_970, multiplyAddsInMillions: 19.5),
  ]
}

struct ZooTests {
  @Test(arguments: Totals.published)
  func totals(_ expected: Totals) throws {
    let geometry = try #require(Zoo.network(named: expected.name)).geometry()
    #expect(geometry.reduce(0) { $0 + $1.parameterCount } == expected.parameters)
    #expect(
      geometry.reduce(0) { $0 + $1.trainableCount } == expected.trainable ?? expected.parameters)
    let multiplyAdds = geometry.reduce(0) { $0 + $1.multiplyAdds }
    if let exact = expected.multiplyAdds { #expect(multiplyAdds == exact) }
    if let millions = expected.multiplyAddsInMillions {
      #expect(abs(Double(multiplyAdds) / 1e6 - millions) <= 0.05)
    }
  }

  @Test func everyNetworkIsPublishedOrOurs() {
    #expect(
      Set(Zoo.networks.map(\.name))
        == Set(Totals.published.map(\.name)).union(["alexnet32", "quick32", "deep32"]))
    #expect(Zoo.network(named: "alexnet") == Zoo.networks.first)
    #expect(Zoo.network(named: "alexnet-") == nil)
  }

  /// Twenty layers of 4000×4000 need more memory than allowed; the error names the layer at which
  /// the sum exceeds the limit.
  @Test func activationsAreBoundedInAll() throws {
    var layers = [
      NamedLayer("conv1", .convolution(Convolution(filters: 16, window: Window(kernel: 1))))
    ]
    for i in 1...20 { layers.append(NamedLayer("relu\(i)", .relu)) }
    let network = Network(
      name: "wide", title: "", input: .cifar10(side: 4000), layers: layers)
    let error = #expect(throws: NetworkShapeError.self) { try network.geometry() }
    #expect(error?.shapeError == .tooMuch(.activations, elements: (3 + 5 * 16) * 16_000_000))
    #expect(
      error?.description
        == "relu4: up to this layer the network has 1,328,000,000 activations, "
        + "more than the 1,073,741,824 that a network may have")
    var first = network
    first.layers = [layers[1]]
    first.input = .cifar10(side: 1 << 20)
    #expect(throws: NetworkShapeError.self) { try first.geometry() }
    #expect(throws: NetworkShapeError.self) { try Zoo.alexnet.geometry(batch: 1 << 20) }
  }

  @Test func parametersAreBoundedInAll() throws {
    let layers = (1...40).map { NamedLayer("fc\($0)", .linear(Linear(outputs: 10_000))) }
    let network = Network(
      name: "deep", title: "", input: .cifar10(side: 10),
      layers: [NamedLayer("flatten", .flatten)] + layers)
    let error = #expect(throws: NetworkShapeError.self) { try network.geometry() }
    #expect(error?.layerName == "fc12")
    #expect(error?.shapeError == .tooMuch(.parameters, elements: 3_010_000 + 11 * 100_010_000))
  }

  @Test(arguments: Zoo.networks) func theZooFitsForABatch(_ network: Network) throws {
    #expect(try network.geometry(batch: 128).count == network.layers.count)
  }

  /// Titles are saved in files and stay when a network is edited, so they contain no sizes.
  @Test(arguments: Zoo.networks) func titlesNameNoSizes(_ network: Network) {
    for side in [network.input.height, network.input.width] {
      #expect(!network.title.contains("\(side)"))
    }
  }

  @Test func groupedForTenClasses() throws {
    var network = try #require(Zoo.network(named: "alexnet-grouped"))
    let last = try #require(network.index(of: "fc8"))
    network.layers[last].layer = .linear(Linear(outputs: 10))
    #expect(try network.geometry().reduce(0) { $0 + $1.parameterCount } == 56_909_194)
  }

  @Test(arguments: [
    ("conv1", "1×96×55×55", 34_944, 105_415_200, 34_944),
    ("pool1", "1×96×27×27", 0, 0, 0),
    ("conv2", "1×256×27×27", 614_656, 447_897_600, 307_456),
    ("pool2", "1×256×13×13", 0, 0, 0),
    ("conv3", "1×384×13×13", 885_120, 149_520_384, 885_120),
    ("conv4", "1×384×13×13", 1_327_488, 224_280_576, 663_936),
    ("conv5", "1×256×13×13", 884_992, 149_520_384, 442_624),
    ("pool5", "1×256×6×6", 0, 0, 0),
    ("flatten", "1×9216", 0, 0, 0),
    ("fc6", "1×4096", 37_752_832, 37_748_736, 37_752_832),
    ("fc7", "1×4096", 16_781_312, 16_777_216, 16_781_312),
    ("fc8", "1×1000", 4_097_000, 4_096_000, 4_097_000),
  ])
  func layerByLayer(
    name: String, output: String, parameters: Int, multiplyAdds: Int, groupedParameters: Int
  ) throws {
    let whole = try #require(Zoo.alexnet.geometry().first { $0.name == name })
    #expect(whole.output.description == output)
    #expect(whole.parameterCount == parameters)
    #expect(whole.multiplyAdds == multiplyAdds)
    let grouped = try #require(Zoo.alexnetGrouped.geometry().first { $0.name == name })
    #expect(grouped.parameterCount == groupedParameters)
    #expect(grouped.output == whole.output)
  }

  /// The sides of the maps after each layer that changes them.
  @Test(arguments: [
    ("alexnet", [227, 55, 27, 13, 6]), ("alexnet-2012", [224, 55, 27, 13, 6]),
    ("alexnet-owt", [224, 55, 27, 13, 6]), ("alexnet32", [32, 16, 8, 4]),
    ("cuda-convnet-26", [32, 16, 8, 4]), ("cuda-convnet-18", [32, 16, 8, 4]),
    ("cuda-convnet-13", [24, 12, 6]), ("cuda-convnet-11", [24, 12, 6]),
  ])
  func sides(name: String, expected: [Int]) throws {
    let network = try #require(Zoo.network(named: name))
    var sides = [network.input.height]
    for layer in try network.geometry() where layer.output.rank == 4 && layer.output.h != sides.last
    {
      sides.append(layer.output.h)
    }
    #expect(sides == expected)
  }

  @Test(arguments: Zoo.networks)
  func isWhole(_ network: Network) throws {
    let geometry = try network.geometry()
    #expect(Set(network.layers.map(\.name)).count == network.layers.count)
    #expect(network.layers.last?.layer == .softmax)
    if let labels = network.labels { #expect(labels.count == geometry.last?.output.c) }
    for (layer, named) in zip(geometry, network.layers) {
      if case .batchNormalization = layer.layer { continue }
      #expect((named.initialization != nil) == !layer.parameters.isEmpty, "\(layer.name)")
    }
  }

  static let initializations: [(String, String, Double, Double)] = [
    ("alexnet", "conv1", 0.01, 0.0), ("alexnet", "conv2", 0.01, 1.0),
    ("alexnet", "conv3", 0.01, 0.0),
    ("alexnet", "conv4", 0.01, 1.0), ("alexnet", "conv5", 0.01, 1.0), ("alexnet", "fc6", 0.01, 1.0),
    ("alexnet", "fc7", 0.01, 1.0), ("alexnet", "fc8", 0.01, 0.0),
    ("alexnet-2012", "conv2", 0.01, 1.0), ("alexnet-2012", "conv3", 0.03, 0.0),
    ("alexnet-2012", "conv4", 0.03, 1.0), ("alexnet-2012", "conv5", 0.03, 1.0),
    ("cuda-convnet-26", "conv1", 1e-4, 0.0), ("cuda-convnet-26", "fc64", 0.1, 0.0),
    ("cuda-convnet-18", "fc10", 0.01, 0.0), ("cuda-convnet-13", "local3", 0.04, 0.0),
    ("alexnet32", "conv1", (2.0 / 75).squareRoot(), 0.0),
    ("alexnet-batchnorm", "fc6", (2.0 / 9216).squareRoot(), 0.0),
  ]

  @Test(arguments: initializations)
  func initialization(name: String, layer: String, deviation: Double, bias: Double) throws {
    let network = try #require(Zoo.network(named: name))
    let index = try #require(network.index(of: layer))
    #expect(
      network.layers[index].initialization == Initialization(deviation: deviation, bias: bias))
  }
}
