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

  /// The place of an element in `indicesFromLargest`, from 0: how many elements are larger than it,
  /// or equal and before it. Nil if any element is NaN, because then no order means anything.
  ///
  /// An element is among the k largest if its rank is below k. PyTorch's `topk` leaves open which of
  /// equal elements it takes; here it's always the first.
  @inlinable
  public func rank(of position: Index) -> Int? {
    let value = self[position]
    var rank = 0
    for index in indices {
      let other = self[index]
      if other.isNaN { return nil }
      if other > value || other == value && index < position { rank += 1 }
    }
    return rank
  }
}
