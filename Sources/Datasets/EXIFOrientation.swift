/// How to turn an image upright, as noted by the camera: EXIF 2.3, tag 0x0112.
///
/// The raw values are those of the standard: where row 0 and column 0 of the stored image are.
enum EXIFOrientation: Int, CaseIterable {
  case upright = 1
  case mirrored
  case upsideDown
  case flipped
  case transposed
  case turnedRight
  case transversed
  case turnedLeft

  /// Whether rows become columns.
  var swapsSides: Bool {
    switch self {
    case .upright, .mirrored, .upsideDown, .flipped: false
    case .transposed, .turnedRight, .transversed, .turnedLeft: true
    }
  }

  /// The orientation that a JPEG's EXIF block names; upright if it names none or an invalid one,
  /// since a sideways image is better than none.
  init(ofJPEG bytes: [UInt8]) {
    self = Self.exifBlock(ofJPEG: bytes).flatMap(Self.orientation(inTIFF:)) ?? .upright
  }

  /// The orientation that a PNG's eXIf chunk names, wherever in the file it is; upright if there is
  /// none, or an invalid one.
  init(ofPNG bytes: [UInt8]) {
    self = Self.exifChunk(ofPNG: bytes).flatMap(Self.orientation(inTIFF:)) ?? .upright
  }

  /// The TIFF structure in the eXIf chunk, if the file has one. Some programs put JPEG's `Exif`
  /// before it.
  private static func exifChunk(ofPNG bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var position = 8
    while position + 12 <= bytes.count {
      let length = bytes[position..<(position + 4)].reduce(0) { $0 << 8 | Int($1) }
      let data = position + 8
      guard length <= bytes.count - data - 4 else { return nil }
      if bytes[(position + 4)..<data].elementsEqual("eXIf".utf8) {
        let block = bytes[data..<(data + length)]
        return block.starts(with: identifier) ? block.dropFirst(identifier.count) : block
      }
      position = data + length + 4
    }
    return nil
  }

  /// The start of a JPEG's EXIF segment.
  private static let identifier: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0]

  /// The TIFF structure in the APP1 segment that begins with `Exif`, if it comes before the first
  /// scan.
  private static func exifBlock(ofJPEG bytes: [UInt8]) -> ArraySlice<UInt8>? {
    var position = 2
    while position + 4 <= bytes.count, bytes[position] == 0xFF {
      let marker = bytes[position + 1]
      // Any number of 0xFF may come before a marker. The start of a scan ends the headers.
      if marker == 0xFF {
        position += 1
        continue
      }
      if marker == 0xDA { return nil }
      let length = Int(bytes[position + 2]) << 8 | Int(bytes[position + 3])
      let end = position + 2 + length
      guard length >= 2, end <= bytes.count else { return nil }
      let segment = bytes[(position + 4)..<end]
      if marker == 0xE1, segment.starts(with: identifier) {
        return segment.dropFirst(identifier.count)
      }
      position = end
    }
    return nil
  }

  /// The orientation entry of the first directory of a TIFF structure.
  private static func orientation(inTIFF block: ArraySlice<UInt8>) -> EXIFOrientation? {
    let tiff = Array(block)
    let bigEndian: Bool
    if tiff.starts(with: [0x4D, 0x4D, 0, 42]) {
      bigEndian = true
    } else if tiff.starts(with: [0x49, 0x49, 42, 0]) {
      bigEndian = false
    } else {
      return nil
    }
    func number(at offset: Int, bytes count: Int) -> Int? {
      guard offset >= 0, offset + count <= tiff.count else { return nil }
      let digits = tiff[offset..<(offset + count)]
      return (bigEndian ? Array(digits) : digits.reversed()).reduce(0) { $0 << 8 | Int($1) }
    }
    guard let directory = number(at: 4, bytes: 4), let entries = number(at: directory, bytes: 2)
    else { return nil }
    for entry in 0..<entries {
      let start = directory + 2 + 12 * entry
      guard let tag = number(at: start, bytes: 2) else { return nil }
      // A value that fits in four bytes is kept in the first of them. The standard requires type 3,
      // 16 bits; programs also write 8 (types 1, 6) and 32 (4, 9), signed or not.
      let sizes = [1: 1, 3: 2, 4: 4, 6: 1, 8: 2, 9: 4]
      if tag == 0x0112, let type = number(at: start + 2, bytes: 2), let size = sizes[type] {
        return number(at: start + 8, bytes: size).flatMap(EXIFOrientation.init(rawValue:))
      }
    }
    return nil
  }
}

extension Image {
  /// The image turned upright.
  func turned(_ orientation: EXIFOrientation) -> Image {
    // Where the pixel at row y, column x of the upright image is stored: with rows and columns
    // swapped or not, counted from the far end or not.
    let swap: Bool
    let fromBottom: Bool
    let fromRight: Bool
    switch orientation {
    case .upright: return self
    case .mirrored: (swap, fromBottom, fromRight) = (false, false, true)
    case .upsideDown: (swap, fromBottom, fromRight) = (false, true, true)
    case .flipped: (swap, fromBottom, fromRight) = (false, true, false)
    case .transposed: (swap, fromBottom, fromRight) = (true, false, false)
    case .turnedRight: (swap, fromBottom, fromRight) = (true, true, false)
    case .transversed: (swap, fromBottom, fromRight) = (true, true, true)
    case .turnedLeft: (swap, fromBottom, fromRight) = (true, false, true)
    }
    let (newWidth, newHeight) = swap ? (height, width) : (width, height)
    var turned: [UInt8] = []
    turned.reserveCapacity(bytes.count)
    for y in 0..<newHeight {
      for x in 0..<newWidth {
        let row = swap ? x : y
        let column = swap ? y : x
        let i =
          ((fromBottom ? height - 1 - row : row) * width
            + (fromRight ? width - 1 - column : column)) * Self.channels
        turned.append(bytes[i])
        turned.append(bytes[i + 1])
        turned.append(bytes[i + 2])
      }
    }
    return Image(width: newWidth, height: newHeight, bytes: turned)
  }
}
