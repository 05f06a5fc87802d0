import Tensors

/// The drawn data set of `--data shapes-hard`: the ten outlines of `Shapes`, but fewer images that
/// are hard to recognize.
///
/// There are 3,000 images to train on and 2,000 to test with. In each, a bar of another colour
/// hides a part of the figure, which may be darker or lighter than the background and as small as a
/// quarter of the image's side, with much noise. So a small network first learns slowly
/// (underfits), then memorizes the training images (overfits): `cuda-convnet-18` reaches 99%
/// training accuracy and 63% validation accuracy.
///
/// Like `Shapes`, it's the same on every machine.
package enum HardShapes {
  /// Its name for `--data`.
  package static let name = "shapes-hard"

  /// The number of training images that `--data shapes-hard` has.
  package static let trainCount = 3_000

  /// The number of test images that `--data shapes-hard` has.
  package static let testCount = 2_000

  /// Both parts.
  ///
  /// - Parameters:
  ///   - train: the number of training images.
  ///   - test: the number of test images.
  ///   - seed: the seed that they are drawn from.
  package static func dataset(
    train: Int = trainCount, test: Int = testCount, seed: UInt64 = 1
  ) -> Dataset {
    Shapes.dataset(name, train: train, test: test, seed: seed) { random, index, shape, pixels in
      HardShapeScene(random, image: index).draw(shape, into: pixels)
    }
  }
}
