/// Mean and standard deviation of a few numbers.
package struct Sample: Hashable, Sendable {
  /// How many numbers there are.
  package let count: Int
  /// Their mean.
  package let mean: Double
  /// Their standard deviation, with n − 1 in the denominator; nil for a single number.
  package let deviation: Double?

  /// The sample of these numbers; nil if there are none.
  package init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    (count, self.mean) = (values.count, mean)
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }

  /// The 95% confidence interval of the mean, for normally distributed numbers (Student's t); nil
  /// for a single number.
  package var interval: (low: Double, high: Double)? {
    guard let deviation else { return nil }
    let half = Self.quantile(count - 1) * deviation / Double(count).squareRoot()
    return (mean - half, mean + half)
  }

  /// The 97.5% quantile of Student's t with this many degrees of freedom.
  static func quantile(_ freedom: Int) -> Double {
    precondition(freedom >= 1, "Student's t needs at least one degree of freedom.")
    if freedom <= quantiles.count { return quantiles[freedom - 1] }
    // The first terms of the expansion around the normal distribution (Cornish and Fisher 1938).
    let (z, n) = (1.959964, Double(freedom))
    let (cube, fifth) = (z * z * z, z * z * z * z * z)
    return z + (cube + z) / (4 * n) + (5 * fifth + 16 * cube + 3 * z) / (96 * n * n)
  }

  private static let quantiles = [
    12.7062, 4.30265, 3.18245, 2.77645, 2.57058, 2.44691, 2.36462, 2.306, 2.26216, 2.22814, 2.20099,
    2.17881, 2.16037, 2.14479, 2.13145, 2.11991, 2.10982, 2.10092, 2.09302, 2.08596, 2.07961,
    2.07387,
    2.06866, 2.0639, 2.05954, 2.05553, 2.05183, 2.04841, 2.04523, 2.04227,
  ]
}

/// When a training error reaches a target.
enum EpochsToError {
  /// After how many epochs the training error falls to the target, by linear interpolation between
  /// two epochs; nil if it doesn't. An epoch's error is that of its steps, each measured before the
  /// step.
  ///
  /// - Parameters:
  ///   - target: a share.
  ///   - errors: the error of each epoch, from the first.
  ///   - before: the error before training: 0.9 when guessing among ten classes.
  static func value(to target: Double, errors: [Double], before: Double) -> Double? {
    var last = before
    for (done, error) in errors.enumerated() {
      if error <= target {
        let share = last > error ? (last - target) / (last - error) : 1
        return Double(done) + min(1, max(0, share))
      }
      last = error
    }
    return nil
  }
}
