import Foundation
import Tensors

/// A data set that needs no file: ten kinds of drawn shapes, 3×32×32 like CIFAR-10.
///
/// Size, place, angle (within 20°), colours, shading and noise of every picture are drawn at random,
/// none of them depending on the class: only the outline tells. The figure is always lighter than the
/// ground. Two epochs of the plain recipe bring `cuda-convnet-18` above 95%.
///
/// All numbers are functions of the seed and the picture's position, and all arithmetic is exactly
/// rounded (no sine, no exponential), so that the set is the same on every machine.
public enum Shapes {
  /// The classes, in the order of their labels; picture i is of class i mod 10.
  public static let classNames = [
    "circle", "square", "triangle", "cross", "ring", "star", "bars", "checker", "crescent", "arrow",
  ]

  /// Rows and columns of each picture.
  public static let side = 32

  /// The number of training pictures that `--data shapes` has.
  public static let trainCount = 40_000

  /// The number of test pictures that `--data shapes` has.
  public static let testCount = 5_000

  /// Both parts, drawn on all cores: about a second's work for one.
  ///
  /// - Parameters:
  ///   - train: the number of training pictures.
  ///   - test: the number of test pictures.
  ///   - seed: the seed that they are drawn from.
  public static func dataset(
    train: Int = trainCount, test: Int = testCount, seed: UInt64 = 1
  ) -> Dataset {
    Dataset(
      name: "shapes",
      train: pictures("shapes train", count: train, seed: seed),
      test: pictures("shapes test", count: test, seed: seed))
  }

  /// The first `count` pictures of the stream by this name.
  static func pictures(_ name: String, count: Int, seed: UInt64) -> PictureSet {
    let size = Image.channels * side * side
    let random = CounterRandom(name, seed: seed)
    let chunk = 256
    let pixels = [UInt8](unsafeUninitializedCapacity: count * size) { output, filled in
      // Each call of the closure writes pictures of its own, and all have returned before the buffer
      // is looked at again: nothing is shared.
      nonisolated(unsafe) let start = output.baseAddress
      DispatchQueue.concurrentPerform(iterations: (count + chunk - 1) / chunk) { number in
        guard let start else { return }
        for index in (number * chunk)..<min(count, (number + 1) * chunk) {
          let label = index % classNames.count
          ShapeScene(random, picture: index).draw(
            Shape(rawValue: label) ?? .circle, into: start + index * size)
        }
      }
      filled = count * size
    }
    return PictureSet(
      name: name, classNames: classNames, channels: Image.channels, height: side, width: side,
      pixels: pixels, labels: (0..<count).map { UInt8($0 % classNames.count) })
  }
}
