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

extension Image {
  /// An image as the bytes of a JPEG with colours at half the resolution.
  ///
  /// - Parameters:
  ///   - planes: 3×height×width samples, red before green before blue.
  ///   - width: columns, at most 65,500.
  ///   - height: rows, at most 65,500.
  ///   - quality: 1 to 100, on libjpeg's scale.
  static func encodeJPEG(
    _ planes: [UInt8], width: Int, height: Int, quality: Int
  ) throws(ImageError) -> [UInt8] {
    precondition(planes.count == channels * width * height, "The planes have another size.")
    var encoded: [UInt8] = []
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    let succeeded = withUnsafeMutablePointer(to: &encoded) { encoded in
      codec_jpeg_encode(
        planes, UInt32(width), UInt32(height), Int32(quality), encoded,
        { context, bytes, count in
          context?.assumingMemoryBound(to: [UInt8].self).pointee
            .append(contentsOf: UnsafeBufferPointer(start: bytes, count: count))
        }, &reason)
    }
    guard succeeded else {
      throw ImageError(
        "an image of \(width)×\(height) can't be written as JPEG: \(text(of: reason))")
    }
    return encoded
  }
}

/// The text in a buffer that a codec wrote to, on one line.
func text(of buffer: [CChar]) -> String {
  let bytes = buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
  return String(decoding: bytes, as: UTF8.self).filter { !$0.isNewline }
}
