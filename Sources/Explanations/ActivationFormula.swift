import Layers

/// What an element of an activation, or its gradient, was computed from.
package struct ActivationDetail: Hashable, Sendable {
  /// The input value.
  package let x: Float
  /// The formula of the activation: `max(0, x)`.
  package let words: String
  /// The formula of its gradient: `g where x > 0, else 0`.
  package let gradientWords: String
  /// What the formula does at this x; empty if there is nothing to add.
  package let remark: String
  /// The slope at x.
  package let slope: Double
}

extension Activation {
  /// The formula in symbols: `max(0, x)`.
  package var formulaWords: String {
    switch self {
    case .relu: "max(0, x)"
    case .tanh: "tanh x"
    case .elu: "x where x > 0, else α · (e^x − 1)"
    }
  }

  /// The formula of ∂L/∂x, with g = ∂L/∂y.
  var gradientWords: String {
    switch self {
    case .relu: "g where x > 0, else 0"
    case .tanh: "g · (1 − tanh²x)"
    case .elu: "g where x > 0, else g · α · e^x"
    }
  }

  /// How smooth the activation is, for checks by differences.
  var smoothness: Smoothness {
    switch self {
    case .relu: Smoothness(kinks: .at([0]))
    case .tanh: Smoothness(curvature: .exponential, saturation: .sameElement)
    // At 0 the slope jumps from α to 1.
    case .elu(let alpha):
      Smoothness(
        kinks: alpha == 1 ? .none : .at([0]), curvature: .exponential, saturation: .sameElement)
    }
  }
}

/// The formula of an activation at one x, and its slope there.
package struct ActivationFormula {
  /// The slope f′(x).
  enum Slope {
    /// 0: no gradient passes.
    case zero
    /// 1: the gradient passes as it is.
    case one
    /// The lines that compute it, the last of which is the slope.
    case steps([Step])

    /// The slope, in Double.
    var value: Double {
      switch self {
      case .zero: 0
      case .one: 1
      case .steps(let steps): steps[steps.count - 1].value
      }
    }

    /// The operations of g times the slope, for the bound of the check.
    var operations: Int {
      switch self {
      case .zero, .one: 0
      case .steps(let steps): 4 * steps.count
      }
    }
  }

  /// The formula of y.
  let y: Formula
  /// What the formula does at this x, in words.
  var remark = ""
  /// The operations of y, for the bound of the check.
  let operations: Int
  /// The slope.
  let slope: Slope

  /// The value of y, in Double.
  package var value: Double { y.value }

  /// The formula of an activation at x.
  package init(_ activation: Activation, x value: Double) {
    let x = Formula.symbol("x", value)
    switch activation {
    case .relu:
      // Paper, section 3.1. A NaN passes, and so does its gradient.
      y = .largest([.number(0), x])
      remark = value > 0 ? "x is positive and passes" : "x is not positive: 0"
      operations = 0
      slope = value <= 0 ? .zero : .one
    case .tanh:
      // With the exponential that doesn't overflow:
      //     tanh x = (1 − e^−2x) / (1 + e^−2x)    x ≥ 0
      //     tanh x = (e^2x − 1) / (e^2x + 1)      x < 0
      let double = Formula.number(value >= 0 ? -2 : 2) * x
      y =
        value >= 0
        ? .oneLessExponential(double) / (.number(1) + .exponential(double))
        : .exponentialLessOne(double) / (.exponential(double) + .number(1))
      operations = 4
      // 1 − tanh²x = 4q / (1 + q)² with q = e^(−2·|x|), which keeps its digits when tanh x is near 1.
      let q = Step("q", .exponential(.number(-2) * .symbol("|x|", value.magnitude)))
      slope = .steps([
        q, Step("slope", .number(4) * q.result / .power(.number(1) + q.result, .number(2))),
      ])
    case .elu(let alpha):
      // Clevert, Unterthiner, Hochreiter 2015, arXiv 1511.07289, section 3.
      let α = Formula.symbol("α", alpha)
      y = value > 0 ? x : α * .exponentialLessOne(x)
      remark = value > 0 ? "x is positive and passes" : "x is not positive"
      operations = value > 0 ? 0 : 3
      slope = value > 0 ? .one : .steps([Step("slope", α * .exponential(x))])
    }
  }
}
