/// A part of a batch that travels through the split layers at a time.
struct SplitPhase {
  /// Which of this rank's images belong to it.
  let own: Range<Int>
  /// Which images of the whole batch belong to it, in their order.
  let images: [Range<Int>]
  /// How this rank's images get to all ranks; nil if all have them.
  let entry: Redistribution?
  /// How the last outputs get to the ranks that compute their loss.
  let exit: Redistribution

  /// The rows of a matrix with one for each image of the whole batch.
  func rows(of values: [Float], columns: Int) -> [Float] {
    guard images.count > 1 || images[0].count * columns != values.count else { return values }
    return images.flatMap { values[($0.lowerBound * columns)..<($0.upperBound * columns)] }
  }
}
