import Digests
import TensorFiles
import Tensors

/// The SHA-256 of a file, read piece by piece.
package enum FileDigest {
  private static let piece = 1 << 20

  /// The digest as 64 hexadecimal digits.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - cancellation: polled once a megabyte.
  ///   - report: called with the bytes done and the total.
  /// - Throws: `ImageError` or `Cancelled`.
  package static func digits(
    of path: String, cancellation: Cancellation,
    report: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> String {
    do {
      let file = try OpenFile(path)
      var digest = SHA256()
      var buffer = [UInt8](repeating: 0, count: min(piece, file.count))
      var done = 0
      while done < file.count {
        try cancellation.check()
        let count = min(piece, file.count - done)
        try buffer.withUnsafeMutableBytes { buffer in
          let part = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
          try file.read(into: part, at: done)
          digest.update(UnsafeRawBufferPointer(part))
        }
        done += count
        report(done, file.count)
      }
      return digest.digits
    } catch let error as FileError {
      throw ImageError(error)
    }
  }
}
