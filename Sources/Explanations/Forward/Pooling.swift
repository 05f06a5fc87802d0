import Basics
import Layers
import Tensors

/// An element of a map by its row and column.
package struct Position: Hashable, Sendable {
  /// The row.
  package let row: Int
  /// The column.
  package let column: Int
}

/// A value in a pooling window.
package struct PooledValue: Hashable, Sendable {
  /// Its position on the input map.
  package let position: Position
  /// The value.
  package let value: Float
  /// The rows of the outputs whose windows hold it.
  package let outputRows: Range<Int>
  /// The columns of the outputs whose windows hold it.
  package let outputColumns: Range<Int>

  /// How many windows hold it: more than one where windows overlap.
  package var windowCount: Int { outputRows.count * outputColumns.count }
  /// The outputs whose windows hold it, in row-major order; computed at each access, `windowCount`
  /// of them.
  package var windows: [Position] {
    outputRows.flatMap { row in outputColumns.map { Position(row: row, column: $0) } }
  }
}

/// What an element of a max pooling was computed from.
package struct MaxPoolingDetail: Hashable, Sendable {
  /// The rows and columns that the window covers.
  package let window: ClippedWindow
  /// The values in it, in row-major order.
  package let values: [PooledValue]
  /// Which of `values` is the largest: a NaN before all others, and of equal ones the first.
  package let winner: Int
  /// The others of the same value.
  package let ties: [Int]

  /// The largest value with its position.
  package var largest: PooledValue { values[winner] }
}

/// What an element of an average pooling was computed from.
package struct AveragePoolingDetail: Hashable, Sendable {
  /// The rows and columns that the window covers.
  package let window: ClippedWindow
  /// The values in it, in row-major order.
  package let values: [PooledValue]
  /// Their sum.
  package let sum: Double
  /// What the sum is divided by: the number of values on the map, not the size of the window.
  package var divisor: Int { values.count }
}

extension ElementContext {
  /// The largest of a window (paper, section 3.4); of equal values the first in row-major order wins.
  func maxPooling(_ pooling: Pooling) -> Derivation {
    let (window, values) = pooled(pooling)
    let winner = values.map(\.value).indexOfLargest ?? 0
    let largest = values[winner].value
    let ties = values.indices.filter { $0 != winner && values[$0].value == largest }
    let formula = Formula.largest(
      values.map {
        .symbol("x[\(c), \($0.position.row), \($0.position.column)]", Double($0.value))
      })
    return Derivation(
      detail: .maxPooling(
        MaxPoolingDetail(window: window, values: values, winner: winner, ties: ties)),
      steps: [Step("y", formula)], value: Double(largest), operations: 0)
  }

  /// The mean of a window, over the values that are on the map.
  func averagePooling(_ pooling: Pooling) -> Derivation {
    let (window, values) = pooled(pooling)
    let sum = values.reduce(0) { $0 + Double($1.value) }
    let formula = Formula.symbol("Σ x", sum) / .symbol("count", Double(values.count))
    let magnitude = values.reduce(0) { $0 + Double($1.value.magnitude) } / Double(values.count)
    return Derivation(
      detail: .averagePooling(AveragePoolingDetail(window: window, values: values, sum: sum)),
      steps: [Step("y", formula)], value: formula.value, operations: values.count,
      magnitude: magnitude)
  }

  private func pooled(_ pooling: Pooling) -> (ClippedWindow, [PooledValue]) {
    let window = ClippedWindow(pooling.window, y: row, x: column, input: x.shape)
    var values: [PooledValue] = []
    for r in window.rows.inside {
      for q in window.columns.inside {
        values.append(
          PooledValue(
            position: Position(row: r, column: q), value: x[n, c, r, q],
            outputRows: pooling.window.outputs(holding: r, outputs: self.outputs.h),
            outputColumns: pooling.window.outputs(holding: q, outputs: self.outputs.w)))
      }
    }
    return (window, values)
  }
}

/// The outputs whose windows hold the input at a row and column, in row-major order.
func windows(of window: Window, holding row: Int, _ column: Int, outputs: Shape) -> [Position] {
  window.outputs(holding: row, outputs: outputs.h).flatMap { p in
    window.outputs(holding: column, outputs: outputs.w).map { Position(row: p, column: $0) }
  }
}
