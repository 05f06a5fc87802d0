extension FileKind {
  /// Kinds with a signature at the start or at another fixed place.
  static func signed(_ start: [UInt8]) -> FileKind? {
    signatures.first { start.dropFirst($0.at).starts(with: $0.bytes) }?.kind
  }

  private static let signatures: [(at: Int, bytes: [UInt8], kind: FileKind)] = [
    (0, [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], .png),
    (0, [0xFF, 0xD8, 0xFF], .jpeg),
    (0, Array("GIF8".utf8), .gif),
    (8, Array("WEBP".utf8), .webp),
    (0, Array("II*\0".utf8), .tiff),
    (0, Array("MM\0*".utf8), .tiff),
    (4, Array("ftypheic".utf8), .heic), (4, Array("ftypheix".utf8), .heic),
    (4, Array("ftypmif1".utf8), .heic), (4, Array("ftypavif".utf8), .avif),
    (0, [0xFF, 0x0A], .jpegXL), (4, Array("JXL ".utf8), .jpegXL),
    (0, Array("%PDF".utf8), .pdf),
    (0, [0x7F] + Array("ELF".utf8), .executable),
    (0, [0xCF, 0xFA, 0xED, 0xFE], .executable),
    (0, [0x1F, 0x8B], .gzip),
    (0, [0xFD] + Array("7zXZ\0".utf8), .xz),
    (0, Array("BZh".utf8), .bzip2),
    (0, [0x28, 0xB5, 0x2F, 0xFD], .zstandard),
    (257, Array("ustar".utf8), .tar),
    (0, [0x89] + Array("HDF\r\n".utf8) + [0x1A, 0x0A], .hdf5),
    (0, [0x93] + Array("NUMPY".utf8), .numpy),
    (0, Array("GGUF".utf8), .gguf),
    (0, Array("version https://git-lfs.github.com/spec/".utf8), .lfsPointer),
  ]

  /// Kinds that take more than a signature to recognize.
  static func structured(_ start: [UInt8]) -> FileKind? {
    func byte(_ index: Int) -> UInt8 { index < start.count ? start[index] : 0 }
    if start.starts(with: [0x50, 0x4B, 3, 4]) {
      // PyTorch's archives begin with NAME/data.pkl, NumPy's hold files that end in .npy.
      if contains("/data.pkl", in: start) { return .torch }
      return contains(".npy", in: start.prefix(256)) ? .numpyArchive : .zip
    }
    if start.starts(with: "BM".utf8), start.count >= 14, start[6..<10].allSatisfy({ $0 == 0 }) {
      return .bitmap
    }
    if byte(0) == UInt8(ascii: "P"), (UInt8(ascii: "1")...UInt8(ascii: "6")).contains(byte(1)),
      [0x20, 0x0A, 0x0D, 0x09].contains(byte(2))
    {
      return .netpbm
    }
    // A pickle: the opcode PROTO with the protocol, 2 to 5, then an opcode that starts a value.
    if byte(0) == 0x80, (2...5).contains(byte(1)),
      "}](cX\u{8A}\u{95}".unicodeScalars.contains(
        Unicode.Scalar(byte(2)))
    {
      return .pickle
    }
    // Protocol buffers. ONNX: the version of its format (field 1), then the producer's name (field 2).
    if byte(0) == 0x08, (1...20).contains(byte(1)), byte(2) == 0x12, isWord(start, at: 3) {
      return .onnx
    }
    // Caffe: the network's name (field 1), then its first layer (field 100, or 2 in the older form).
    if byte(0) == 0x0A, isWord(start, at: 1) {
      let end = 2 + Int(byte(1))
      if byte(end) == 0x12 || (byte(end) == 0xA2 && byte(end + 1) == 0x06) { return .caffe }
    }
    // safetensors: the length of its header in 8 bytes, the last of which are 0, then an object.
    if start.count >= 10, start[5..<8].allSatisfy({ $0 == 0 }), word(start) >= 2,
      let first = start[8...].first(where: { !isSpace($0) }), first == UInt8(ascii: "{")
    {
      return .safetensors
    }
    return nil
  }

  /// Kinds of text.
  static func textual(_ start: [UInt8]) -> FileKind? {
    let marked = start.starts(with: [0xEF, 0xBB, 0xBF]) ? start.dropFirst(3) : start[...]
    let body = marked.drop(while: isSpace)
    let head = String(decoding: body.prefix(64), as: UTF8.self).lowercased()
    if head.hasPrefix("<!doctype html") || head.hasPrefix("<html") { return .html }
    if head.hasPrefix("<svg") { return .svg }
    if head.hasPrefix("<?xml") { return contains("<svg", in: body) ? .svg : .xml }
    if head.hasPrefix("---\n"), contains("\ntitle:", in: body) { return .lesson }
    guard head.hasPrefix("{") else { return nil }
    let formats: [(String, FileKind)] = [
      ("\"alexnet-network\"", .network), ("\"alexnet-recipe\"", .recipe),
      ("\"alexnet-metrics\"", .metrics), ("\"cell_type\"", .notebook),
      ("\"lessons\": {", .progress),
    ]
    return formats.first { contains($0.0, in: body) }?.1
  }

  private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x0A, 0x0D, 0x09].contains(byte) }

  /// The little-endian number in the first 8 bytes.
  private static func word(_ start: [UInt8]) -> UInt64 {
    start.prefix(8).reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// Whether a length below 65 is at `index`, followed by that many letters, digits and marks.
  private static func isWord(_ start: [UInt8], at index: Int) -> Bool {
    guard index < start.count, (1...64).contains(start[index]) else { return false }
    let word = start.dropFirst(index + 1).prefix(Int(start[index]))
    return word.count == Int(start[index]) && word.allSatisfy { (0x20..<0x7F).contains($0) }
  }

  private static func contains(_ text: String, in bytes: some Collection<UInt8>) -> Bool {
    let wanted = Array(text.utf8)
    let bytes = Array(bytes)
    guard bytes.count >= wanted.count else { return false }
    return (0...(bytes.count - wanted.count)).contains { index in
      bytes[index] == wanted[0] && bytes[index...].starts(with: wanted)
    }
  }
}
