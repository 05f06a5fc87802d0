/// The eigenvalues and eigenvectors of a small symmetric matrix, by cyclic Jacobi rotations.
///
///     tan 2θ = 2·m[p, q] / (m[q, q] − m[p, p])        m ← Rᵀ·m·R makes m[p, q] zero
///
/// Source: Golub and Van Loan, "Matrix Computations", section 8.5.
///
/// - Parameters:
///   - matrix: size × size, symmetric, row by row.
///   - size: rows and columns.
/// - Returns: the eigenvalues, largest first, and for each a unit vector whose component of largest
///   magnitude is positive.
func symmetricEigen(_ matrix: [Double], size: Int) -> (values: [Double], vectors: [[Double]]) {
  var m = matrix
  var v = (0..<(size * size)).map { $0 / size == $0 % size ? 1.0 : 0 }
  // Convergence is quadratic: six sweeps reach the last bit of a 3×3 matrix.
  for _ in 0..<32 {
    for p in 0..<size {
      for q in (p + 1)..<max(p + 1, size) where m[p * size + q] != 0 {
        let tau = (m[q * size + q] - m[p * size + p]) / (2 * m[p * size + q])
        let t = (tau < 0 ? -1 : 1) / (abs(tau) + (1 + tau * tau).squareRoot())
        let c = 1 / (1 + t * t).squareRoot()
        let s = t * c
        for k in 0..<size {
          let (a, b) = (m[k * size + p], m[k * size + q])
          (m[k * size + p], m[k * size + q]) = (c * a - s * b, s * a + c * b)
        }
        for k in 0..<size {
          let (a, b) = (m[p * size + k], m[q * size + k])
          (m[p * size + k], m[q * size + k]) = (c * a - s * b, s * a + c * b)
          let (x, y) = (v[k * size + p], v[k * size + q])
          (v[k * size + p], v[k * size + q]) = (c * x - s * y, s * x + c * y)
        }
        // Zero by the choice of the angle; a rounding error left here would never vanish.
        (m[p * size + q], m[q * size + p]) = (0, 0)
      }
    }
  }
  let order = (0..<size).sorted { m[$0 * size + $0] > m[$1 * size + $1] }
  let vectors = order.map { column in
    let vector = (0..<size).map { v[$0 * size + column] }
    let largest = vector.max { abs($0) < abs($1) } ?? 0
    return largest < 0 ? vector.map { -$0 } : vector
  }
  return (order.map { m[$0 * size + $0] }, vectors)
}
