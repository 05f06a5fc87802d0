import Layers
import Tensors

/// The bounds of operations that sum products of inputs and weights: convolution, locally
/// connected, linear. One pass over all products gives the terms of the output and of every
/// gradient:
///
///     y += w · x        ∂L/∂x += w · g        ∂L/∂w += g · x        ∂L/∂b += g
struct ProductBounds {
  private let x: Tensor
  private let weight: Tensor
  private let bias: Tensor
  private let gradient: Tensor?
  private let output: Shape
  private let layer: Layer

  init(_ example: OperationCase) {
    self.init(
      example.layer, x: example.x, parameters: example.parameters, gradient: example.gradient,
      output: example.outputShape)
  }

  init(
    _ layer: Layer, x: Tensor, parameters: [Tensor], gradient: Tensor? = nil, output: Shape
  ) {
    (self.layer, self.x, self.gradient, self.output) = (layer, x, gradient, output)
    (weight, bias) = (parameters[0], parameters[1])
  }

  /// One rounding of each product, and one for adding the bias or the accumulated value.
  private static let roundingsOfATerm = 2

  func sums(of result: OperationCase.Result) -> TermSums {
    let (xs, ws, gs) = (x.values, weight.values, gradient?.values ?? [])
    func start(_ count: Int) -> TermSums {
      TermSums(count: count, roundings: Self.roundingsOfATerm)
    }
    switch result {
    case .y:
      var sums = start(output.count)
      for y in 0..<output.count { sums.add(Double(bias.values[biasIndex(y)]), to: y) }
      forEachProduct { y, x, w in sums.add(Double(xs[x]) * Double(ws[w]), to: y) }
      return sums
    case .xGradient:
      var sums = start(x.count)
      forEachProduct { y, x, w in sums.add(Double(gs[y]) * Double(ws[w]), to: x) }
      return sums
    case .weightGradient:
      var sums = start(weight.count)
      forEachProduct { y, x, w in sums.add(Double(gs[y]) * Double(xs[x]), to: w) }
      return sums
    case .biasGradient:
      var sums = start(bias.count)
      for y in 0..<output.count { sums.add(Double(gs[y]), to: biasIndex(y)) }
      return sums
    case .loss, .runningMean, .runningVariance:
      preconditionFailure("\(layer.kind) has no \(result).")
    }
  }

  /// The outputs, with sums in Double.
  func outputs() -> [Double] {
    let (xs, ws) = (x.values, weight.values)
    var values = (0..<output.count).map { Double(bias.values[biasIndex($0)]) }
    forEachProduct { y, x, w in values[y] += Double(xs[x]) * Double(ws[w]) }
    return values
  }

  /// The position of output `y`'s bias.
  private func biasIndex(_ y: Int) -> Int {
    let plane = output.h * output.w
    let channel = y / plane % output.c
    if case .locallyConnected = layer { return y % plane * output.c + channel }
    return channel
  }

  /// Calls `body` with the positions of y, x and w for every product of the operation.
  func forEachProduct(_ body: (_ y: Int, _ x: Int, _ w: Int) -> Void) {
    switch layer.weighted {
    case .linear:
      for n in 0..<x.shape.n {
        for o in 0..<output.c {
          for i in 0..<x.shape.c { body(n * output.c + o, n * x.shape.c + i, o * x.shape.c + i) }
        }
      }
    case .convolution(let convolution):
      let I = x.shape.c / convolution.groups
      let filters = output.c / convolution.groups
      forEachTap(convolution.window) { y, n, o, _, iy, ix, ky, kx in
        let K = convolution.window.kernel
        for i in 0..<I {
          let c = o / filters * I + i
          body(
            y, ((n * x.shape.c + c) * x.shape.h + iy) * x.shape.w + ix,
            ((o * I + i) * K + ky) * K + kx)
        }
      }
    case .locallyConnected(let local):
      forEachTap(local.window) { y, n, o, position, iy, ix, ky, kx in
        let (C, K) = (x.shape.c, local.window.kernel)
        for c in 0..<C {
          body(
            y, ((n * C + c) * x.shape.h + iy) * x.shape.w + ix,
            (((position * output.c + o) * C + c) * K + ky) * K + kx)
        }
      }
    case .batchNormalization, nil:
      preconditionFailure("\(layer.kind) does not sum products.")
    }
  }

  /// Calls `body` for every output and every place of its window that is on the map.
  private func forEachTap(
    _ window: Window,
    _ body: (
      _ y: Int, _ n: Int, _ o: Int, _ position: Int, _ iy: Int, _ ix: Int, _ ky: Int, _ kx: Int
    )
      -> Void
  ) {
    for y in 0..<output.count {
      let position = y % (output.h * output.w)
      let (oy, ox) = (position / output.w, position % output.w)
      let plane = y / (output.h * output.w)
      for iy in window.inputs(of: oy, input: x.shape.h) {
        for ix in window.inputs(of: ox, input: x.shape.w) {
          body(
            y, plane / output.c, plane % output.c, position, iy, ix,
            iy + window.padding - oy * window.stride, ix + window.padding - ox * window.stride)
        }
      }
    }
  }
}
