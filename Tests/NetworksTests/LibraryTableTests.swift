import Testing

@testable import Networks

/// The two tables that other libraries print, as published.
struct LibraryTableTests {
  @Test func torchsummary() throws {
    let summary = try TorchSummary(zoo("alexnet-cifar10"))
    #expect(
      summary.lines == [
        "----------------------------------------------------------------",
        "        Layer (type)               Output Shape         Param #",
        "================================================================",
        "            Conv2d-1           [-1, 96, 55, 55]          34,944",
        "              ReLU-2           [-1, 96, 55, 55]               0",
        " LocalResponseNorm-3           [-1, 96, 55, 55]               0",
        "         MaxPool2d-4           [-1, 96, 27, 27]               0",
        "            Conv2d-5          [-1, 256, 27, 27]         614,656",
        "              ReLU-6          [-1, 256, 27, 27]               0",
        " LocalResponseNorm-7          [-1, 256, 27, 27]               0",
        "         MaxPool2d-8          [-1, 256, 13, 13]               0",
        "            Conv2d-9          [-1, 384, 13, 13]         885,120",
        "             ReLU-10          [-1, 384, 13, 13]               0",
        "           Conv2d-11          [-1, 384, 13, 13]       1,327,488",
        "             ReLU-12          [-1, 384, 13, 13]               0",
        "           Conv2d-13          [-1, 256, 13, 13]         884,992",
        "             ReLU-14          [-1, 256, 13, 13]               0",
        "        MaxPool2d-15            [-1, 256, 6, 6]               0",
        "          Dropout-16                 [-1, 9216]               0",
        "           Linear-17                 [-1, 4096]      37,752,832",
        "             ReLU-18                 [-1, 4096]               0",
        "          Dropout-19                 [-1, 4096]               0",
        "           Linear-20                 [-1, 4096]      16,781,312",
        "             ReLU-21                 [-1, 4096]               0",
        "           Linear-22                   [-1, 10]          40,970",
        "================================================================",
        "Total params: 58,322,314",
        "Trainable params: 58,322,314",
        "Non-trainable params: 0",
        "----------------------------------------------------------------",
        "Input size (MB): 0.59",
        "Forward/backward pass size (MB): 14.72",
        "Params size (MB): 222.48",
        "Estimated Total Size (MB): 237.79",
        "----------------------------------------------------------------",
      ])
  }

  @Test func keras() throws {
    let summary = try KerasSummary(zoo("alexnet-batchnorm"))
    let expected: [(String, [Int], Int)] = [
      ("conv2d_1", [55, 55, 96], 34944), ("activation_1", [55, 55, 96], 0),
      ("max_pooling2d_1", [27, 27, 96], 0), ("batch_normalization_1", [27, 27, 96], 384),
      ("conv2d_2", [27, 27, 256], 614656), ("activation_2", [27, 27, 256], 0),
      ("max_pooling2d_2", [13, 13, 256], 0), ("batch_normalization_2", [13, 13, 256], 1024),
      ("conv2d_3", [13, 13, 384], 885120), ("activation_3", [13, 13, 384], 0),
      ("batch_normalization_3", [13, 13, 384], 1536), ("conv2d_4", [13, 13, 384], 1327488),
      ("activation_4", [13, 13, 384], 0), ("batch_normalization_4", [13, 13, 384], 1536),
      ("conv2d_5", [13, 13, 256], 884992), ("activation_5", [13, 13, 256], 0),
      ("batch_normalization_5", [13, 13, 256], 1024), ("max_pooling2d_3", [6, 6, 256], 0),
      ("flatten_1", [9216], 0), ("dense_1", [4096], 37752832), ("dropout_1", [4096], 0),
      ("dense_2", [4096], 16781312), ("dropout_2", [4096], 0), ("dense_3", [1000], 4097000),
    ]
    #expect(summary.rows.map(\.name) == expected.map(\.0))
    #expect(summary.rows.map(\.output) == expected.map(\.1))
    #expect(summary.rows.map(\.parameters) == expected.map(\.2))
    let lines = summary.lines
    #expect(lines.count == 2 + 1 + 2 * 24 + 4)
    let rule = "_________________________________________________________________"
    #expect(
      Array(lines.prefix(10)) == [
        rule,
        "Layer (type)                 Output Shape              Param #",
        "=================================================================",
        "conv2d_1 (Conv2D)            (None, 55, 55, 96)        34944",
        rule,
        "activation_1 (Activation)    (None, 55, 55, 96)        0",
        rule,
        "max_pooling2d_1 (MaxPooling2 (None, 27, 27, 96)        0",
        rule,
        "batch_normalization_1 (Batch (None, 27, 27, 96)        384",
      ])
    #expect(
      Array(lines.suffix(6)) == [
        "dense_3 (Dense)              (None, 1000)              4097000",
        "=================================================================",
        "Total params: 62,383,848",
        "Trainable params: 62,381,096",
        "Non-trainable params: 2,752",
        rule,
      ])
  }

  /// Layers that a library doesn't have still get a row, and no table loses a parameter.
  @Test(arguments: Zoo.networks)
  func everyNetworkHasBoth(_ network: Network) throws {
    let summary = try Summary(network)
    let (torch, keras) = (try TorchSummary(network), try KerasSummary(network))
    #expect(torch.parameters == summary.trainable)
    #expect(keras.parameters == summary.parameters)
    #expect(keras.rows.reduce(0) { $0 + $1.parameters } == summary.parameters)
    #expect(torch.rows.count == network.layers.count - 2, "All but the flatten and the softmax.")
    #expect(torch.lines.allSatisfy { $0.count <= 65 })
    #expect(keras.lines.allSatisfy { $0.count <= 65 })
  }

  @Test func layersThatLibrariesLack() throws {
    let (local, spatial) = (try zoo("cuda-convnet-13"), try zoo("cuda-convnet-18"))
    #expect(try TorchSummary(local).rows.map(\.type).contains("LocallyConnected"))
    #expect(try KerasSummary(local).rows.map(\.name).contains("locally_connected2d_2"))
    #expect(try TorchSummary(spatial).rows[3].name == "SpatialNormalization-4")
    #expect(try KerasSummary(spatial).rows[3].name == "spatial_norm_1")
  }
}
