extension Shapes {
  /// The ten outlines, in the order of `classNames`.
  enum Shape: Int, CaseIterable {
    case circle, square, triangle, cross, ring, star, bars, checker, crescent, arrow

    /// How far the point (u, v) is outside the outline, negative inside. The shape roughly fits
    /// into the circle of radius 1 around (0, 0); near the outline, the value is a distance.
    func distance(_ u: Float, _ v: Float) -> Float {
      switch self {
      case .circle: return (u * u + v * v).squareRoot() - 0.9
      case .square: return max(abs(u), abs(v)) - 0.78
      case .triangle: return max(-v, max(0.8660254 * u, -0.8660254 * u) + 0.5 * v) - 0.55
      case .cross:
        let (a, b) = (abs(u), abs(v))
        return max(min(a, b) - 0.27, max(a, b) - 0.95)
      case .ring: return abs((u * u + v * v).squareRoot() - 0.77) - 0.2
      case .star: return Self.star(u, v)
      case .bars:
        let a = abs(u)
        return max(min(a, abs(a - 0.7)) - 0.2, abs(v) - 0.9)
      case .checker: return Self.checker(u, v)
      case .crescent:
        let bite = ((u - 0.5) * (u - 0.5) + v * v).squareRoot() - 0.75
        return max((u * u + v * v).squareRoot() - 0.95, -bite)
      case .arrow:
        // The head's slanting sides fall by 0.8 over 0.95.
        let head = max(0.1 - u, 0.7649 * abs(v) + 0.6442 * (u - 1.05))
        return min(head, max(abs(u + 0.4) - 0.6, abs(v) - 0.2))
      }
    }

    /// A pentagram consists of the points on the inner side of at least four of five lines.
    private static func star(_ u: Float, _ v: Float) -> Float {
      var (first, second) = (-Float.infinity, -Float.infinity)
      func line(_ x: Float, _ y: Float) {
        let d = x * u + y * v
        if d > first { (first, second) = (d, first) } else if d > second { second = d }
      }
      line(0, 1)
      line(0.95105652, 0.30901699)
      line(-0.95105652, 0.30901699)
      line(0.58778525, -0.80901699)
      line(-0.58778525, -0.80901699)
      return second - 0.34
    }

    /// Five of nine fields.
    private static func checker(_ u: Float, _ v: Float) -> Float {
      let (a, b) = (abs(u) - 0.3, abs(v) - 0.3)
      let edge = min(abs(a), abs(b))
      let isField = (a < 0) == (b < 0)
      return max(isField ? -edge : edge, max(a, b) - 0.6)
    }
  }
}
