import Digests
import Synchronization

/// Digests of images.
enum Fingerprint {
  /// SHA-256 over the sizes, labels and pixels of these sets, as 64 hexadecimal digits.
  ///
  /// For each set: channels, height, width, count as four little-endian 64-bit numbers, then N
  /// labels, then N×C×H×W samples.
  static func of(_ sets: [PictureSet]) -> String {
    var digest = SHA256()
    for set in sets {
      for size in [set.channels, set.height, set.width, set.count] {
        withUnsafeBytes(of: UInt64(size).littleEndian) { digest.update($0) }
      }
      digest.update(set.labels)
      digest.update(set.pixels)
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
