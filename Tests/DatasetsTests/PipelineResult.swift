@testable import Datasets

/// The output of pipelines, and the expected output by definition.
enum PipelineResult {
  /// The output for one image in training.
  static func training(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, seed: UInt64 = 1, draw: UInt64
  ) -> [Float] {
    result(pipeline, of: set, index) { pixels, output in
      pipeline.training(pixels, seed: seed, draw: draw, into: output)
    }
  }

  static func test(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, view: Int = 0
  ) -> [Float] {
    result(pipeline, of: set, index) { pixels, output in
      pipeline.test(pixels, view: view, into: output)
    }
  }

  private static func result(
    _ pipeline: PicturePipeline, of set: PictureSet, _ index: Int,
    _ body: (UnsafePointer<UInt8>, UnsafeMutableBufferPointer<Float>) -> Void
  ) -> [Float] {
    let size = pipeline.output
    var values = [Float](repeating: .nan, count: size.channels * size.height * size.width)
    set.pixels.withUnsafeBufferPointer { pixels in
      guard let pixels = pixels.baseAddress else { return }
      values.withUnsafeMutableBufferPointer { body(pixels + index * set.sampleCount, $0) }
    }
    return values
  }

  /// The definition, sample by sample: the crop begins at row `top`, column `left` of the padded
  /// image.
  static func defined(
    _ pipeline: PicturePipeline, _ set: PictureSet, _ index: Int, top: Int, left: Int,
    isMirrored: Bool = false
  ) -> [Float] {
    let (size, padding) = (pipeline.output, pipeline.options.padding)
    let plane = set.height * set.width
    var values: [Float] = []
    for c in 0..<size.channels {
      for y in 0..<size.height {
        for x in 0..<size.width {
          let column = isMirrored ? size.width - 1 - x : x
          let (v, u) = (top + y - padding, left + column - padding)
          guard (0..<set.height).contains(v), (0..<set.width).contains(u) else {
            values.append(0)
            continue
          }
          let place = c * plane + v * set.width + u
          let mean = pipeline.mean[pipeline.mean.count == set.channels ? c : place]
          let byte = Double(set.pixels[index * set.sampleCount + place])
          values.append(
            Float(
              (byte * Double(pipeline.options.scale) / 255 - Double(mean))
                / Double(pipeline.deviation[c])))
        }
      }
    }
    return values
  }

  static func areClose(_ a: [Float], _ b: [Float], _ bound: Float = 1e-4) -> Bool {
    a.count == b.count && zip(a, b).allSatisfy { abs($0 - $1) <= bound }
  }

  static func noise32() throws -> (set: PictureSet, image: Image) {
    let image = try Fixture.ppm("noise").centerCropped(width: 32, height: 32)
    let set = PictureSet(
      name: "noise", classNames: ["noise"], channels: 3, height: 32, width: 32,
      pixels: image.planes(width: 32, height: 32), labels: [0])
    return (set, image)
  }

  static func largestDifference(_ values: [Float], _ image: Image) -> Float {
    var largest: Float = 0
    let plane = image.width * image.height
    for y in 0..<image.height {
      for x in 0..<image.width {
        for c in 0..<3 {
          largest = max(
            largest, abs(values[c * plane + y * image.width + x] - Float(image[c, y, x])))
        }
      }
    }
    return largest
  }
}
