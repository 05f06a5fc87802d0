import TensorFiles

/// Writes the members of a tar archive in POSIX's ustar format, which every reader of tar archives
/// knows. The same members give the same bytes: no times, owners or permissions of this machine.
enum TarFormat {
  /// Headers and contents are padded to multiples of this many bytes.
  static let block = 512

  /// What follows the last member: two blocks of zeros.
  static let end = [UInt8](repeating: 0, count: 2 * block)

  /// A member: header, contents, padding.
  ///
  /// - Parameter name: at most 100 bytes.
  static func member(_ name: String, _ contents: [UInt8]) -> [UInt8] {
    precondition(name.utf8.count <= 100, "The name of a member has at most 100 bytes.")
    var bytes = [UInt8](repeating: 0, count: block)
    func put(_ text: String, at offset: Int) {
      bytes.replaceSubrange(offset..<(offset + text.utf8.count), with: Array(text.utf8))
    }
    func octal(_ number: Int, digits: Int) -> String {
      let text = String(number, radix: 8)
      return String("00000000000".dropFirst(11 - digits + text.count)) + text
    }
    put(name, at: 0)
    put(octal(0o644, digits: 7), at: 100)
    put(octal(0, digits: 7), at: 108)
    put(octal(0, digits: 7), at: 116)
    put(octal(contents.count, digits: 11), at: 124)
    put(octal(0, digits: 11), at: 136)
    put("        ", at: 148)
    put("0", at: 156)
    put("ustar\u{0}00", at: 257)
    // The checksum counts its own field as spaces.
    put(octal(bytes.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0}", at: 148)
    bytes += contents
    bytes += [UInt8](repeating: 0, count: (block - contents.count % block) % block)
    return bytes
  }
}
