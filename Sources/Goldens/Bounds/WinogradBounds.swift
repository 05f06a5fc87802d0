import Layers
import Tensors

/// The spread of the rounding errors of Winograd's convolution, element by element: √Σs² over all
/// roundings, where s is the most that each may change the element.
///
/// With D the largest |d| on a map, an element of Bᵀ·d·B is at most D·β_ξ·β_ν, where β are the sums
/// over the rows of |Bᵀ|. With H = |G||g||Gᵀ|, P_c = D_c·β_ξ·β_ν·H_c and r roundings in each
/// transform,
///
///     Σs² = Σ_ξν (a_ξ·a_ν)² · [ (r_B + r_G)·Σ_c P_c² + (C + 1 + r_A)·(Σ_c P_c)² ]
///
/// The first term is for the transforms before the products, the second for the sums of products
/// and for Aᵀ.
struct WinogradBounds {
  private let x: Tensor
  private let weight: Tensor
  private let bias: Tensor
  private let gradient: Tensor?
  private let output: Shape
  private let transforms: Winograd.Transforms
  private let beta: [Double]

  init(_ example: OperationCase, _ transforms: Winograd.Transforms) {
    self.transforms = transforms
    (x, gradient, output) = (example.x, example.gradient, example.outputShape)
    (weight, bias) = (example.parameters[0], example.parameters[1])
    beta = transforms.rows.map { $0.b.reduce(0) { $0 + abs($1) } }
  }

  func scattered(of result: OperationCase.Result) -> [Double] {
    let (C, O) = (x.shape.c, output.c)
    switch result {
    case .y:
      return maps(from: x, C, to: O, size: output.h * output.w) { o, c in
        filter(o, c, turned: false)
      }
    case .xGradient:
      return maps(from: gradient!, O, to: C, size: x.shape.h * x.shape.w) { c, o in
        filter(o, c, turned: true)
      }
    case .weightGradient: return filterGradients()
    case .biasGradient, .loss, .runningMean, .runningVariance:
      preconditionFailure("Winograd's algorithm computes no \(result).")
    }
  }

  /// Maps of `to` channels from maps of `from`: y, or the gradient of x.
  private func maps(
    from source: Tensor, _ from: Int, to: Int, size: Int, filter: (Int, Int) -> [Double]
  ) -> [Double] {
    let points = beta.count * beta.count
    let largest = Self.largest(source)
    let (ofMaps, ofFilters) = transforms.roundings
    let filters = (0..<to).map { t in (0..<from).map { filter(t, $0) } }
    var scattered: [Double] = []
    for n in 0..<source.shape.n {
      for t in 0..<to {
        var (sums, squares) = (
          [Double](repeating: 0, count: points), [Double](repeating: 0, count: points)
        )
        for f in 0..<from {
          let d = largest[n * from + f]
          for p in 0..<points {
            let size = d * beta[p / beta.count] * beta[p % beta.count] * filters[t][f][p]
            sums[p] += size
            squares[p] += size * size
          }
        }
        let perPoint = (0..<points).map {
          Double(ofMaps + ofFilters) * squares[$0] + Double(from + 1 + ofMaps) * sums[$0] * sums[$0]
        }
        let spread = largestOutput(perPoint)
        scattered += [Double](repeating: spread.squareRoot(), count: size)
      }
    }
    return scattered
  }

  /// The largest over a tile's outputs of Σ_ξν (a_ξ·a_ν)²·e_ξν.
  private func largestOutput(_ e: [Double]) -> Double {
    let rows = transforms.rows
    var largest = 0.0
    for r in 0..<Winograd.outputs {
      for s in 0..<Winograd.outputs {
        var sum = 0.0
        for (i, row) in rows.enumerated() where row.a[r] != 0 {
          for (j, column) in rows.enumerated() {
            let a = row.a[r] * column.a[s]
            sum += a * a * e[i * rows.count + j]
          }
        }
        largest = max(largest, sum)
      }
    }
    return largest
  }

  /// |G||g||Gᵀ| of one filter, by points; rotated by 180° for the gradient of the input.
  private func filter(_ o: Int, _ c: Int, turned: Bool) -> [Double] {
    let (K, C, rows) = (transforms.taps, x.shape.c, transforms.rows)
    let first = (o * C + c) * K * K
    var g = (0..<K * K).map { Double(weight.values[first + $0].magnitude) }
    if turned { g.reverse() }
    let half = rows.map { row in
      (0..<K).map { j in (0..<K).reduce(0) { $0 + abs(row.g[$1]) * g[$1 * K + j] } }
    }
    return half.flatMap { left in
      rows.map { row in (0..<K).reduce(0) { $0 + left[$1] * abs(row.g[$1]) } }
    }
  }

  /// The gradients of the filters: Gᵀ·[Σ_tiles (Bᵀ·d·B) ⊙ (A·g·Aᵀ)]·G.
  private func filterGradients() -> [Double] {
    let (N, C, O, K) = (x.shape.n, x.shape.c, output.c, transforms.taps)
    let (inputs, gradients) = (Self.largest(x), Self.largest(gradient!))
    let tiles =
      ((output.h + Winograd.outputs - 1) / Winograd.outputs)
      * ((output.w + Winograd.outputs - 1) / Winograd.outputs)
    let (ofMaps, ofFilters) = transforms.roundings
    /// Σ_ξ (G·β·Σ|Aᵀ|)² of each tap, in one direction.
    let taps = (0..<K).map { i in
      zip(transforms.rows, beta).reduce(0) { sum, point in
        let size = point.0.g[i] * point.1 * point.0.a.reduce(0) { $0 + abs($1) }
        return sum + size * size
      }
    }
    var scattered: [Double] = []
    for o in 0..<O {
      for c in 0..<C {
        let sizes = (0..<N).map { inputs[$0 * C + c] * gradients[$0 * O + o] * Double(tiles) }
        let sum = sizes.reduce(0, +)
        let squares = sizes.reduce(0) { $0 + $1 * $1 / Double(tiles) }
        let e =
          Double(2 * ofMaps) * squares + Double(N * tiles + 1 + ofFilters) * sum * sum
        for i in 0..<K {
          for j in 0..<K { scattered.append((taps[i] * taps[j] * e).squareRoot()) }
        }
      }
    }
    return scattered
  }

  /// The largest magnitude on each map, N×C.
  private static func largest(_ tensor: Tensor) -> [Double] {
    let plane = tensor.shape.h * tensor.shape.w
    return tensor.withUnsafeBufferPointer { values in
      (0..<tensor.shape.n * tensor.shape.c).map { map in
        Double(values[map * plane..<(map + 1) * plane].reduce(0) { max($0, $1.magnitude) })
      }
    }
  }
}
