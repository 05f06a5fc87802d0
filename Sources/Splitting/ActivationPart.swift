/// A part of an activation: some images, and of each of them some of its C·H·W numbers, in their order.
///
/// An activation is a matrix with one row for each image. Channels c₀ ..< c₁ are columns
/// c₀·H·W ..< c₁·H·W, also after a flatten.
struct ActivationPart: Hashable, Sendable {
  var rows: Range<Int>
  var columns: Range<Int>

  /// How many numbers it has.
  var count: Int { rows.count * columns.count }

  /// What both have; empty if nothing.
  func intersection(_ other: ActivationPart) -> ActivationPart {
    ActivationPart(
      rows: rows.clamped(to: other.rows), columns: columns.clamped(to: other.columns))
  }

  /// The numbers of a part of this one, row by row.
  ///
  /// - Parameter values: this part's numbers.
  func numbers(of part: ActivationPart, in values: [Float]) -> [Float] {
    guard part != self, part.count > 0 else { return part.count > 0 ? values : [] }
    return [Float](unsafeUninitializedCapacity: part.count) { numbers, written in
      values.withUnsafeBufferPointer { values in
        for row in 0..<part.rows.count {
          let from = UnsafeBufferPointer(rebasing: values[place(of: row, in: part)])
          _ = UnsafeMutableBufferPointer(rebasing: numbers[(row * part.columns.count)...])
            .update(from: from)
        }
      }
      written = part.count
    }
  }

  /// Adds the numbers of a part to this one's.
  func add(_ numbers: [Float], of part: ActivationPart, to values: inout [Float]) {
    guard part.count > 0 else { return }
    values.withUnsafeMutableBufferPointer { values in
      numbers.withUnsafeBufferPointer { numbers in
        for row in 0..<part.rows.count {
          let start = row * part.columns.count
          for (offset, place) in place(of: row, in: part).enumerated() {
            values[place] += numbers[start + offset]
          }
        }
      }
    }
  }

  /// Where a row of a part lies among this part's numbers.
  private func place(of row: Int, in part: ActivationPart) -> Range<Int> {
    let start =
      (part.rows.lowerBound + row - rows.lowerBound) * columns.count
      + part.columns.lowerBound - columns.lowerBound
    return start..<(start + part.columns.count)
  }
}
