extension [Double] {
  /// The middle value, or the mean of the two in the middle; NaN if empty.
  package var median: Double {
    let sorted = sorted()
    return sorted.isEmpty ? .nan : (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
