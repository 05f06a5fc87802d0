import Basics
import Documents
import TensorFiles
import Tensors

/// What a tensor's elements have in common, in one pass for the extremes and sums and one for the
/// deviation. Sums are accumulated in Double.
///
/// An element that is not a number makes every figure but the counts one, too: nothing is hidden.
package struct TensorStatistics: Hashable, Sendable {
  /// How many elements there are.
  package let count: Int
  /// The smallest element; nan for a tensor without elements.
  package let min: Double
  /// The largest element; nan for a tensor without elements.
  package let max: Double
  /// The sum of all elements.
  package let sum: Double
  /// The root of the mean square.
  package let rms: Double
  /// The standard deviation, over all elements (not one less).
  package let deviation: Double
  /// How many elements are exactly 0.
  package let zeroCount: Int
  /// How many elements are NaN or infinite.
  package let notFiniteCount: Int

  /// The mean of all elements.
  package var mean: Double { sum / Double(count) }

  /// The share of elements that are exactly 0.
  package var zeros: Double { Double(zeroCount) / Double(count) }

  /// The statistics of a tensor.
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
  /// The figures in one line: `min −1.82  mean 0.013  max 2.04  zero 0.0%`.
  package var description: String {
    let format = { (x: Double) in NumberFormat.format(x, significant: 4) }
    var text = "min \(format(min))  mean \(format(mean))  max \(format(max))"
    text += "  zero \(NumberFormat.percent(zeros))"
    return notFiniteCount == 0 ? text : text + "  not finite \(notFiniteCount)"
  }
}

extension TensorStatistics {
  /// The figures on one line; what is not a number stands out.
  package var text: Text {
    notFiniteCount == 0 ? Text(description) : .bad(description)
  }

  /// The figures for programs.
  package var json: JSONValue {
    [
      "min": .number(min), "mean": .number(mean), "max": .number(max), "zeros": .number(zeros),
      "notFinite": .integer(notFiniteCount),
    ]
  }
}
