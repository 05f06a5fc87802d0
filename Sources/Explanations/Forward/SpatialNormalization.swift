import Layers
import Tensors

extension ElementContext {
  /// Local response normalization within a channel, over an n×n window of rows and columns.
  func spatialNormalization(_ normalization: SpatialNormalization) -> Derivation {
    let (below, above) = normalization.convention.reach(normalization.n)
    func reach(_ axis: String, _ i: Int, _ size: Int) -> NormalizationDetail.Reach {
      let whole = i - below..<i + above + 1
      return NormalizationDetail.Reach(
        axis: axis, whole: whole, inside: whole.clamped(to: 0..<size), limits: 0..<size,
        isClippedByGroup: false)
    }
    let rows = reach("row", row, x.shape.h)
    let columns = reach("column", column, x.shape.w)
    let sum = normalized(normalization, rows: rows.inside, columns: columns.inside)
    return sum.derivation(
      convention: normalization.convention, index: index, reach: [rows, columns], square: true,
      conventions: conventionRows(normalization), wrap: Explanation.Detail.spatialNormalization)
  }

  private func normalized(
    _ normalization: SpatialNormalization, rows: Range<Int>, columns: Range<Int>
  ) -> Normalized {
    Normalized(
      a: value(x), n: normalization.n, k: normalization.k, alpha: normalization.alpha,
      beta: normalization.beta, s: normalization.s,
      neighbours: rows.flatMap { r in columns.map { neighbour([c, r, $0]) } })
  }

  /// The same element under each definition that exists within a channel.
  private func conventionRows(_ normalization: SpatialNormalization) -> [ConventionRow] {
    normalization.definitions.map { other in
      let sum = normalized(
        other, rows: other.window(around: row, size: x.shape.h),
        columns: other.window(around: column, size: x.shape.w))
      return sum.row(
        convention: other.convention, ownDefaults: false, isTheLayers: other == normalization,
        exists: other.convention.exists(n: other.n))
    }
  }
}

extension SpatialNormalization {
  /// The same layer under each definition that exists within a channel, with its own n, k, α and β. The
  /// systems' defaults are for normalization across channels and don't apply here. Caffe's definition has a
  /// fixed k = 1, and is left out if the layer has another k.
  package var definitions: [SpatialNormalization] {
    Self.conventions.filter { $0 != .caffe || k == 1 }.map { convention in
      var other = self
      other.convention = convention
      return other
    }
  }
}
