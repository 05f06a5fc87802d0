import Basics
import Layers
import Tensors

extension ElementContext {
  /// ∂L/∂x = Σ g over the windows that the element won.
  func maxPoolingGradient(_ g: Tensor, _ pooling: Pooling) -> Derivation {
    let shares = windows(of: pooling.window, holding: row, column, outputs: outputs).map {
      output -> MaxPoolingShare in
      let window = ClippedWindow(pooling.window, y: output.row, x: output.column, input: x.shape)
      let columns = window.columns.inside
      let values = window.rows.inside.flatMap { r in columns.map { x[n, c, r, $0] } }
      let first = values.indexOfLargest ?? 0
      let winner = Position(
        row: window.rows.inside.lowerBound + first / columns.count,
        column: columns.lowerBound + first % columns.count)
      return MaxPoolingShare(
        output: output, g: g[n, c, output.row, output.column], winner: winner,
        largest: values[first], isWon: winner == Position(row: row, column: column))
    }
    let won = shares.filter(\.isWon)
    let formula = sum(won.map { .symbol(symbol($0.output), Double($0.g)) })
    return gradientDerivation(
      .maxPooling(shares), [Step(gradientSymbol, formula)], operations: won.count,
      magnitude: won.reduce(0) { $0 + Double($1.g.magnitude) })
  }

  /// ∂L/∂x = Σ g / count over the windows that hold the element.
  func averagePoolingGradient(_ g: Tensor, _ pooling: Pooling) -> Derivation {
    let shares = windows(of: pooling.window, holding: row, column, outputs: outputs).map {
      output in
      AveragePoolingShare(
        output: output, g: g[n, c, output.row, output.column],
        count: ClippedWindow(pooling.window, y: output.row, x: output.column, input: x.shape).count)
    }
    let formula = sum(
      shares.map { .symbol(symbol($0.output), Double($0.g)) / .number(Double($0.count)) })
    return gradientDerivation(
      .averagePooling(shares), [Step(gradientSymbol, formula)], operations: 2 * shares.count,
      magnitude: shares.reduce(0) { $0 + $1.share.magnitude })
  }

  private func symbol(_ output: Position) -> String { "g[\(c), \(output.row), \(output.column)]" }

  private func sum(_ terms: [Formula]) -> Formula {
    guard let first = terms.first else { return .number(0) }
    return terms.dropFirst().reduce(first, +)
  }
}
