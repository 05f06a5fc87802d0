import Layers
import Networks
import Testing

/// Initializing complete networks.
@Suite struct InitializationSchemeTests {
  /// The standard deviation and bias of every layer with weights, in order.
  @Test(
    arguments: [
      (
        "alexnet", .paper, [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
        [0, 1, 0, 1, 1, 1, 1, 0]
      ),
      (
        "alexnet-cifar10", .paper, [0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01, 0.01],
        [0, 1, 0, 1, 1, 1, 1, 0]
      ),
      (
        "alexnet-2012", .source2012, [0.01, 0.01, 0.03, 0.03, 0.03, 0.01, 0.01, 0.01],
        [0, 1, 0, 1, 1, 1, 1, 0]
      ),
      ("cuda-convnet-26", .cudaConvnet, [1e-4, 0.01, 0.01, 0.1, 0.1], [0, 0, 0, 0, 0]),
      ("cuda-convnet-18", .cudaConvnet, [1e-4, 0.01, 0.01, 0.01], [0, 0, 0, 0]),
      ("cuda-convnet-13", .cudaConvnet, [1e-4, 0.01, 0.04, 0.04, 0.01], [0, 0, 0, 0, 0]),
      // Fan-ins: 5·5·3, 5·5·64, 3·3·64, 3·3·32, 6·6·32.
      (
        "cuda-convnet-13", .he, [75, 1600, 576, 288, 1152].map { (2 / $0).squareRoot() },
        [0, 0, 0, 0, 0]
      ),
    ] as [(String, InitializationScheme, [Double], [Double])])
  func schemes(
    _ name: String, _ scheme: InitializationScheme, _ deviations: [Double], _ biases: [Double]
  ) throws {
    let network = try #require(Zoo.network(named: name)).initialized(by: scheme)
    let found = network.layers.compactMap(\.initialization)
    #expect(found.map(\.bias) == biases)
    #expect(zip(found.map(\.deviation), deviations).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(found.count == deviations.count)
  }

  /// The zoo's networks are initialized as published for each of them.
  @Test(arguments: [
    ("alexnet", InitializationScheme.paper), ("alexnet-grouped", .paper),
    ("alexnet-2012", .source2012), ("cuda-convnet-26", .cudaConvnet),
    ("cuda-convnet-18", .cudaConvnet), ("cuda-convnet-13", .cudaConvnet),
    ("cuda-convnet-11", .cudaConvnet), ("alexnet32", .he), ("alexnet-cifar10", .he),
    ("alexnet", .network),
  ])
  func asInTheZoo(_ name: String, _ scheme: InitializationScheme) throws {
    let network = try #require(Zoo.network(named: name))
    #expect(try network.initialized(by: scheme) == network)
  }

  /// √(2 / (fan-in + fan-out)), where groups and kernels count.
  @Test func xavier() throws {
    let network = try #require(Zoo.network(named: "alexnet-grouped")).initialized(by: .xavier)
    let fans = [
      (363, 96 * 121), (48 * 25, 128 * 25), (256 * 9, 384 * 9), (192 * 9, 192 * 9),
      (192 * 9, 128 * 9),
      (9216, 4096), (4096, 4096), (4096, 1000),
    ]
    for (found, (fanIn, fanOut)) in zip(network.layers.compactMap(\.initialization), fans) {
      #expect(abs(found.deviation - (2 / Double(fanIn + fanOut)).squareRoot()) < 1e-12)
    }
  }

  /// The last layer is changed to fit the classes, and every dropout follows the same convention.
  @Test func fitting() throws {
    let network = try #require(Zoo.network(named: "alexnet")).telling(["cat", "dog"])
    #expect(network.classCount == 2 && network.labels == ["cat", "dog"])
    let dropping = network.dropping(by: .inverted)
    let conventions = dropping.layers.compactMap { named -> Dropout.Convention? in
      if case .dropout(let dropout) = named.layer { dropout.convention } else { nil }
    }
    #expect(conventions == [.inverted, .inverted])
  }
}
