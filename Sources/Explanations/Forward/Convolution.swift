import Layers
import Tensors

/// What an element of a convolution was computed from.
///
///     y[o, p, q] = bias[o] + Σ x[c, p·stride − padding + u, q·stride − padding + v] · w[o, c, u, v]
///
/// over the channels c of the filter's group and the rows u and columns v of the window that are on
/// the map.
package struct ConvolutionDetail: Hashable, Sendable {
  /// The rows and columns that the window covers.
  package let window: ClippedWindow
  /// The input channels that the filter sees: all, or those of its group.
  package let channels: Range<Int>
  /// Which group the filter belongs to.
  package let group: Int
  /// How many groups the channels are split into.
  package let groups: Int
  /// The bias, with which the sum starts.
  package let bias: Float
  /// The products, a group for each input channel.
  package let sum: ProductSum

}

extension ElementContext {
  /// A convolution (paper, section 3.5); weights O×I×K×K with I the channels of one group.
  func convolution(_ convolution: Convolution) -> Derivation {
    let perGroup = x.shape.c / convolution.groups
    let group = c / (outputs.c / convolution.groups)
    let channels = group * perGroup..<(group + 1) * perGroup
    return windowSum(
      convolution.window, channels: channels, group: (group, convolution.groups), bias: [c],
      weight: { channel, u, v in [c, channel - channels.lowerBound, u, v] },
      wrap: Explanation.Detail.convolution)
  }

  /// A convolution with different filters at each position; weights H×W×O×C×K×K, biases H×W×O.
  func locallyConnected(_ local: LocallyConnected) -> Derivation {
    windowSum(
      local.window, channels: 0..<x.shape.c, group: (0, 1), bias: [row, column, c],
      weight: { channel, u, v in [row, column, c, channel, u, v] },
      wrap: Explanation.Detail.locallyConnected)
  }

  /// Bias plus the products over the window, channel by channel, row by row.
  ///
  /// - Parameters:
  ///   - bias: the index of the bias.
  ///   - weight: the index of the weight of an input channel and a row and column of the window.
  private func windowSum(
    _ geometry: Window, channels: Range<Int>, group: (Int, of: Int), bias: [Int],
    weight: (Int, Int, Int) -> [Int], wrap: (ConvolutionDetail) -> Explanation.Detail
  ) -> Derivation {
    let window = ClippedWindow(geometry, y: row, x: column, input: x.shape)
    let (w, b) = (parameters[0], parameters[1][bias])
    var builder = ProductSumBuilder(start: Double(b))
    for channel in channels {
      builder.begin(channel)
      for r in window.rows.inside {
        for q in window.columns.inside {
          let at = weight(
            channel, r - window.rows.whole.lowerBound, q - window.columns.whole.lowerBound)
          builder.add(x[n, channel, r, q], at: [channel, r, q], w[at], at: at)
        }
      }
    }
    let sum = builder.finish(
      first: (source, "x"), second: ("\(name).weight", "w"), groups: "channel")
    let detail = ConvolutionDetail(
      window: window, channels: channels, group: group.0, groups: group.of, bias: b, sum: sum)
    return Derivation(
      detail: wrap(detail), steps: [sumStep("y", sum, bias: b)], value: sum.total,
      operations: sum.count, magnitude: sum.magnitude)
  }

  /// y = bias + Σ x·w, the sum of the products as one symbol.
  func sumStep(_ symbol: String, _ sum: ProductSum, bias: Float) -> Step {
    let products = sum.total - sum.start
    return Step(symbol, .symbol("bias", Double(bias)) + .symbol("Σ x·w", products))
  }
}
