import Layers
import Tensors

extension ElementContext {
  /// ∂L/∂x[c, r, q] = Σ g[o, p, q′] · w[o, c, u, v] over the filters o of the channel's group and the
  /// outputs p, q′ whose windows hold r, q.
  func convolutionGradient(_ g: Tensor, _ convolution: Convolution) -> Derivation {
    let perGroup = x.shape.c / convolution.groups
    let group = c / perGroup
    let filters = outputs.c / convolution.groups
    return windowGradient(g, convolution.window, filters: group * filters..<(group + 1) * filters) {
      o, _, u, v in [o, c - group * perGroup, u, v]
    }
  }

  /// The same, with the weights of each output position.
  func locallyConnectedGradient(_ g: Tensor, _ local: LocallyConnected) -> Derivation {
    windowGradient(g, local.window, filters: 0..<outputs.c) { o, output, u, v in
      [output.row, output.column, o, c, u, v]
    }
  }

  private func windowGradient(
    _ g: Tensor, _ window: Window, filters: Range<Int>,
    weight: (_ filter: Int, _ output: Position, _ u: Int, _ v: Int) -> [Int]
  ) -> Derivation {
    let w = parameters[0]
    let users = windows(of: window, holding: row, column, outputs: outputs)
    var builder = ProductSumBuilder()
    for o in filters {
      builder.begin(o)
      for user in users {
        let u = row + window.padding - user.row * window.stride
        let v = column + window.padding - user.column * window.stride
        let at = weight(o, user, u, v)
        builder.add(
          g[n, o, user.row, user.column], at: [o, user.row, user.column], w[at], at: at)
      }
    }
    return productsDerivation(builder, groups: "filter")
  }

  /// ∂L/∂x[i] = Σ g[o] · w[o, i]
  func linearGradient(_ g: Tensor) -> Derivation {
    var builder = ProductSumBuilder()
    builder.begin(0)
    for o in 0..<outputs.c {
      builder.add(g[[n, o]], at: [o], parameters[0][[o, c]], at: [o, c])
    }
    return productsDerivation(builder, groups: "output")
  }

  private func productsDerivation(_ builder: ProductSumBuilder, groups: String) -> Derivation {
    let sum = builder.finish(
      first: (gradientName, "g"), second: ("\(name).weight", "w"), groups: groups)
    return gradientDerivation(
      .products(sum), [Step(gradientSymbol, .symbol("Σ g·w", sum.total))], operations: sum.count,
      magnitude: sum.magnitude)
  }
}
