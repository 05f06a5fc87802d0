import Datasets
import Foundation
import Tensors

/// The file of a network so small that an epoch takes a moment.
///
/// - Parameter dropout: whether one of its layers draws random numbers.
package func tinyNetwork(dropout: Bool) -> String {
  networkOfSixBySix(
    "tiny",
    """
    {"name": "conv1", "kind": "convolution", "filters": 3, "kernel": 3},
    {"name": "norm1", "kind": "batch_normalization"},
    {"name": "relu1", "kind": "relu"},
    {"name": "flatten", "kind": "flatten"},
    \(dropout ? #"{"name": "drop1", "kind": "dropout"},"# : "")
    {"name": "fc2", "kind": "linear", "outputs": 3},
    {"name": "softmax", "kind": "softmax"}
    """)
}

/// The file of a network for colour images of 6×6.
///
/// - Parameter layers: its layers, as members of the file's list.
package func networkOfSixBySix(_ name: String, _ layers: String) -> String {
  """
  {"format": "alexnet-network", "version": 1, "name": "\(name)", "title": "",
   "input": {"channels": 3, "height": 6, "width": 6, "scale": 1, "mean": [0, 0, 0],
             "deviation": [1, 1, 1]},
   "layers": [\(layers)]}
  """
}

/// Creates a folder of noisy images in three classes, each with a dominant colour.
///
/// - Parameters:
///   - side: the height and width of each image.
///   - count: how many images each class has.
///   - stream: the name of the random numbers: another name gives other noise.
package func writeNoisyImages(
  to folder: String, side: Int, perClass count: Int, stream: String, seed: UInt64 = 1
) throws {
  let random = CounterRandom(stream, seed: seed)
  let size = 3 * side * side
  for (label, name) in ["blue", "green", "red"].enumerated() {
    let path = "\(folder)/\(name)"
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    for n in 0..<count {
      let first = (label * count + n) * size
      let bytes = (0..<size).map { i in
        UInt8(random.below(160, UInt64(first + i)) + (i % 3 == 2 - label ? 80 : 0))
      }
      try Image(width: side, height: side, bytes: bytes).writePNG(path: "\(path)/\(n).png")
    }
  }
}

/// The layers of a small network with every kind of layer, as members of a network file's list; for
/// an input of 3×11×11. They have settings that are easily converted or explained wrongly.
package let layersOfEveryKind = """
  {"name": "conv1", "kind": "convolution", "filters": 6, "kernel": 3, "padding": 1},
  {"name": "norm1", "kind": "local_response_normalization", "n": 4, "alpha": 0.5},
  {"name": "pool1", "kind": "max_pooling", "kernel": 3, "stride": 2, "rounding": "ceil"},
  {"name": "relu1", "kind": "relu"},
  {"name": "conv2", "kind": "convolution", "filters": 4, "kernel": 3, "stride": 2,
   "padding": 1, "groups": 2, "rounding": "ceil"},
  {"name": "tanh2", "kind": "tanh"},
  {"name": "elu2", "kind": "elu", "alpha": 0.7},
  {"name": "norm2", "kind": "spatial_normalization", "n": 3, "alpha": 0.5},
  {"name": "batch2", "kind": "batch_normalization"},
  {"name": "local3", "kind": "locally_connected", "filters": 5, "kernel": 3, "padding": 1},
  {"name": "pool3", "kind": "average_pooling", "kernel": 2, "stride": 2, "rounding": "ceil"},
  {"name": "flatten", "kind": "flatten"},
  {"name": "fc4", "kind": "linear", "outputs": 7},
  {"name": "drop4", "kind": "dropout", "rate": 0.3},
  {"name": "fc5", "kind": "linear", "outputs": 3},
  {"name": "softmax", "kind": "softmax"}
  """
