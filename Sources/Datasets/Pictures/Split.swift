import Basics
import Tensors

/// Sets a part of the training images aside for validation.
package enum Split {
  /// Sets the same share of each class aside, chosen at random but the same for the same seed.
  ///
  /// Of the m images of a class, ⌊m·share + ½⌋ go to validation: those with the smallest random
  /// numbers, from `CounterRandom("split", seed)` at the image's position. Both lists are in
  /// increasing order.
  ///
  /// - Parameters:
  ///   - labels: the class of each image.
  ///   - validation: the share of each class, 0 ... 1.
  ///   - seed: the seed of the choice.
  /// - Returns: positions to train on and positions to validate with.
  package static func stratified(
    labels: [UInt16], validation share: Double, seed: UInt64
  ) -> (train: [Int], validation: [Int]) {
    precondition((0...1).contains(share), "A share is between 0 and 1, not \(share).")
    return stratified(labels: labels, seed: seed) { count in
      Int(rounding: Double(count) * share)
    }
  }

  /// Sets `validation` images aside, divided among the classes by their sizes: whole numbers by the
  /// largest remainders, the lower class first if these are equal.
  ///
  /// - Parameters:
  ///   - labels: the class of each image.
  ///   - validation: the number of images in all, 0 ... `labels.count`.
  ///   - seed: the seed of the choice.
  /// - Returns: positions to train on and positions to validate with.
  package static func stratified(
    labels: [UInt16], validation total: Int, seed: UInt64
  ) -> (train: [Int], validation: [Int]) {
    precondition(
      (0...labels.count).contains(total),
      "\(total) of \(labels.count) images can't be set aside.")
    let counts = labels.counts(below: 1 + Int(labels.max() ?? 0))
    guard total > 0 else { return (Array(labels.indices), []) }
    var shares = counts.map { $0 * total / labels.count }
    let byRemainder = counts.indices.sorted {
      let (a, b) = (counts[$0] * total % labels.count, counts[$1] * total % labels.count)
      return a != b ? a > b : $0 < $1
    }
    for place in byRemainder.prefix(total - shares.reduce(0, +)) { shares[place] += 1 }
    return stratified(labels: labels, seed: seed, sharesByClass: shares)
  }

  /// Chooses images of each class at random, the same for the same seed: those with the smallest
  /// numbers from `CounterRandom("images per class", seed)` at the image's position. A smaller
  /// choice is a part of a larger one.
  ///
  /// - Parameters:
  ///   - labels: the class of each image.
  ///   - count: how many of each class; all, if it has fewer.
  ///   - seed: the seed of the choice.
  /// - Returns: their positions, in increasing order.
  package static func some(labels: [UInt16], perClass count: Int, seed: UInt64) -> [Int] {
    let random = CounterRandom("images per class", seed: seed)
    var left = [Int](repeating: count, count: 1 + Int(labels.max() ?? 0))
    return labels.indices.map { (random.bits(UInt64($0)), $0) }.sorted { $0 < $1 }
      .filter { _, index in
        left[Int(labels[index])] -= 1
        return left[Int(labels[index])] >= 0
      }
      .map(\.1).sorted()
  }

  private static func stratified(
    labels: [UInt16], seed: UInt64, share: (Int) -> Int
  ) -> (train: [Int], validation: [Int]) {
    let shares = labels.counts(below: 1 + Int(labels.max() ?? 0)).map(share)
    return stratified(labels: labels, seed: seed, sharesByClass: shares)
  }

  private static func stratified(
    labels: [UInt16], seed: UInt64, sharesByClass shares: [Int]
  ) -> (train: [Int], validation: [Int]) {
    let random = CounterRandom("split", seed: seed)
    let drawn = labels.indices.map { (random.bits(UInt64($0)), $0) }.sorted { $0 < $1 }
    var left = shares
    var isAside = [Bool](repeating: false, count: labels.count)
    for (_, index) in drawn where left[Int(labels[index])] > 0 {
      left[Int(labels[index])] -= 1
      isAside[index] = true
    }
    return (labels.indices.filter { !isAside[$0] }, labels.indices.filter { isAside[$0] })
  }
}
