import Basics
import Tensors

extension PicturePipeline {
  /// A set of only this image in the pipeline's source size: unchanged if it has that size, else
  /// its central part scaled; in grey if the pipeline has one channel.
  package func picture(_ image: Image, name: String = "picture") -> PictureSet {
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

  /// The network's input for any image, 1×C×H×W, prepared as in a test.
  ///
  /// - Parameters:
  ///   - image: an image of any size.
  ///   - view: which crop: see `test`.
  package func callAsFunction(_ image: Image, view: Int = 0) -> Tensor {
    var tensor = Tensor(zeros: [1, output.channels, output.height, output.width])
    let pixels = picture(image).pixels
    tensor.withUnsafeMutableBufferPointer { test(pixels, view: view, into: $0) }
    return tensor
  }
}
