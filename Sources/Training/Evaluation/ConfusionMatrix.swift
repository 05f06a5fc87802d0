/// How often images of one class were classified as another.
///
/// Only counts above 0 are stored, so the memory grows with the number of images and not with the
/// square of the number of classes.
package struct ConfusionMatrix: Hashable, Sendable {
  /// Images of one class that were classified as another, or as the same.
  package struct Cell: Hashable, Sendable {
    /// The true class: a row of the matrix.
    package let row: Int
    /// The predicted class: a column.
    package let column: Int
    /// How many images.
    package let count: Int
  }

  private struct Place: Hashable {
    let row, column: Int32
  }

  /// The number of classes.
  package let classCount: Int
  private var counts: [Place: Int] = [:]

  /// A matrix of zeros.
  package init(classes: Int) { classCount = classes }

  /// Counts an image.
  package mutating func add(row: Int, column: Int) {
    precondition(
      (0..<classCount).contains(row) && (0..<classCount).contains(column),
      "There is no cell \(row), \(column) among \(classCount) classes.")
    counts[Place(row: Int32(row), column: Int32(column)), default: 0] += 1
  }

  /// How many images of the class `row` were classified as `column`.
  package subscript(row: Int, column: Int) -> Int {
    counts[Place(row: Int32(row), column: Int32(column))] ?? 0
  }

  /// A row with its zeros: how often each class was predicted for images of one class.
  package func row(_ row: Int) -> [Int] { (0..<classCount).map { self[row, $0] } }

  /// The counts above 0, row by row.
  package var cells: [Cell] {
    counts.map { Cell(row: Int($0.row), column: Int($0.column), count: $1) }
      .sorted { ($0.row, $0.column) < ($1.row, $1.column) }
  }

  /// The confusions, the most frequent first; equally frequent ones by row, then column.
  package var confusions: [Cell] {
    cells.filter { $0.row != $0.column }
      .sorted { ($1.count, $0.row, $0.column) < ($0.count, $1.row, $1.column) }
  }
}
