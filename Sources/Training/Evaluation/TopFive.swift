import Basics
import Tensors

/// When the top-5 error is reported, and what counts.
///
/// An image is classified correctly within the top 5 if fewer than five classes come before its own:
/// classes with a larger output, and those with an equal output and a lower number. With a NaN among
/// its outputs it isn't, whatever its label. So the top-1 error follows the same rule with 1.
package enum TopFive {
  /// The number of classes that may be named for an image.
  package static let guesses = 5

  /// Whether a training run counts it: with more than 10 classes. Runs with fewer have the files and
  /// the output that they had before it was counted.
  package static func isCounted(classes: Int) -> Bool { classes > 10 }

  /// Whether a test reports it: with five classes or fewer it would always be 0.
  package static func isReported(classes: Int) -> Bool { classes > guesses }

  /// How many rows of an output have their label among the top 5.
  static func count(_ output: Tensor, labels: [Int]) -> Int {
    let classes = output.shape.c
    return output.withUnsafeBufferPointer { p in
      labels.indices.count { n in
        let row = p[(n * classes)..<((n + 1) * classes)]
        return row.rank(of: row.startIndex + labels[n]).map { $0 < guesses } ?? false
      }
    }
  }
}
