import Layers
import Networks
import Tensors

/// Small networks with what the modes treat in different ways.
enum SplitNetworks {
  /// For hybrid: convolutions, dropout before and between fully connected layers, outputs that 2 and 4
  /// ranks can't share equally.
  static let connected = Network(
    name: "connected", title: "", input: PictureFormat(side: 6, scale: 1, mean: [0, 0, 0]),
    layers: [
      convolution("conv1", 5), NamedLayer("relu1", .relu),
      NamedLayer("pool1", .maxPooling(Pooling(window: Window(kernel: 2, stride: 2)))),
      NamedLayer("flatten", .flatten),
      dropout("drop1"), linear("fc1", 13),
      NamedLayer("relu2", .relu), dropout("drop2"),
      linear("fc2", 10), NamedLayer("relu3", .relu),
      linear("fc3", 5), NamedLayer("softmax", .softmax),
    ])

  /// For columns: normalization across the columns and within them, groups, a convolution that sees both
  /// columns, dropout on maps.
  static let grouped = Network(
    name: "grouped", title: "", input: PictureFormat(side: 6, scale: 1, mean: [0, 0, 0]),
    layers: [
      convolution("conv1", 6), NamedLayer("relu1", .relu), normalization("norm1", groups: 1),
      NamedLayer("pool1", .maxPooling(Pooling(window: Window(kernel: 2, stride: 1)))),
      convolution("conv2", 8, groups: 2), NamedLayer("relu2", .relu),
      normalization("norm2", groups: 2),
      NamedLayer("bn2", .batchNormalization(BatchNormalization())), dropout("drop2"),
      convolution("conv3", 6), NamedLayer("relu3", .relu), convolution("conv4", 4, groups: 2),
      NamedLayer("flatten", .flatten), linear("fc1", 7),
      NamedLayer("relu4", .relu), dropout("drop4"),
      linear("fc2", 5), NamedLayer("softmax", .softmax),
    ])

  /// A convolution that keeps the size of its maps.
  static func convolution(_ name: String, _ filters: Int, groups: Int = 1) -> NamedLayer {
    NamedLayer(
      name,
      .convolution(
        Convolution(filters: filters, window: Window(kernel: 3, padding: 1), groups: groups)),
      Initialization(deviation: 0.3))
  }

  static func linear(_ name: String, _ outputs: Int) -> NamedLayer {
    NamedLayer(
      name, .linear(Linear(outputs: outputs)), Initialization(deviation: 0.3, bias: 0.1))
  }

  static func normalization(_ name: String, groups: Int) -> NamedLayer {
    NamedLayer(
      name,
      .localResponseNormalization(
        LocalResponseNormalization(n: 3, k: 1, alpha: 0.1, groups: groups)))
  }

  static func dropout(_ name: String) -> NamedLayer {
    NamedLayer(name, .dropout(Dropout(rate: 0.25, convention: .inverted)))
  }
}
