import Basics

/// Lines over epochs: curves of training.
package struct Chart: Hashable, Sendable {
  /// One line.
  package struct Line: Hashable, Sendable {
    /// What it shows: `training`.
    package var name: String
    /// Its value in each epoch, in the order of `epochs`; nil, or not finite, if it has none.
    package var values: [Double?]

    /// A line of these values.
    package init(_ name: String, _ values: [Double?]) { (self.name, self.values) = (name, values) }

    /// The points that can be drawn.
    func points(_ epochs: [Int]) -> [(epoch: Int, value: Double)] {
      zip(epochs, values).compactMap { epoch, value in
        value.flatMap { $0.isFinite ? (epoch, $0) : nil }
      }
    }
  }

  /// What the values are: `loss`.
  package var title: String
  /// Whether the values are shares, written in percent.
  package var isShare: Bool
  /// Whether the values are errors, for which lower is better.
  package var isError: Bool
  /// The epochs, in increasing order.
  package var epochs: [Int]
  /// The lines.
  package var lines: [Line]

  /// Lines over these epochs.
  package init(
    _ title: String, isShare: Bool = false, isError: Bool = false, epochs: [Int], lines: [Line]
  ) {
    (self.title, self.isShare, self.isError) = (title, isShare, isError)
    (self.epochs, self.lines) = (epochs, lines)
  }

  /// A sentence for each line: first, last and best value. A level to reach, which is named after its value,
  /// has none.
  package var sentence: String {
    let parts = lines.compactMap { line -> String? in
      let points = line.points(epochs)
      guard let first = points.first, let last = points.last else { return nil }
      guard points.count >= 2 else { return "\(line.name) \(label(last.value, step: 0.001))" }
      let isLevel = points.allSatisfy { $0.value == first.value }
      if isLevel, line.name == label(first.value, step: 0.01) { return nil }
      let best = points.min {
        isShare && !isError ? $0.value > $1.value : $0.value < $1.value
      }!
      return "\(line.name) from \(label(first.value, step: 0.001)) to "
        + "\(label(last.value, step: 0.001)), best \(label(best.value, step: 0.001)) "
        + "in epoch \(best.epoch)"
    }
    return "\(title): \(parts.isEmpty ? "nothing to draw" : parts.joined(separator: "; "))."
  }

  /// The range of the vertical axis, with the distance of its ticks: 1, 2 or 5 times a power of
  /// ten.
  var axis: (lowest: Double, highest: Double, step: Double) {
    let values = lines.flatMap { $0.points(epochs).map(\.value) }
    guard let least = values.min(), let most = values.max() else { return (0, 1, 0.2) }
    // A diverged loss would flatten everything else, so huge values are cut off.
    let drawn = isShare ? 0.0...1.0 : -1e12...1e12
    var lowest = min(max(least, drawn.lowerBound), drawn.upperBound)
    var highest = min(max(most, drawn.lowerBound), drawn.upperBound)
    if highest - lowest < 1e-6 * max(abs(highest), abs(lowest), 1e-6) {
      let margin = max(abs(highest) * 0.1, 1e-3)
      (lowest, highest) = (lowest - margin, highest + margin)
    }
    let step = Self.step((highest - lowest) / 5)
    lowest = (lowest / step).rounded(.down) * step
    highest = (highest / step).rounded(.up) * step
    return isShare ? (max(0, lowest), min(1, highest), step) : (lowest, highest, step)
  }

  /// The ticks of the vertical axis, in increasing order.
  var marks: [Double] {
    let (lowest, highest, step) = axis
    let first = Int(rounding: lowest / step)
    let last = Int(clamping: (highest / step + 1e-9).rounded(.down))
    return (first...max(first, last)).map { Double($0) * step }
  }

  /// The epochs to label on the axis, at most `most`.
  func epochMarks(most: Int) -> [Int] {
    guard let first = epochs.first, let last = epochs.last else { return [] }
    let step = max(1, Int(clamping: Self.step(Double(last - first) / Double(max(1, most)))))
    let marks = Array(stride(from: (first + step - 1) / step * step, through: last, by: step))
    return marks.first == first ? marks : [first] + marks.filter { $0 - first >= step / 2 }
  }

  /// The next number of 1, 2 or 5 times a power of ten that is not below `value`.
  private static func step(_ value: Double) -> Double {
    guard value > 0 else { return 1 }
    var power = 1.0
    while power < value { power *= 10 }
    while power / 10 >= value { power /= 10 }
    if power / 5 >= value { return power / 5 }
    return power / 2 >= value ? power / 2 : power
  }

  /// A label of the axis, with the decimals that the step requires.
  func label(_ value: Double, step: Double) -> String {
    let (value, step) = isShare ? (value * 100, step * 100) : (value, step)
    var (decimals, power) = (0, step)
    while power < 0.999, decimals < 6 { (decimals, power) = (decimals + 1, power * 10) }
    return NumberFormat.fixed(value, decimals, minus: .hyphen) + (isShare ? "%" : "")
  }
}
