import Basics

/// Why a network can't be split over ranks.
package struct SplitError: DescribedError, Hashable {
  package let message: String
  package let hint: String?

  /// Always `.training`.
  package var kind: ErrorKind { .training }

  init(_ message: String, hint: String? = "--parallel data can") {
    (self.message, self.hint) = (message, hint)
  }
}
