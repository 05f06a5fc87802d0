import Tensors

extension PicturePipeline {
  /// The figures by name, for a checkpoint: `pictures.mean` (C or C×H×W), `pictures.deviation` (C) and,
  /// where there is noise on the colours, `pictures.colors` (C×C).
  public var figures: [String: Tensor] {
    let whole = mean.count > source.channels
    var figures = [
      "pictures.mean": Tensor(
        shape: whole ? [source.channels, source.height, source.width] : [source.channels],
        values: mean),
      "pictures.deviation": Tensor(shape: [source.channels], values: deviation),
    ]
    if !colors.isEmpty {
      figures["pictures.colors"] = Tensor(
        shape: [source.channels, source.channels], values: colors)
    }
    return figures
  }

  /// The pipeline that a checkpoint kept: the same options, the size of its pictures and `figures`.
  ///
  /// - Parameters:
  ///   - options: what is done.
  ///   - source: the size of the set's pictures.
  ///   - figures: tensors by name; others than those of `figures` are passed over.
  /// - Throws: `ImageError` where one is missing or of another shape, or makes no sense.
  public init(
    _ options: Options, source: Size, figures: [String: Tensor]
  ) throws(ImageError) {
    func values(_ name: String, _ shapes: [Shape]) throws(ImageError) -> [Float] {
      guard let tensor = figures[name] else {
        throw ImageError("\(name) is missing: without it no picture can be shown to the network")
      }
      guard shapes.contains(tensor.shape) else {
        throw ImageError(
          "\(name) is \(tensor.shape); pictures of \(source.channels)×\(source.height)×"
            + "\(source.width) need \(shapes.map(\.description).joined(separator: " or "))")
      }
      return tensor.values
    }
    let c = source.channels
    try self.init(
      options, source: source,
      mean: try values("pictures.mean", [[c], [c, source.height, source.width]]),
      deviation: try values("pictures.deviation", [[c]]),
      colors: options.colorNoise == nil ? [] : try values("pictures.colors", [[c, c]]))
  }
}

extension PicturePipeline {
  /// A set of the one picture, brought to the size of those that the pipeline is for: as it is if it
  /// has that size, else its central part scaled; as grey where one channel is wanted.
  public func picture(_ image: Image, name: String = "picture") -> PictureSet {
    let planes = image.planes(width: source.width, height: source.height)
    let plane = source.height * source.width
    let pixels =
      source.channels == Image.channels
      ? planes
      : (0..<plane).map { i in
        let color = RGB(planes[i], planes[plane + i], planes[2 * plane + i])
        return UInt8(clamping: Int(color.luma.rounded()))
      }
    return PictureSet(
      name: name, classNames: ["?"], channels: source.channels, height: source.height,
      width: source.width, pixels: pixels, labels: [0])
  }

  /// What the network sees of any picture, 1×C×H×W: what a test would show it.
  ///
  /// - Parameters:
  ///   - image: a picture of any size.
  ///   - view: which part of it: see `test`.
  public func callAsFunction(_ image: Image, view: Int = 0) -> Tensor {
    var tensor = Tensor(zeros: [1, output.channels, output.height, output.width])
    let set = picture(image)
    tensor.withUnsafeMutableBufferPointer { test(set, 0, view: view, into: $0) }
    return tensor
  }
}
