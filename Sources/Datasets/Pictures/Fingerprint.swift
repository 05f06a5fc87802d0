import Digests
import Synchronization

/// Digests of images.
enum Fingerprint {
  /// SHA-256 over the sizes, labels and images of these sets, as 64 hexadecimal digits.
  ///
  /// For each set: channels, height, width, count as four little-endian 64-bit numbers; N labels, of
  /// one byte each or, with more than 256 classes, of two; then N×C×H×W samples. Of a streamed set,
  /// no image is read: instead of the samples, the name of each image and the length of its file
  /// are taken. So a file replaced by another one of the same length isn't noticed.
  static func of(_ sets: [PictureSet]) -> String {
    var digest = SHA256()
    for set in sets {
      for size in [set.channels, set.height, set.width, set.count] {
        withUnsafeBytes(of: UInt64(size).littleEndian) { digest.update($0) }
      }
      if set.classNames.count <= 256 {
        digest.update(set.labels.map { UInt8($0) })
      } else {
        digest.update(set.labels.flatMap { [UInt8(truncatingIfNeeded: $0), UInt8($0 >> 8)] })
      }
      set.identify(in: &digest)
    }
    return digest.digits
  }
}

/// A fingerprint that is computed once, when first needed.
final class CachedFingerprint: Sendable {
  private let digits = Mutex<String?>(nil)

  func of(_ sets: [PictureSet]) -> String {
    digits.withLock { digits in
      let known = digits ?? Fingerprint.of(sets)
      digits = known
      return known
    }
  }
}
