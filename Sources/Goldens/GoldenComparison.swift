import Basics
import Tensors

/// One tensor of a case, compared with its expected values.
package struct GoldenComparison: Hashable, Sendable {
  /// One element: the expected value, the actual value, and how far apart they may be.
  package struct Difference: Hashable, Sendable {
    /// The element's index, one coordinate per axis.
    package let index: [Int]
    /// The name of a statistic, if it isn't an element of a tensor: `mean`.
    package let label: String?
    /// The expected value.
    package let expected: Double
    /// The actual value.
    package let got: Double
    /// |got − expected|; NaN or infinite if either is.
    package let error: Double
    /// The largest error that is accepted.
    package let bound: Double
    /// How many Floats are between the two, both rounded to Float; nil if one is NaN.
    package let ulps: Int?
    /// Why the bound is what it is.
    package let reason: String

    /// error / bound: above 1 fails. 0 if both are 0, infinite if only the bound is.
    package var ratio: Double { error == 0 ? 0 : error / bound }

    /// Where the element is: `[0, 3, 2, 1]` or `mean`.
    package var place: String { label ?? "\(index)" }
  }

  /// The tensor: `y`, `x_gradient`, `layer.conv1`, `gradient.conv1.weight`, `loss`.
  package let tensor: String
  /// How many elements were compared.
  package let count: Int
  /// How many of them are outside their bound, including NaN and infinities.
  package let failures: Int
  /// How many are unexpectedly NaN or infinite.
  package let notFinite: Int
  /// The element with the largest ratio of error and bound, or the first that isn't finite.
  package let worst: Difference?
  /// The first element outside its bound.
  package let first: Difference?
  /// Why the tensor couldn't be compared: missing, or of another shape.
  package let problem: String?

  /// Whether it judges the sums of rounded operands, not what rounding them changed.
  package var isOfRoundedOperands: Bool { tensor.hasPrefix(Self.roundedOperands) }

  /// How the names of such tensors begin.
  static let roundedOperands = "y of rounded operands"

  /// Whether every element is within its bound.
  package var passed: Bool { problem == nil && failures == 0 }

  /// A tensor that couldn't be compared.
  init(tensor: String, problem: String) {
    (self.tensor, self.problem) = (tensor, problem)
    (count, failures, notFinite, worst, first) = (0, 0, 0, nil, nil)
  }

  /// Compares values element by element.
  ///
  /// - Parameters:
  ///   - tensor: the name of the tensor.
  ///   - got: the actual values.
  ///   - expected: the expected values, of the same number.
  ///   - bound: how far element i may be from its expected value.
  ///   - place: the index of element i, and its label if it is a statistic.
  init(
    tensor: String, got: [Double], expected: [Double], bound: some ElementBound,
    place: (Int) -> (index: [Int], label: String?)
  ) {
    precondition(
      got.count == expected.count, "The numbers of actual and expected values must be equal.")
    var (failures, notFinite) = (0, 0)
    var (first, worst): (Int?, Int?) = (nil, nil)
    var worstRatio = -1.0
    for i in got.indices {
      let limit = bound.bound(at: i, expected: expected[i])
      let verdict = Verdict(got: got[i], expected: expected[i], bound: limit)
      if verdict.isUnexpected { notFinite += 1 }
      if !verdict.passed {
        failures += 1
        if first == nil { first = i }
      }
      if verdict.ratio > worstRatio { (worst, worstRatio) = (i, verdict.ratio) }
    }
    func difference(_ i: Int) -> Difference {
      let (index, label) = place(i)
      return Difference(
        index: index, label: label, expected: expected[i], got: got[i],
        error: got[i] == expected[i] ? 0 : abs(got[i] - expected[i]),
        bound: bound.bound(at: i, expected: expected[i]),
        ulps: Float(got[i]).ulps(to: Float(expected[i])),
        reason: bound.reason(at: i, expected: expected[i]))
    }
    self.tensor = tensor
    self.count = got.count
    self.failures = failures
    self.notFinite = notFinite
    self.worst = worst.map(difference)
    self.first = first.map(difference)
    problem = nil
  }

  /// Whether one element passes. NaN and infinities must be expected.
  private struct Verdict {
    let passed: Bool
    let isUnexpected: Bool
    /// The ratio of error and bound, for finding the worst.
    let ratio: Double

    init(got: Double, expected: Double, bound: Double) {
      // A value beyond Float's range must become the infinity of its sign.
      let overflows = expected.isFinite && !Float(expected).isFinite
      guard expected.isFinite, got.isFinite else {
        let same =
          expected.isNaN
          ? got.isNaN : got == expected || (overflows && Double(Float(expected)) == got)
        (passed, isUnexpected, ratio) = (same, !same, same ? 0 : .infinity)
        return
      }
      let error = abs(got - expected)
      // A bound of NaN fails; an infinite one says nothing, and fails too.
      passed = bound.isFinite && error <= bound
      isUnexpected = false
      ratio = error == 0 ? 0 : (bound > 0 ? error / bound : .infinity)
    }
  }
}

/// How far the elements of a result may be from their expected values.
protocol ElementBound {
  /// The largest error of element `i`.
  func bound(at i: Int, expected: Double) -> Double
  /// The reason for it.
  func reason(at i: Int, expected: Double) -> String
}

extension ErrorBound: ElementBound {}
