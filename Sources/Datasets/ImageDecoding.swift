import CImageCodecs
import TensorFiles

extension Image {
  /// The largest image that is decoded: 64 megapixels, 192 MB of samples.
  package static let maximumPixels = 64_000_000

  /// Decodes a PNG or JPEG, recognized by its bytes and not by its name.
  ///
  /// Every kind becomes 8-bit RGB: grey is repeated, palettes are looked up, 16 bits are rounded to
  /// 8, transparent images are put on white, inks (CMYK, stored inverted as Adobe does) are mixed.
  /// The image is turned by its EXIF orientation. Colour profiles and gamma are not applied. A file
  /// that only lacks its end marker is read; one that lacks pixels is not.
  ///
  /// - Parameters:
  ///   - bytes: the whole file.
  ///   - name: its name in messages.
  package static func decode(_ bytes: [UInt8], name: String) throws(ImageError) -> Image {
    let name = printable(name)
    switch Format(of: bytes) {
    case .png:
      return try image(
        of: bytes, name: name, kind: "PNG", header: codec_png_header, pixels: codec_png_pixels,
        fourChannels: overWhite
      ).turned(EXIFOrientation(ofPNG: bytes))
    case .jpeg:
      return try image(
        of: bytes, name: name, kind: "JPEG", header: codec_jpeg_header, pixels: codec_jpeg_pixels,
        fourChannels: mixingInks
      ).turned(EXIFOrientation(ofJPEG: bytes))
    case .other(let what, let hint):
      throw ImageError("\(name) \(what)", hint: hint)
    }
  }

  /// The size of a PNG or JPEG as `decode(_:name:)` would give it, from its header alone.
  static func size(
    of bytes: [UInt8], name: String
  ) throws(ImageError) -> (width: Int, height: Int) {
    let name = printable(name)
    switch Format(of: bytes) {
    case .png:
      let header = try header(of: bytes, name: name, kind: "PNG", read: codec_png_header)
      return size(header, EXIFOrientation(ofPNG: bytes))
    case .jpeg:
      let header = try header(of: bytes, name: name, kind: "JPEG", read: codec_jpeg_header)
      return size(header, EXIFOrientation(ofJPEG: bytes))
    case .other(let what, let hint):
      throw ImageError("\(name) \(what)", hint: hint)
    }
  }

  private static func size(
    _ header: codec_header, _ orientation: EXIFOrientation
  ) -> (width: Int, height: Int) {
    let (width, height) = (Int(header.width), Int(header.height))
    return orientation.swapsSides ? (height, width) : (width, height)
  }

  /// The header of a JPEG, whose size has been checked.
  static func jpegHeader(of bytes: [UInt8], name: String) throws(ImageError) -> codec_header {
    try header(of: bytes, name: name, kind: "JPEG", read: codec_jpeg_header)
  }

  private typealias HeaderReader = (
    UnsafePointer<UInt8>?, Int, UnsafeMutablePointer<codec_header>?, UnsafeMutablePointer<CChar>?
  ) -> Bool

  private typealias PixelReader = (
    UnsafePointer<UInt8>?, Int, UnsafePointer<codec_header>?, UnsafeMutablePointer<UInt8>?,
    UnsafeMutablePointer<CChar>?
  ) -> Bool

  /// Reads a header and checks the size that it claims.
  private static func header(
    of bytes: [UInt8], name: String, kind: String, read: HeaderReader
  ) throws(ImageError) -> codec_header {
    var header = codec_header()
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    guard read(bytes, bytes.count, &header, &reason) else {
      throw damaged(name, kind, reason)
    }
    let (width, height) = (Int(header.width), Int(header.height))
    guard width > 0, height > 0, width * height <= maximumPixels else {
      throw ImageError(
        "\(name) claims to be \(width)×\(height) pixels; "
          + "at most \(maximumPixels / 1_000_000) megapixels are read",
        hint: "make it smaller first; a network uses 256×256 of it")
    }
    return header
  }

  /// Checks the header, then runs a decoder; `fourChannels` makes RGB of alpha or inks.
  private static func image(
    of bytes: [UInt8], name: String, kind: String, header read: HeaderReader,
    pixels decode: PixelReader, fourChannels: ([UInt8]) -> [UInt8]
  ) throws(ImageError) -> Image {
    var header = try header(of: bytes, name: name, kind: kind, read: read)
    var reason = [CChar](repeating: 0, count: Int(CODEC_MESSAGE_CAPACITY))
    let count = Int(header.width) * Int(header.height) * Int(header.channels)
    var decoded = false
    let samples = [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      decoded = decode(bytes, bytes.count, &header, buffer.baseAddress, &reason)
      initialized = decoded ? count : 0
    }
    guard decoded else { throw damaged(name, kind, reason) }
    return Image(
      width: Int(header.width), height: Int(header.height),
      bytes: header.channels == 4 ? fourChannels(samples) : samples)
  }

  static func damaged(_ name: String, _ kind: String, _ reason: [CChar]) -> ImageError {
    ImageError(
      "\(name) is a damaged or incomplete \(kind): \(text(of: reason))",
      hint: "does it open in another program? Try to copy or download it again")
  }

  /// Puts RGB with alpha on white, rounded to nearest.
  private static func overWhite(_ rgba: [UInt8]) -> [UInt8] {
    var rgb = [UInt8](repeating: 0, count: rgba.count / 4 * 3)
    for i in 0..<(rgba.count / 4) {
      let alpha = Int(rgba[4 * i + 3])
      for c in 0..<3 {
        rgb[3 * i + c] = UInt8((Int(rgba[4 * i + c]) * alpha + 255 * (255 - alpha) + 127) / 255)
      }
    }
    return rgb
  }

  /// Turns inverted inks (255: none) into RGB: each colour is what its ink and black let through.
  private static func mixingInks(_ cmyk: [UInt8]) -> [UInt8] {
    var rgb = [UInt8](repeating: 0, count: cmyk.count / 4 * 3)
    for i in 0..<(cmyk.count / 4) {
      let black = Int(cmyk[4 * i + 3])
      for c in 0..<3 { rgb[3 * i + c] = UInt8((Int(cmyk[4 * i + c]) * black + 127) / 255) }
    }
    return rgb
  }
}

/// The format by the first bytes of a file.
enum Format {
  case png
  case jpeg
  /// Not an image that can be decoded: what it is ("is a GIF, …") and a hint.
  case other(String, hint: String)

  init(of bytes: [UInt8]) {
    switch FileKind(of: bytes) {
    case .png: self = .png
    case .jpeg: self = .jpeg
    case let kind?: self = .other("is \(kind.name), neither PNG nor JPEG", hint: kind.hint)
    case nil where bytes.isEmpty: self = .other("is empty", hint: "choose a PNG or JPEG image")
    case nil where Self.beginnings.contains { $0.starts(with: bytes) }:
      self = .other("breaks off after \(bytes.count) bytes", hint: "copy or download it again")
    case nil: self = .other("is neither PNG nor JPEG", hint: "choose a PNG or JPEG image")
    }
  }

  private static let beginnings: [[UInt8]] = [
    [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8, 0xFF],
  ]
}
