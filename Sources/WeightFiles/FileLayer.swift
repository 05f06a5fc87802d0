/// A layer of another program's network, as far as it can be compared with one of ours.
package struct FileLayer: Sendable {
  /// What the layer computes.
  package enum Operation: Sendable, Hashable {
    /// A convolution; sizes that differ by axis are nil in `Side`.
    case convolution(kernel: Int?, stride: Int?, padding: Int?, groups: Int)
    case linear
    case localResponseNormalization(n: Int, k: Double, alpha: Double, beta: Double)
    case maxPooling(kernel: Int?, stride: Int?, padding: Int?, roundsUp: Bool)
    case averagePooling
    case batchNormalization(epsilon: Double)
    case activation(String)
    case flatten
    case dropout
    case softmax
  }

  /// Its name in the file.
  package let name: String
  /// What it computes.
  package let operation: Operation
  /// The names of its tensors: weight and bias; for batch normalization also mean and variance.
  package let tensors: [String]
  /// Whether a linear layer's weights are inputs×outputs, the transpose of ours.
  package var isTransposed = false
}
