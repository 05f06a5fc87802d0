import Layers
import Tensors

/// Winograd's convolution F(4×4, 3×3): tiles of 4×4 outputs from 6×6 inputs, through transforms in
/// which 36 products do what 144 do in the definition.
///
///     Y = Aᵀ·[ Σ_c (G·g_c·Gᵀ) ⊙ (Bᵀ·d_c·B) ]·A
///
/// The transforms evaluate polynomials in the points 0, ±⅝, ±1½ and ∞, which oneDNN took for their small
/// errors. With m(t) = t(t² − a²)(t² − b²), and for each point p the polynomial m(t)/(t − p) in the row
/// of Bᵀ, the powers of p in the row of G over N = m′(p), and in the column of Aᵀ.
///
/// Terms are larger than those of the plain sum, and mix the places of a tile. With |·| taken of every
/// element, the error of Y is at most γ(m) times |Aᵀ|·[Σ (|G||g||Gᵀ|) ⊙ (|Bᵀ||d||B|)]·|A|: the rounding
/// errors of products of matrices are bounded so in Higham's book, section 3.5, and put together for
/// these algorithms by Barabasz, Anderson, Soodhalter and Gregg, Error analysis and improving the
/// accuracy of Winograd convolution for deep neural networks, section 3.
///
/// The factors below come of it when each |d| is replaced by the largest on the map: rows of |Bᵀ| then
/// sum to their norms.
public struct Winograd: Hashable, Sendable {
  /// From how many multiply-adds of a layer on the engine takes this way.
  public var leastMultiplyAdds: Int

  /// The algorithm, for layers from this size on.
  public init(leastMultiplyAdds: Int = 0) { self.leastMultiplyAdds = leastMultiplyAdds }

  /// Whether the algorithm may compute a layer with this many multiply-adds.
  func takes(_ convolution: Convolution, multiplyAdds: Int) -> Bool {
    let window = convolution.window
    return window.kernel == 3 && window.stride == 1 && convolution.groups == 1
      && multiplyAdds >= leastMultiplyAdds
  }

  /// Outputs of a tile in a row, and taps of the filters.
  static let (outputs, taps) = (4, 3)

  /// The roundings of one term beside the sum over channels or tiles: both transforms of each of the
  /// three (6, 3 and 6 terms, and constants that are rounded), a product, and the bias.
  static let roundings = 2 * (7 + 4 + 7) + 2

  /// One row of Bᵀ, with its row of G and its column of Aᵀ.
  struct Row {
    /// The elements of Bᵀ's row.
    let b: [Double]
    /// G's row.
    let g: [Double]
    /// Aᵀ's column.
    let a: [Double]
  }

  /// The rows of all six points.
  static let rows: [Row] = {
    let points: [Double] = [0, 0.625, -0.625, 1.5, -1.5]
    /// The polynomial with these zeros, from the constant on.
    func polynomial(_ zeros: [Double]) -> [Double] {
      zeros.reduce([1]) { p, zero in
        (0...p.count).map { i in
          (i > 0 ? p[i - 1] : 0) - (i < p.count ? zero * p[i] : 0)
        }
      }
    }
    func powers(_ p: Double, _ count: Int) -> [Double] {
      (0..<count).reduce(into: [Double]()) { row, _ in row.append((row.last ?? 1 / p) * p) }
    }
    var rows = points.map { p in
      let others = points.filter { $0 != p }
      let n = others.reduce(1) { $0 * (p - $1) }
      func row(_ count: Int) -> [Double] {
        p == 0 ? [1] + [Double](repeating: 0, count: count - 1) : powers(p, count)
      }
      return Row(b: polynomial(others), g: row(taps).map { $0 / n }, a: row(outputs))
    }
    rows.append(Row(b: polynomial(points), g: [0, 0, 1], a: [0, 0, 0, 1]))
    return rows
  }()

  /// How much larger tap i's terms of an output may be than |g| times the largest |d|, in one direction:
  /// max over outputs r of Σ_ξ |Aᵀ|·|G|·Σ|Bᵀ|.
  static let forward: [Double] = (0..<taps).map { i in
    (0..<outputs).map { r in
      rows.reduce(0) { $0 + abs($1.a[r]) * abs($1.g[i]) * $1.b.reduce(0) { $0 + abs($1) } }
    }.max()!
  }

  /// The same of the gradient of tap i, of each tile: Σ_ξ |G|·Σ|Bᵀ|·Σ|Aᵀ|.
  static let filters: [Double] = (0..<taps).map { i in
    rows.reduce(0) {
      $0 + abs($1.g[i]) * $1.b.reduce(0) { $0 + abs($1) } * $1.a.reduce(0) { $0 + abs($1) }
    }
  }

  /// By how much the variance of the errors of products grows where inputs and filters are independent,
  /// against that of the plain sum: the largest over outputs of Σ_ξ A²·‖G‖²·‖B‖²/3 in each direction.
  static let variance: Double = {
    let largest = (0..<outputs).map { r in
      rows.reduce(0) {
        $0 + $1.a[r] * $1.a[r] * $1.g.reduce(0) { $0 + $1 * $1 } * $1.b.reduce(0) { $0 + $1 * $1 }
      }
    }.max()!
    return largest * largest / Double(taps * taps)
  }()
}

/// The bounds of a convolution by Winograd's algorithm.
struct WinogradBounds {
  private let x: Tensor
  private let weight: Tensor
  private let bias: Tensor
  private let gradient: Tensor?
  private let output: Shape

  init(_ example: OperationCase) {
    (x, gradient, output) = (example.x, example.gradient, example.outputShape)
    (weight, bias) = (example.parameters[0], example.parameters[1])
  }

  func sums(of result: OperationCase.Result) -> TermSums {
    let (N, C, O) = (x.shape.n, x.shape.c, output.c)
    let ws = weight.values
    let T = Winograd.taps
    /// Σ over the taps of |g| and their factors; turned round for the gradient of the input.
    func size(_ o: Int, _ c: Int, turned: Bool) -> Double {
      var sum = 0.0
      for i in 0..<T {
        for j in 0..<T {
          let factor =
            turned
            ? Winograd.forward[T - 1 - i] * Winograd.forward[T - 1 - j]
            : Winograd.forward[i] * Winograd.forward[j]
          sum += factor * Double(ws[((o * C + c) * T + i) * T + j].magnitude)
        }
      }
      return sum
    }
    switch result {
    case .y:
      let largest = Self.largest(x)
      var sums: [Double] = []
      for n in 0..<N {
        for o in 0..<O {
          let sum = (0..<C).reduce(Double(bias.values[o].magnitude)) {
            $0 + size(o, $1, turned: false) * largest[n * C + $1]
          }
          sums += [Double](repeating: sum, count: output.h * output.w)
        }
      }
      return TermSums(sums, roundings: C + Winograd.roundings)
    case .xGradient:
      let largest = Self.largest(gradient!)
      var sums: [Double] = []
      for n in 0..<N {
        for c in 0..<C {
          let sum = (0..<O).reduce(0) {
            $0 + size($1, c, turned: true) * largest[n * O + $1]
          }
          sums += [Double](repeating: sum, count: x.shape.h * x.shape.w)
        }
      }
      return TermSums(sums, roundings: O + Winograd.roundings)
    case .weightGradient:
      let (inputs, gradients) = (Self.largest(x), Self.largest(gradient!))
      let tile = Winograd.outputs
      let tiles = ((output.h + tile - 1) / tile) * ((output.w + tile - 1) / tile)
      var sums: [Double] = []
      for o in 0..<O {
        for c in 0..<C {
          let sum = (0..<N).reduce(0) { $0 + inputs[$1 * C + c] * gradients[$1 * O + o] }
          for i in 0..<T {
            for j in 0..<T {
              sums.append(Double(tiles) * Winograd.filters[i] * Winograd.filters[j] * sum)
            }
          }
        }
      }
      return TermSums(sums, roundings: N * tiles + Winograd.roundings)
    case .biasGradient, .loss, .runningMean, .runningVariance:
      preconditionFailure("Winograd's algorithm computes no \(result).")
    }
  }

  /// The largest size on each map N×C.
  private static func largest(_ tensor: Tensor) -> [Double] {
    let plane = tensor.shape.h * tensor.shape.w
    return tensor.withUnsafeBufferPointer { values in
      (0..<tensor.shape.n * tensor.shape.c).map { map in
        Double(values[map * plane..<(map + 1) * plane].reduce(0) { max($0, $1.magnitude) })
      }
    }
  }
}
