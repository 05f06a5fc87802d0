import Layers
import Tensors

/// The same operation on more channels, for kernels that work on blocks of channels.
///
/// Few cases have more than a handful of channels, and fast engines work on 16 at a time. From a
/// case on C channels, one on 20 or more is derived, whose expected values are copies of the
/// case's:
///
/// - if each channel, or each group of channels, is computed separately, the channels are repeated;
/// - normalization across channels in one group gets channels of zeros on both sides, which add
///   nothing to any sum; the channels of the case are then on both sides of a border between
///   blocks;
/// - a convolution in one group gets input channels with weights of 0, and repeats its filters.
///   Only the last copy of each gets a gradient, so that ∂L/∂x stays the same.
extension OperationCase {
  /// The fewest channels of a wide case: more than a block, and not a multiple of one.
  private static let fewest = 20
  /// The fewest filters.
  private static let fewestFilters = 24
  /// The most channels of a case that is widened: the cost of the convolution before it grows with
  /// their square.
  private static let most = 256
  /// The channels of a block.
  private static let block = 16

  /// The operation on 20 channels or more; nil if it doesn't work on maps, or if a NaN in one of
  /// several channels would spread to the others in the convolution before it.
  func wide() -> OperationCase? {
    guard x.shape.rank == 4, labels == nil, x.shape.c <= Self.most else { return nil }
    guard x.shape.c == 1 || x.values.allSatisfy(\.isFinite) else { return nil }
    switch layer {
    case .convolution(let convolution) where convolution.groups > 1:
      var more = convolution
      let copies = copies(of: x.shape.c)
      (more.groups, more.filters) = (more.groups * copies, more.filters * copies)
      more.inputs = nil
      return repeated(copies, as: .convolution(more))
    case .convolution(var convolution):
      (convolution.filters, convolution.inputs) = (wideFilters, nil)
      return withMoreInputs(.convolution(convolution))
    case .locallyConnected(var local):
      local.filters = wideFilters
      return withMoreInputs(.locallyConnected(local))
    case .localResponseNormalization(let lrn) where lrn.groups == 1: return betweenZeros()
    case .localResponseNormalization(var lrn):
      let copies = copies(of: x.shape.c)
      lrn.groups *= copies
      return repeated(copies, as: .localResponseNormalization(lrn))
    case .maxPooling, .averagePooling, .spatialNormalization, .batchNormalization, .activation,
      .flatten, .dropout:
      return repeated(copies(of: x.shape.c), as: layer)
    case .linear, .softmax: return nil
    }
  }

  /// How often C channels are repeated to become 20.
  private func copies(of channels: Int) -> Int { (Self.fewest + channels - 1) / channels }

  private var wideFilters: Int { max(outputShape.c, Self.fewestFilters) }

  /// All channels several times, with their parameters and gradients.
  private func repeated(_ copies: Int, as wide: Layer) -> OperationCase {
    let N = x.shape.n
    func tensor(_ tensor: Tensor) -> Tensor {
      Tensor(shape: scaled(tensor.shape), values: tiled(tensor.values, copies, of: N))
    }
    func scaled(_ shape: Shape) -> Shape {
      var sizes = (0..<shape.rank).map { shape[$0] }
      sizes[1] *= copies
      return Shape(sizes)
    }
    /// A parameter's first axis is the channels or the filters.
    func parameter(_ tensor: Tensor) -> Tensor {
      var sizes = (0..<tensor.shape.rank).map { tensor.shape[$0] }
      sizes[0] *= copies
      return Tensor(shape: Shape(sizes), values: tiled(tensor.values, copies, of: 1))
    }
    var values: [Result: [Double]] = [:]
    for (result, value) in expected {
      values[result] = tiled(value, copies, of: result == .y || result == .xGradient ? N : 1)
    }
    return OperationCase(
      wide, mode: mode, x: tensor(x), parameters: parameters.map(parameter),
      mask: mask.map(tensor), gradient: gradient.map(tensor), outputShape: scaled(outputShape),
      expected: values)
  }

  /// The case's channels, between others of zeros.
  private func betweenZeros() -> OperationCase {
    let C = x.shape.c
    let first = C < Self.fewest ? max(0, Self.block - (C + 1) / 2) : 0
    let all = max(first + C, Self.fewest)
    let shape = Shape([x.shape.n, all, x.shape.h, x.shape.w])
    func padded<T: Numeric>(_ values: [T]) -> [T] {
      var wide = [T](repeating: 0, count: shape.count)
      let (plane, row) = (x.shape.h * x.shape.w, C * x.shape.h * x.shape.w)
      for n in 0..<x.shape.n {
        let start = (n * all + first) * plane
        wide.replaceSubrange(start..<start + row, with: values[n * row..<(n + 1) * row])
      }
      return wide
    }
    return OperationCase(
      layer, mode: mode, x: Tensor(shape: shape, values: padded(x.values)), parameters: [],
      gradient: gradient.map { Tensor(shape: shape, values: padded($0.values)) },
      outputShape: shape, expected: expected.mapValues(padded))
  }

  /// A convolution, with shared filters or without, on more channels and of more filters.
  ///
  /// Input channel c is channel c − first of the case, modulo its count; weights are 0 before
  /// `first`. In the same way, filter o is filter o − firstFilter, with gradient 0 before that.
  private func withMoreInputs(_ wide: Layer) -> OperationCase {
    let (C, O, N) = (x.shape.c, outputShape.c, x.shape.n)
    let (allC, allO) = (max(C, Self.fewest), wideFilters)
    let (first, firstFilter) = (allC - C, allO - O)
    let weight = parameters[0].shape
    // H′·W′ sets of filters, or one.
    let sets = weight.count / (O * C * weight[weight.rank - 1] * weight[weight.rank - 1])
    let taps = weight[weight.rank - 1] * weight[weight.rank - 1]
    let channels = (0..<allC).map { (($0 - first) % C + C) % C }
    let filters = (0..<allO).map { (($0 - firstFilter) % O + O) % O }

    /// N×C×H×W or N×O×H×W: the channels in `sources`, and zeros before `start`.
    func maps<T: Numeric>(_ values: [T], of narrow: Int, _ sources: [Int], from start: Int) -> [T] {
      let plane = values.count / (N * narrow)
      var wide = [T](repeating: 0, count: N * sources.count * plane)
      for n in 0..<N {
        for (c, source) in sources.enumerated() where c >= start {
          let (to, from) = ((n * sources.count + c) * plane, (n * narrow + source) * plane)
          wide.replaceSubrange(to..<to + plane, with: values[from..<from + plane])
        }
      }
      return wide
    }
    /// …O×C×K×K, zeros before a filter and before an input channel.
    func weights<T: Numeric>(_ values: [T], fromFilter: Int, fromChannel: Int) -> [T] {
      var wide = [T](repeating: 0, count: sets * allO * allC * taps)
      for set in 0..<sets {
        for (o, filter) in filters.enumerated() where o >= fromFilter {
          for (c, channel) in channels.enumerated() where c >= fromChannel {
            let to = ((set * allO + o) * allC + c) * taps
            let from = ((set * O + filter) * C + channel) * taps
            wide.replaceSubrange(to..<to + taps, with: values[from..<from + taps])
          }
        }
      }
      return wide
    }
    /// …O, zeros before a filter.
    func biases<T: Numeric>(_ values: [T], fromFilter: Int) -> [T] {
      (0..<sets * allO).map { i in
        i % allO >= fromFilter ? values[i / allO * O + filters[i % allO]] : 0
      }
    }
    func resized(_ shape: Shape, _ changes: [Int: Int]) -> Shape {
      Shape((0..<shape.rank).map { changes[$0] ?? shape[$0] })
    }
    let filterAxis = weight.rank - 4
    let y = resized(outputShape, [1: allO])
    var values: [Result: [Double]] = [:]
    for (result, value) in expected {
      values[result] =
        switch result {
        case .y: maps(value, of: O, filters, from: 0)
        case .xGradient: maps(value, of: C, channels, from: first)
        case .weightGradient: weights(value, fromFilter: firstFilter, fromChannel: 0)
        case .biasGradient: biases(value, fromFilter: firstFilter)
        case .loss, .runningMean, .runningVariance: value
        }
    }
    return OperationCase(
      wide, mode: mode,
      x: Tensor(
        shape: resized(x.shape, [1: allC]), values: maps(x.values, of: C, channels, from: 0)),
      parameters: [
        Tensor(
          shape: resized(weight, [filterAxis: allO, filterAxis + 1: allC]),
          values: weights(parameters[0].values, fromFilter: 0, fromChannel: first)),
        Tensor(
          shape: resized(parameters[1].shape, [parameters[1].shape.rank - 1: allO]),
          values: biases(parameters[1].values, fromFilter: 0)),
      ],
      gradient: gradient.map {
        Tensor(shape: y, values: maps($0.values, of: O, filters, from: firstFilter))
      }, outputShape: y, expected: values)
  }
}

/// Each of `rows` equal rows of values several times.
private func tiled<T>(_ values: [T], _ copies: Int, of rows: Int) -> [T] {
  let row = values.count / rows
  return (0..<rows).flatMap { i in
    (0..<copies).flatMap { _ in values[i * row..<(i + 1) * row] }
  }
}
