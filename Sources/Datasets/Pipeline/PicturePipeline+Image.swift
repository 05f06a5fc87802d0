import Basics
import Tensors

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
        return UInt8(rounding: color.luma)
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
