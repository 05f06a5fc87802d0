extension RandomAccessCollection where Element: BinaryFloatingPoint {
  /// The position of the first NaN, or else of the first of the largest elements, as in PyTorch's
  /// argmax; nil if empty.
  ///
  /// A comparison with NaN is always false, so a search with `>` alone would skip NaN without
  /// notice.
  @inlinable
  public var indexOfLargest: Index? {
    guard var largest = indices.first else { return nil }
    for index in indices {
      if self[largest].isNaN { break }
      if self[index] > self[largest] || self[index].isNaN { largest = index }
    }
    return largest
  }

  /// All positions, the largest element first and NaN before every number; of equal ones the earlier
  /// first.
  public var indicesFromLargest: [Index] {
    indices.sorted { a, b in
      let (x, y) = (self[a], self[b])
      if x.isNaN || y.isNaN { return x.isNaN && (!y.isNaN || a < b) }
      return x == y ? a < b : x > y
    }
  }
}
