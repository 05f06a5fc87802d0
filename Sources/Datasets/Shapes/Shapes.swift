import Basics
import Tensors

/// A data set without files: ten kinds of drawn shapes, 3×32×32 like CIFAR-10.
///
/// Size, place, angle (within 20°), colours, shading and noise of every image are random and
/// independent of the class: only the outline shows it. The figure is always lighter than the
/// background. Two epochs of the plain recipe take `cuda-convnet-18` above 95%.
///
/// All numbers depend only on the seed and the image's position, and all arithmetic is exactly
/// rounded (no sine, no exponential), so the set is the same on every machine.
package enum Shapes {
  /// The classes, in the order of their labels; image i has the class i mod 10.
  package static let classNames = [
    "circle", "square", "triangle", "cross", "ring", "star", "bars", "checker", "crescent", "arrow",
  ]

  /// Its name for `--data`.
  package static let name = "shapes"

  /// Rows and columns of each image.
  package static let side = 32

  /// The number of training images that `--data shapes` has.
  package static let trainCount = 40_000

  /// The number of test images that `--data shapes` has.
  package static let testCount = 5_000

  /// Both parts, drawn on all cores: about a second's work for one core.
  ///
  /// - Parameters:
  ///   - train: the number of training images.
  ///   - test: the number of test images.
  ///   - seed: the seed that they are drawn from.
  package static func dataset(
    train: Int = trainCount, test: Int = testCount, seed: UInt64 = 1
  ) -> Dataset {
    dataset(name, train: train, test: test, seed: seed) { random, index, shape, pixels in
      ShapeScene(random, image: index).draw(shape, into: pixels)
    }
  }

  /// Both parts of a drawn data set; `draw` is as in `pictures`, with the part's random numbers.
  static func dataset(
    _ name: String, train: Int, test: Int, seed: UInt64,
    draw:
      @Sendable (
        _ random: CounterRandom, _ index: Int, _ shape: Shape, UnsafeMutablePointer<UInt8>
      ) -> Void
  ) -> Dataset {
    func part(_ part: String, _ count: Int) -> PictureSet {
      let random = CounterRandom("\(name) \(part)", seed: seed)
      return pictures("\(name) \(part)", count: count) { draw(random, $0, $1, $2) }
    }
    return Dataset(name: name, train: part("train", train), test: part("test", test))
  }

  /// `count` images, on all cores.
  ///
  /// - Parameters:
  ///   - name: their name.
  ///   - count: their number.
  ///   - draw: draws the image at a position, of a class, into C·H·W bytes; called on any thread.
  static func pictures(
    _ name: String, count: Int,
    draw: @Sendable (_ index: Int, _ shape: Shape, _ pixels: UnsafeMutablePointer<UInt8>) -> Void
  ) -> PictureSet {
    let size = Image.channels * side * side
    let chunk = 256
    let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { output, filled in
      // Each call of the closure writes different images, and all have returned before the buffer
      // is read, so nothing is shared.
      nonisolated(unsafe) let start = output.baseAddress
      concurrently((count + chunk - 1) / chunk) { number in
        guard let start else { return }
        for index in (number * chunk)..<min(count, (number + 1) * chunk) {
          let label = index % classNames.count
          draw(index, Shape(rawValue: label) ?? .circle, start + index * size)
        }
      }
      filled = count * size
    }
    return PictureSet(
      name: name, classNames: classNames, channels: Image.channels, height: side, width: side,
      pixels: pixels, labels: (0..<count).map { UInt16($0 % classNames.count) })
  }
}
