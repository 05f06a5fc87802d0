import RealModule
import Tensors

/// The bounds of the softmax and of the cross-entropy after it.
///
///     p[i] = e^(x[i] − m) / Σ e^(x[j] − m)        m = max x
///
/// The relative error of an exponential is the absolute error of its argument: |x[i] − m|
/// roundoffs. The error of the sum is their mean, weighted with p. Together the relative error of
/// p[i] is γ times c[i] = 1 + |x[i] − m| + Σ p[j]·|x[j] − m|.
struct SoftmaxBounds {
  let example: OperationCase

  func sums(of result: OperationCase.Result) -> TermSums {
    let (N, F) = (example.x.shape.n, example.x.shape.c)
    // A sum over the features, two functions, and a few operations around them.
    let roundings = F + 2 * Arithmetic.function + 8
    let rows = (0..<N).map(row)
    switch result {
    case .y:
      return TermSums(rows.flatMap { zip($0.p, $0.c).map(*) }, roundings: roundings)
    case .xGradient:
      return TermSums(
        (0..<N).flatMap { example.labels == nil ? gradients(rows[$0], $0) : errors(rows[$0], $0) },
        roundings: 2 * roundings)
    case .loss:
      let sizes = (0..<N).map { n in
        let label = example.labels?[n] ?? 0
        return abs(rows[n].m) + abs(Double(example.x.values[n * F + label])) + rows[n].c[label]
          + Double.log(Double(F))
      }
      return TermSums([sizes.reduce(0, +) / Double(N)], roundings: roundings + N)
    case .weightGradient, .biasGradient, .runningMean, .runningVariance:
      preconditionFailure("A softmax has no \(result).")
    }
  }

  private struct Row {
    var m: Double
    var p: [Double]
    var c: [Double]
  }

  private func row(_ n: Int) -> Row {
    let F = example.x.shape.c
    let x = example.x.values[n * F..<(n + 1) * F].map(Double.init)
    let m = x.max() ?? 0
    let exponentials = x.map { Double.exp($0 - m) }
    let sum = exponentials.reduce(0, +)
    let p = exponentials.map { $0 / sum }
    let mean = zip(p, x).reduce(0) { $0 + $1.0 * abs($1.1 - m) }
    return Row(m: m, p: p, c: x.map { 1 + abs($0 - m) + mean })
  }

  /// p[i] · (g[i] − Σ g[j] · p[j])
  private func gradients(_ row: Row, _ n: Int) -> [Double] {
    let F = row.p.count
    let g = (0..<F).map { abs(Double(example.gradient?.values[n * F + $0] ?? 0)) }
    let sum = (0..<F).reduce(0) { $0 + g[$1] * row.p[$1] }
    let sumSize = (0..<F).reduce(0) { $0 + g[$1] * row.p[$1] * row.c[$1] }
    return (0..<F).map { i in row.p[i] * (row.c[i] * (g[i] + sum) + sumSize) }
  }

  /// (p[i] − [i = label]) / N
  private func errors(_ row: Row, _ n: Int) -> [Double] {
    row.p.indices.map { i in
      (row.p[i] * row.c[i] + (i == example.labels?[n] ? 1 : 0)) / Double(example.x.shape.n)
    }
  }
}
