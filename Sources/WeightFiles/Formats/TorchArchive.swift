import TensorFiles

/// PyTorch's files since version 1.6: a ZIP archive with a pickle, and an entry for each storage.
enum TorchArchive {
  static func read(_ opened: OpenFile) throws -> WeightFile {
    let archive = try ZipArchive(opened)
    let file = archive.file
    guard
      let main = archive.entries.first(where: {
        $0.name == "data.pkl" || $0.name.hasSuffix("/data.pkl")
      })
    else { throw WeightFileError(file, "it is a ZIP archive without PyTorch's data.pkl") }
    let root = String(main.name.dropLast("data.pkl".count))
    let entries = Dictionary(uniqueKeysWithValues: archive.entries.map { ($0.name, $0) })
    if entries[root + "constants.pkl"] != nil {
      throw WeightFileError(
        file, "it is a TorchScript program, not a file of weights",
        hint: "in Python: torch.save(torch.jit.load(FILE).state_dict(), \"weights.pth\")")
    }
    var isBigEndian = false
    if let order = entries[root + "byteorder"] {
      isBigEndian = try archive.bytes(of: order).beginning(8) == Array("big".utf8)
    }
    var unpickler = Unpickler(ByteReader(try archive.bytes(of: main).unpacked()))
    let pickle = try unpickler.next()
    let tensors = TorchTensors(file: file, isBigEndian: isBigEndian) { key in
      guard let entry = entries["\(root)data/\(key)"] else {
        throw WeightFileError(file, "the storage \(printable(key, limit: 40)) is missing")
      }
      return try archive.bytes(of: entry)
    }
    return try WeightFile(
      file: file, format: .pytorch, variant: "zip, pickle protocol \(pickle.version)",
      entries: try tensors.tree(of: pickle).entries(of: file))
  }
}
