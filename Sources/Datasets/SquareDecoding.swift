import CImageCodecs
import TensorFiles

extension Image {
  /// Decodes a PNG or JPEG to the square that training uses: the shorter side is scaled to `side`,
  /// the longer one in proportion, rounded down, and the centre is cropped (an odd rest is larger
  /// at the bottom or the right).
  ///
  /// The same as `decode(_:name:)` and `centerSquare(side:)`, bit for bit, but pixels outside the
  /// square are not computed, and a JPEG whose shorter side is at least 2, 4 or 8 times `side` is
  /// first scaled by ½, ¼ or ⅛ by its decoder, which computes that from fewer frequencies; the
  /// bilinear filter then starts from the smaller image. Neither depends on the number of threads.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: its name in messages.
  ///   - planes: 3×side×side samples, red before green before blue.
  package static func decodeSquare(
    _ bytes: [UInt8], name: String, side: Int, into planes: UnsafeMutableBufferPointer<UInt8>
  ) throws(ImageError) {
    precondition(
      side > 0 && planes.count == channels * side * side, "The planes are of another size.")
    let name = printable(name)
    switch Format(of: bytes) {
    case .jpeg:
      try JPEGSquare(bytes, name: name, side: side).decode(into: planes)
    case .png, .other:
      let image = try decode(bytes, name: name)
      PartResizing(square: side, width: image.width, height: image.height).run(image, into: planes)
    }
  }
}

extension PartResizing {
  /// The central square of an image scaled so that its shorter side has the length `side`.
  init(square side: Int, width: Int, height: Int) {
    let shorter = min(width, height)
    func taps(_ inputs: Int) -> Taps {
      let outputs = inputs * side / shorter
      let first = (outputs - side) / 2
      return Taps(first..<(first + side), of: outputs, inputs: inputs)
    }
    self.init(columns: taps(width), rows: taps(height))
  }
}

/// The central square of a JPEG.
private struct JPEGSquare {
  let bytes: [UInt8]
  let name: String
  let side: Int
  private let header: codec_header
  private let denominator: Int
  /// The size after scaling by the decoder, before turning.
  private let (width, height): (Int, Int)

  init(_ bytes: [UInt8], name: String, side: Int) throws(ImageError) {
    (self.bytes, self.name, self.side) = (bytes, name, side)
    let header = try Image.jpegHeader(of: bytes, name: name)
    let shorter = Int(min(header.width, header.height))
    let denominator = [8, 4, 2].first { shorter >= $0 * side } ?? 1
    width = (Int(header.width) + denominator - 1) / denominator
    height = (Int(header.height) + denominator - 1) / denominator
    (self.header, self.denominator) = (header, denominator)
  }

  func decode(into planes: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    let orientation = EXIFOrientation(ofJPEG: bytes)
    if orientation == .upright, width == side, height == side {
      try split(into: planes)
    } else if orientation == .upright {
      let resizing = PartResizing(square: side, width: width, height: height)
      let part = codec_part(
        denominator: UInt32(denominator), left: UInt32(resizing.columns.inputs.lowerBound),
        top: UInt32(resizing.rows.inputs.lowerBound),
        width: UInt32(resizing.columns.inputs.count), height: UInt32(resizing.rows.inputs.count))
      var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
      let isDecoded = resizing.run(into: planes) { receiver in
        rows(part, &reason, &receiver) { context, pixels in
          if let pixels {
            context?.assumingMemoryBound(to: PartResizing.Receiver.self).pointee.take(pixels)
          }
        }
      }
      guard isDecoded else { throw Image.damaged(name, "JPEG", reason) }
    } else {
      // Turned before it is cropped and resized, so that rounding is as for any other image.
      let image = try whole().turned(orientation)
      PartResizing(square: side, width: image.width, height: image.height).run(image, into: planes)
    }
  }

  /// A square of the right size already, as in prepared shards: only its colours are separated.
  private func split(into planes: UnsafeMutableBufferPointer<UInt8>) throws(ImageError) {
    let part = codec_part(
      denominator: UInt32(denominator), left: 0, top: 0, width: UInt32(side), height: UInt32(side))
    guard let start = planes.baseAddress else { return }
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    var splitter = Splitter(end: start, side: side)
    let isDecoded = rows(part, &reason, &splitter) { context, pixels in
      if let pixels { context?.assumingMemoryBound(to: Splitter.self).pointee.take(pixels) }
    }
    guard isDecoded else { throw Image.damaged(name, "JPEG", reason) }
  }

  /// Writes rows of 4-byte pixels to three planes.
  private struct Splitter {
    var end: UnsafeMutablePointer<UInt8>
    let side: Int

    mutating func take(_ pixels: UnsafePointer<UInt8>) {
      let plane = side * side
      codec_split(pixels, side, end, end + plane, end + 2 * plane)
      end += side
    }
  }

  /// All of the image, scaled by the decoder.
  private func whole() throws(ImageError) -> Image {
    let part = codec_part(
      denominator: UInt32(denominator), left: 0, top: 0, width: UInt32(width),
      height: UInt32(height))
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    let size = width * height * Image.channels
    var isDecoded = false
    let samples = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
      guard let start = buffer.baseAddress else { return }
      var collector = Collector(end: start, width: width)
      isDecoded =
        rows(part, &reason, &collector) { context, pixels in
          if let pixels {
            context?.assumingMemoryBound(to: Collector.self).pointee.take(pixels)
          }
        } && collector.end == start + size
      initialized = isDecoded ? size : 0
    }
    guard isDecoded else { throw Image.damaged(name, "JPEG", reason) }
    return Image(width: width, height: height, bytes: samples)
  }

  /// Writes rows of 4-byte pixels as rows of 3-byte ones.
  private struct Collector {
    var end: UnsafeMutablePointer<UInt8>
    let width: Int

    mutating func take(_ pixels: UnsafePointer<UInt8>) {
      for x in 0..<width {
        for c in 0..<Image.channels { end[x * Image.channels + c] = pixels[4 * x + c] }
      }
      end += width * Image.channels
    }
  }

  private func rows<Context>(
    _ part: codec_part, _ reason: inout [CChar], _ context: inout Context,
    _ take: @convention(c) (UnsafeMutableRawPointer?, UnsafePointer<UInt8>?) -> Void
  ) -> Bool {
    withUnsafePointer(to: header) { header in
      withUnsafePointer(to: part) { part in
        withUnsafeMutablePointer(to: &context) { context in
          codec_jpeg_rows(bytes, bytes.count, header, part, context, take, &reason)
        }
      }
    }
  }
}
