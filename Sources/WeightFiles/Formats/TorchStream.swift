import TensorFiles

/// PyTorch's files before version 1.6: a stream of pickles (magic number, protocol, system, the
/// object, the storages' keys), then each storage's number of elements and bytes. Also a plain
/// pickle, such as NumPy arrays in a dictionary.
enum TorchStream {
  /// 0x1950a86a20f9469cfc6c, in little-endian bytes.
  private static let magic: [UInt8] = [0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]

  static func read(_ opened: OpenFile) throws -> WeightFile {
    var unpickler = Unpickler(ByteReader(ByteRange(opened)))
    let first = try unpickler.next()
    guard case .bytes(let magic) = first.value, try magic.beginning(16) == Self.magic else {
      return try NumPyFile.read(first, file: opened.path)
    }
    let file = opened.path
    _ = try unpickler.next()
    let system = try unpickler.next()
    let isLittleEndian = system.dictionary(system.value)?.first { $0.key.text == "little_endian" }?
      .value.bool
    let pickle = try unpickler.next()
    let keys = try unpickler.next()
    // The type of each storage, and so its size, is known from the tensors that use it.
    var sizes: [String: Int] = [:]
    for id in pickle.storages where id.count >= 5 {
      guard let key = id[2].text, let type = id[1].global.flatMap({ TorchType.storages[$0] })
      else { continue }
      sizes[key] = type.size
    }
    var storages: [String: ByteRange] = [:]
    for key in keys.sequence(keys.value) ?? [] {
      guard let name = key.text, let size = sizes[name] else {
        throw WeightFileError(file, "it has a storage of a type that can't be read")
      }
      let (count, overflow) = try unpickler.reader.length().multipliedReportingOverflow(by: size)
      guard !overflow else { throw WeightFileError(file, "it is cut short") }
      storages[name] = try unpickler.reader.skip(count)
    }
    let tensors = TorchTensors(file: file, isBigEndian: isLittleEndian == false) { key in
      guard let bytes = storages[key] else {
        throw WeightFileError(file, "the storage \(printable(key, limit: 40)) is missing")
      }
      return bytes
    }
    return try WeightFile(
      file: file, format: .pytorch, variant: "stream of pickles, protocol \(pickle.version)",
      entries: try tensors.tree(of: pickle).entries(of: file))
  }
}
