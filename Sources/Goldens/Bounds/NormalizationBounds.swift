import Basics
import RealModule
import Tensors

/// The bounds of local response normalization, across channels and within them.
///
///     b[i]      = a[i] · S[i]^−β                                   S[i] = k + s · Σ a[j]²
///     ∂L/∂a[i]  = g[i] · S[i]^−β − 2·s·β · a[i] · Σ g[j] · a[j] · S[j]^(−β−1)
///
/// All terms of S have one sign, so the relative error of S is at most γ(n + 3); that of a power is
/// |β| times as much, plus the function's own error.
struct NormalizationBounds {
  let example: OperationCase
  let k: Double
  let s: Double
  let beta: Double
  /// The elements in the window of element i.
  let window: (_ i: Int) -> [Int]
  /// The elements whose window holds element i.
  let windows: (_ i: Int) -> [Int]

  func sums(of result: OperationCase.Result) -> TermSums {
    let a = example.x.values.map(Double.init)
    let S = a.indices.map { i in k + s * window(i).reduce(0) { $0 + a[$1] * a[$1] } }
    // The effect of an error in S on its power −β − 1, the steeper of the two, and on the rest.
    func roundings(_ taps: Int) -> Int {
      Int(clamping: (beta + 1).rounded(.up)) * (taps + 3) + Arithmetic.function + 3
    }
    var sums = TermSums(count: a.count)
    let g = example.gradient?.values.map(Double.init) ?? []
    let t = result == .y ? [] : a.indices.map { abs(g[$0] * a[$0]) * Double.pow(S[$0], -beta - 1) }
    for i in a.indices {
      let taps = window(i).count
      switch result {
      case .y:
        sums.magnitudes[i] = abs(a[i]) * Double.pow(S[i], -beta)
        sums.roundings[i] = roundings(taps)
      default:
        let holders = windows(i)
        let across = 2 * s * beta * abs(a[i]) * holders.reduce(0) { $0 + t[$1] }
        sums.magnitudes[i] = abs(g[i]) * Double.pow(S[i], -beta) + across
        let widest = holders.map { window($0).count }.max() ?? taps
        sums.roundings[i] = roundings(max(taps, widest)) + holders.count + 3
      }
    }
    return sums
  }
}
