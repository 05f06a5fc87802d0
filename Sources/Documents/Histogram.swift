import Basics
import TensorFiles
import Tensors

/// The number of values in each of a few ranges of equal width.
package struct Histogram: Sendable {
  /// The lower end, upper end and count of each range.
  package let bins: [(low: Double, high: Double, count: Int)]

  /// The histogram of a tensor's finite values.
  package init(_ tensor: Tensor, count: Int = 12) {
    let values = tensor.values.filter(\.isFinite).map(Double.init)
    guard let low = values.min(), let high = values.max(), low < high else {
      bins = values.isEmpty ? [] : [(values[0], values[0], values.count)]
      return
    }
    var counts = [Int](repeating: 0, count: count)
    for value in values {
      counts[min(count - 1, Int(clamping: (value - low) / (high - low) * Double(count)))] += 1
    }
    let step = (high - low) / Double(count)
    bins = counts.enumerated().map {
      (low + Double($0.offset) * step, low + Double($0.offset + 1) * step, $0.element)
    }
  }

  /// An object for each range.
  package var json: JSONValue {
    .array(
      bins.map {
        ["low": .number($0.low), "high": .number($0.high), "count": .integer($0.count)]
      })
  }

  /// A bar for each range.
  func lines(width: Int) -> [Text] {
    let most = bins.map(\.count).max() ?? 1
    let labels = bins.map { "\(number($0.low, 3)) … \(number($0.high, 3))" }
    let counts = bins.map { NumberFormat.grouped($0.count) }
    let (labelWidth, countWidth) = (labels.map(\.count).max() ?? 0, counts.map(\.count).max() ?? 0)
    let room = max(4, min(width, 80) - labelWidth - countWidth - 8)
    return zip(bins, zip(labels, counts)).map { bin, text in
      let bar = bin.count == 0 ? 0 : max(1, bin.count * room / most)
      return .spaces(2 + labelWidth - text.0.count) + Text(text.0) + "  "
        + .spaces(countWidth - text.1.count) + Text(text.1) + "  "
        + .name(String(repeating: "█", clamping: bar))
    }
  }
}
