import Layers
import Tensors

/// Winograd's convolution F(4×4, K×K), K = 3 or 5: tiles of 4×4 outputs from (K+3)×(K+3) inputs,
/// with transforms that need 36 products instead of the definition's 144, or 64 instead of 400.
///
///     Y = Aᵀ·[ Σ_c (G·g_c·Gᵀ) ⊙ (Bᵀ·d_c·B) ]·A
///
/// The transforms evaluate polynomials in the points 0, pairs ±p and ∞: ⅝ and 1½ for K = 3, as in oneDNN;
/// ½, 1 and 2 for K = 5. With m(t) = t·Π(t² − p²), and for each point p the polynomial m(t)/(t − p) in the
/// row of Bᵀ, the powers of p in the row of G over N = m′(p), and in the column of Aᵀ.
///
/// Terms are larger than those of the plain sum, and mix the places of a tile: with |·| of every
/// element, they are at most |Aᵀ|·[Σ (|G||g||Gᵀ|) ⊙ (|Bᵀ||d||B|)]·|A|. Source for the rounding
/// errors: Barabasz, Anderson, Soodhalter and Gregg, Error analysis and improving the accuracy of
/// Winograd convolution for deep neural networks, section 3.
package struct Winograd: Hashable, Sendable {
  /// The least number of channels, on both sides of a layer, for which the engine uses it.
  package var leastChannels: Int

  /// The algorithm, for layers with at least this many channels.
  package init(leastChannels: Int = 1) { self.leastChannels = leastChannels }

  /// The transforms with which the algorithm may compute a layer; nil if it can't.
  ///
  /// - Parameter channels: the number of input channels.
  func transforms(of convolution: Convolution, channels: Int) -> Transforms? {
    let window = convolution.window
    guard window.stride == 1, convolution.groups == 1,
      min(channels, convolution.filters) >= leastChannels
    else { return nil }
    return [Transforms.three, .five].first { $0.taps == window.kernel }
  }

  /// The outputs in one row of a tile.
  static let outputs = 4

  /// The transforms for filters of one size.
  struct Transforms: Sendable {
    /// The taps in one row of a filter.
    let taps: Int
    /// One row of Bᵀ, with its row of G and its column of Aᵀ, for each point.
    let rows: [Row]
    /// The factor by which the variance of the products' errors grows compared with the plain sum,
    /// for independent inputs and filters: the largest over outputs of Σ_ξ A²·‖G‖²·‖B‖²/K in each
    /// direction.
    let variance: Double

    static let three = Transforms(taps: 3, pairs: [0.625, 1.5])
    static let five = Transforms(taps: 5, pairs: [0.5, 1, 2])

    private init(taps: Int, pairs: [Double]) {
      let rows = Self.rows(points: [0] + pairs.flatMap { [$0, -$0] }, taps: taps)
      func squares(_ values: [Double]) -> Double { values.reduce(0) { $0 + $1 * $1 } }
      (self.taps, self.rows) = (taps, rows)
      let largest = (0..<outputs).map { r in
        rows.reduce(0) { $0 + $1.a[r] * $1.a[r] * squares($1.g) * squares($1.b) }
      }.max()!
      variance = largest * largest / Double(taps * taps)
    }

    /// The roundings of one element through Bᵀ or Aᵀ in both directions, and through G: one term
    /// per point or tap, with rounded constants and powers computed from each other.
    var roundings: (ofMaps: Int, ofFilters: Int) { (2 * (rows.count + 1), 2 * (taps + 3)) }

    private static func rows(points: [Double], taps: Int) -> [Row] {
      /// The polynomial with these zeros, from the constant on.
      func polynomial(_ zeros: [Double]) -> [Double] {
        zeros.reduce([1]) { p, zero in
          (0...p.count).map { i in
            (i > 0 ? p[i - 1] : 0) - (i < p.count ? zero * p[i] : 0)
          }
        }
      }
      func powers(_ p: Double, _ count: Int) -> [Double] {
        (1..<count).reduce(into: [1.0]) { row, _ in row.append(row.last! * p) }
      }
      func last(_ count: Int) -> [Double] { [Double](repeating: 0, count: count - 1) + [1] }
      return points.map { p in
        let others = points.filter { $0 != p }
        let n = others.reduce(1) { $0 * (p - $1) }
        return Row(
          b: polynomial(others), g: powers(p, taps).map { $0 / n }, a: powers(p, outputs))
      } + [Row(b: polynomial(points), g: last(taps), a: last(outputs))]
    }
  }

  /// One row of Bᵀ, with its row of G and its column of Aᵀ.
  struct Row: Sendable {
    /// The elements of Bᵀ's row.
    let b: [Double]
    /// G's row.
    let g: [Double]
    /// Aᵀ's column.
    let a: [Double]
  }
}
