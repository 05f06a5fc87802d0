import Digests
import TestSupport

extension Mutator {
  /// A safetensors file with changes in the JSON of its header, with the header's length corrected,
  /// or in any bytes.
  mutating func safetensors(_ file: [UInt8]) -> [UInt8] {
    guard !isIdle else { return file }
    guard file.count > 8, below(3) > 0 else { return bytes(file) }
    let length = file.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard length <= file.count - 8 else { return bytes(file) }
    let header = Array(text(String(decoding: file[8..<(8 + length)], as: UTF8.self)).utf8)
    var changed = (0..<8).map { UInt8(truncatingIfNeeded: header.count >> (8 * $0)) } + header
    changed += below(2) == 0 ? file[(8 + length)...] : bytes(Array(file[(8 + length)...]))[...]
    return changed
  }

  /// The file with a correct digest in its header, so that changes aren't caught by the digest
  /// check.
  static func sealed(_ file: [UInt8]) -> [UInt8] {
    guard let place = try? FileSeal.place(in: file[...]) else { return file }
    var sealed = file
    sealed.replaceSubrange(place, with: FileSeal.digits(for: file, at: place).utf8)
    return sealed
  }
}
