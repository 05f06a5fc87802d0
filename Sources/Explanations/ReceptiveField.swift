import Layers
import Networks
import Tensors

/// What can influence one element, layer by layer back to the pixels of the image.
///
/// Each region is the smallest box of channels, rows and columns that holds every element with an
/// influence; if a stride is larger than its window, the box also holds elements without any.
package struct ReceptiveField: Hashable, Sendable {
  /// A range along one axis.
  package struct Extent: Hashable, Sendable {
    /// The axis: `channel`, `row`, `column`, `feature`.
    package let axis: String
    /// The range, clipped to the map.
    package let inside: Range<Int>
    /// The range as if the maps had no edges: rows and columns may start below 0 if windows reach
    /// into padding. Equal to `inside` for channels and features. Limited to 2⁴⁰ at both ends.
    package let whole: Range<Int>
    /// The size of the axis.
    package let size: Int

    /// Whether the range is the whole axis.
    package var isEverything: Bool { inside == 0..<size }
  }

  /// The part of one layer's output, or of the image, that can influence the element.
  package struct Region: Hashable, Sendable {
    /// The position of the layer; −1 for the image.
    package let layer: Int
    /// The layer's name; `image` for the input image.
    package let name: String
    /// The shape of its output, without the batch.
    package let shape: Shape
    /// Channels, rows and columns; or features.
    package let extents: [Extent]
    /// Whether other images of the batch have an influence too, through a batch normalization in
    /// training.
    package let holdsOtherPictures: Bool

    /// The number of elements in the box.
    package var count: Int { extents.reduce(1) { $0 * $1.inside.count } }

    /// Whether an element is in the box.
    ///
    /// - Parameter index: channel, row and column, or the feature.
    package func contains(_ index: [Int]) -> Bool {
      index.count == extents.count && zip(extents, index).allSatisfy { $0.inside.contains($1) }
    }
  }

  /// The regions: first the element itself, last the image.
  package let regions: [Region]

  /// The pixels that can influence the element.
  package var pixels: Region { regions[regions.count - 1] }

  /// What can influence one element of a layer's output.
  ///
  /// - Parameters:
  ///   - geometry: the network's layers.
  ///   - layer: the position of the layer; it needn't have run.
  ///   - index: channel, row and column, or the feature.
  ///   - mode: in training, a batch normalization gives a whole channel of the batch an influence.
  /// - Throws: `ExplanationError` if the element doesn't exist.
  package init(
    _ geometry: [LayerGeometry], layer: Int, at index: [Int], mode: Mode = .inference
  ) throws(ExplanationError) {
    precondition(geometry.indices.contains(layer), "\(layer) isn't the position of a layer.")
    let output = geometry[layer].output
    let element = try resolve(index, in: output, of: geometry[layer].name).index
    var box = zip(axisNames(of: output), zip(element, output.dimensions.dropFirst())).map {
      Extent(axis: $0, inside: $1.0..<$1.0 + 1, whole: $1.0..<$1.0 + 1, size: $1.1)
    }
    var others = false
    var regions = [
      Region(
        layer: layer, name: geometry[layer].name, shape: output.withoutBatch, extents: box,
        holdsOtherPictures: false)
    ]
    for current in geometry[...layer].reversed() {
      if case .batchNormalization = current.layer, mode == .training { others = true }
      box = current.influences(on: box, mode: mode)
      regions.append(
        Region(
          layer: current.index - 1,
          name: current.index == 0 ? "image" : geometry[current.index - 1].name,
          shape: current.input.withoutBatch, extents: box, holdsOtherPictures: others))
    }
    self.regions = regions
  }
}

extension LayerGeometry {
  fileprivate typealias Extent = ReceptiveField.Extent

  /// The box of a layer's input that can influence a box of its output.
  fileprivate func influences(on box: [Extent], mode: Mode) -> [Extent] {
    switch layer {
    case .convolution(let convolution):
      let (perGroup, filters) = (input.c / convolution.groups, output.c / convolution.groups)
      let first = box[0].inside.lowerBound / filters
      let last = (box[0].inside.upperBound - 1) / filters
      return [exact(0, first * perGroup..<(last + 1) * perGroup)]
        + windows(convolution.window, box)
    case .locallyConnected(let local): return [everything(0)] + windows(local.window, box)
    case .maxPooling(let pooling), .averagePooling(let pooling):
      return [box[0]] + windows(pooling.window, box)
    case .localResponseNormalization(let lrn):
      let (first, last) = (box[0].inside.lowerBound, box[0].inside.upperBound - 1)
      let low = lrn.window(around: first, channels: input.c).lowerBound
      let high = lrn.window(around: last, channels: input.c).upperBound
      return [exact(0, low..<high), box[1], box[2]]
    case .spatialNormalization(let normalization):
      let (below, above) = normalization.convention.reach(normalization.n)
      return [box[0]]
        + box.dropFirst().map { extent in
          let inside = extent.inside.lowerBound - below..<extent.inside.upperBound + above
          return Extent(
            axis: extent.axis, inside: inside.clamped(to: 0..<extent.size),
            whole: bounded(extent.whole.lowerBound - below, extent.whole.upperBound + above),
            size: extent.size)
        }
    case .batchNormalization:
      guard mode == .training else { return box }
      return [box[0]] + box.indices.dropFirst().map(everything)
    case .activation, .dropout: return box
    case .flatten: return unflattened(box)
    case .linear, .softmax: return [everything(0)]
    }
  }

  private func exact(_ axis: Int, _ range: Range<Int>) -> Extent {
    Extent(
      axis: axisNames(of: input)[axis], inside: range, whole: range, size: input[axis + 1])
  }

  private func everything(_ axis: Int) -> Extent { exact(axis, 0..<input[axis + 1]) }

  /// The rows and columns that the windows of a box of outputs read.
  private func windows(_ window: Window, _ box: [Extent]) -> [Extent] {
    [1, 2].map { axis in
      let (extent, size) = (box[axis], input[axis + 1])
      let low = window.inputs(of: extent.inside.lowerBound, input: size).lowerBound
      let high = window.inputs(of: extent.inside.upperBound - 1, input: size).upperBound
      let start = extent.whole.lowerBound * window.stride - window.padding
      let last = (extent.whole.upperBound - 1) * window.stride - window.padding
      return Extent(
        axis: extent.axis, inside: low..<max(low, high),
        whole: bounded(start, last + window.kernel), size: size)
    }
  }

  /// A range limited so that no chain of strides overflows; never empty.
  private func bounded(_ lower: Int, _ upper: Int) -> Range<Int> {
    let limit = 1 << 40
    let low = max(-limit, min(lower, limit))
    return low..<max(low + 1, min(upper, limit))
  }

  /// The smallest box of a map that holds a range of the features that it is flattened to.
  private func unflattened(_ box: [Extent]) -> [Extent] {
    let shape = input.withoutBatch
    let first = shape.index(at: box[0].inside.lowerBound)
    let last = shape.index(at: box[0].inside.upperBound - 1)
    // Up to the first axis in which the ends differ the box is narrow; after it, the box is the
    // whole axis.
    let split = zip(first, last).enumerated().first { $1.0 != $1.1 }?.offset ?? shape.rank
    return (0..<shape.rank).map { axis in
      axis <= split ? exact(axis, first[axis]..<last[axis] + 1) : everything(axis)
    }
  }
}
