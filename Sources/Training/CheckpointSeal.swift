import Digests
import TensorFiles

/// The digest that seals a checkpoint. If any bit changes, the digest no longer matches.
enum CheckpointSeal {
  /// Fills in the digest of the writer's contents.
  ///
  /// - Parameter make: computes the values of a tensor that is added as `later`.
  static func seal(_ writer: inout SafeTensorsWriter, making make: (String) -> [Float]) {
    writer.metadata[FileSeal.key] = FileSeal.blank
    var digest = SHA256()
    writer.forEachPiece(making: make) { digest.update($0) }
    writer.metadata[FileSeal.key] = digest.digits
  }

  /// Whether the file's digest matches its bytes.
  ///
  /// - Throws: `FileError` if the file can't be read.
  static func holds(_ path: String) throws(FileError) -> Bool {
    let file = try OpenFile(path)
    var digest = SHA256()
    var claimed: [UInt8]?
    var offset = 0
    var piece = [UInt8](repeating: 0, count: 1 << 20)
    // The header comes first and is short enough to be read in one piece, with all the digits.
    var wanted = min(file.count, try headerEnd(file))
    while offset < file.count {
      if piece.count < wanted { piece = [UInt8](repeating: 0, count: wanted) }
      try piece.withUnsafeMutableBufferPointer { piece throws(FileError) in
        try file.read(into: .init(.init(rebasing: piece.prefix(wanted))), at: offset)
      }
      if offset == 0, let place = try? FileSeal.place(in: piece.prefix(wanted)) {
        claimed = Array(piece[place])
        for i in place { piece[i] = UInt8(ascii: "0") }
      }
      piece.withUnsafeBytes { digest.update(.init(rebasing: $0.prefix(wanted))) }
      offset += wanted
      wanted = min(file.count - offset, 1 << 20)
    }
    return claimed == Array(digest.digits.utf8)
  }

  private static func headerEnd(_ file: OpenFile) throws(FileError) -> Int {
    guard file.count >= 8 else { return file.count }
    var word: UInt64 = 0
    try withUnsafeMutableBytes(of: &word) { bytes throws(FileError) in
      try file.read(into: bytes, at: 0)
    }
    return 8 + Int(min(UInt64(littleEndian: word), 100_000_000))
  }
}
