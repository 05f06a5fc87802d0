import CImageCodecs
import TensorFiles

extension Image {
  /// The largest image file that is read: 512 MB.
  static let maximumFileSize = 512 << 20

  /// Reads a PNG or JPEG file: `decode(_:name:)` says how each kind is converted.
  ///
  /// - Parameter path: where the file is; a leading `~/` is the home folder.
  package static func load(path: String) throws(ImageError) -> Image {
    let bytes: [UInt8]
    do throws(FileError) {
      bytes = try OpenFile.bytes(of: path, limit: maximumFileSize)
    } catch {
      throw ImageError(error)
    }
    return try decode(bytes, name: path)
  }

  /// Writes the image as a PNG file, whole or not at all.
  ///
  /// - Parameters:
  ///   - path: the file; a leading `~/` is the home folder. A file there is replaced.
  ///   - description: what it shows, for the file's text chunk `Description`.
  package func writePNG(path: String, description: String? = nil) throws(ImageError) {
    let bytes = try encodePNG(description: description)
    do throws(FileError) {
      try AtomicFile.write(bytes, to: path)
    } catch {
      throw ImageError(error)
    }
  }

  /// The image as the bytes of a PNG file.
  ///
  /// - Parameter description: what it shows, for the file's text chunk `Description`.
  package func encodePNG(description: String? = nil) throws(ImageError) -> [UInt8] {
    var encoded: [UInt8] = []
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    let succeeded = withUnsafeMutablePointer(to: &encoded) { encoded in
      codec_png_encode(
        bytes, UInt32(width), UInt32(height), description, encoded,
        { context, bytes, count in
          context?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }, &reason)
    }
    guard succeeded else {
      throw ImageError("the image of \(size) can't be written as PNG: \(text(of: reason))")
    }
    return encoded
  }
}

/// The text in a buffer that a codec wrote to, on one line.
func text(of buffer: [CChar]) -> String {
  let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
}
