import Basics
import Documents
import TensorFiles
import Tensors

/// Statistics of a tensor's elements. One pass computes the extremes and sums, a second one the
/// standard deviation. Sums are accumulated in Double.
///
/// If any element is NaN, so is every statistic except the counts.
package struct TensorStatistics: Hashable, Sendable {
  package let count: Int
  /// NaN for a tensor without elements.
  package let min: Double
  /// NaN for a tensor without elements.
  package let max: Double
  package let sum: Double
  /// The root mean square.
  package let rms: Double
  /// The standard deviation, divided by n, not n − 1.
  package let deviation: Double
  /// The number of elements that are exactly 0.
  package let zeroCount: Int
  /// The number of elements that are NaN or infinite.
  package let notFiniteCount: Int

  package var mean: Double { sum / Double(count) }

  /// The fraction of elements that are exactly 0.
  package var zeros: Double { Double(zeroCount) / Double(count) }

  package init(_ tensor: Tensor) {
    var (least, most) = (Double.infinity, -Double.infinity)
    var (sum, squares) = (0.0, 0.0)
    var (zeros, notNumbers, infinite) = (0, 0, 0)
    tensor.withUnsafeBufferPointer { values in
      for value in values {
        let x = Double(value)
        sum += x
        squares += x * x
        if x < least { least = x }
        if x > most { most = x }
        if x == 0 { zeros += 1 }
        if x.isNaN { notNumbers += 1 } else if x.isInfinite { infinite += 1 }
      }
    }
    let mean = sum / Double(tensor.count)
    var spread = 0.0
    tensor.withUnsafeBufferPointer { values in
      for value in values { spread += (Double(value) - mean) * (Double(value) - mean) }
    }
    count = tensor.count
    self.sum = sum
    min = notNumbers > 0 || count == 0 ? .nan : least
    max = notNumbers > 0 || count == 0 ? .nan : most
    rms = (squares / Double(count)).squareRoot()
    deviation = (spread / Double(count)).squareRoot()
    zeroCount = zeros
    notFiniteCount = notNumbers + infinite
  }
}

extension TensorStatistics: CustomStringConvertible {
  /// One line: `min −1.82  mean 0.013  max 2.04  zero 0.0%`.
  package var description: String {
    let format = { (x: Double) in NumberFormat.format(x, significant: 4) }
    var text = "min \(format(min))  mean \(format(mean))  max \(format(max))"
    text += "  zero \(NumberFormat.percent(zeros))"
    return notFiniteCount == 0 ? text : text + "  not finite \(notFiniteCount)"
  }
}

extension TensorStatistics {
  /// The same line with NaN and infinity highlighted.
  package var text: Text {
    notFiniteCount == 0 ? Text(description) : .bad(description)
  }

  /// The statistics as JSON.
  package var json: JSONValue {
    [
      "min": .number(min), "mean": .number(mean), "max": .number(max), "zeros": .number(zeros),
      "notFinite": .integer(notFiniteCount),
    ]
  }
}
