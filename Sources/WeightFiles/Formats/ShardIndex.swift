import TensorFiles

/// A model in several safetensors files: `*.index.json` says which file has which tensor.
struct ShardIndex {
  private let file: String
  private let folder: String
  private var shards: [String: [ExactName: WeightFile.Entry]] = [:]

  private static let mostBytes = 16 << 20
  private static let mostFiles = 1000

  static func read(_ opened: OpenFile) throws -> WeightFile {
    var index = ShardIndex(file: opened.path)
    return try index.read()
  }

  private init(file: String) {
    self.file = file
    folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
  }

  private func fail(_ reason: String) -> WeightFileError { WeightFileError(file, reason) }

  private mutating func read() throws -> WeightFile {
    let bytes = try OpenFile.bytes(of: file, limit: Self.mostBytes)
    guard let index = try? JSONParser.parse(bytes), case .object(let map)? = index["weight_map"]
    else { throw fail("it isn't an index of safetensors files: it has no weight_map") }
    var entries: [WeightFile.Entry] = []
    for member in map {
      guard let name = member.value.stringValue, !name.contains("/"), !name.contains("\\"),
        name.hasSuffix(".safetensors")
      else { throw fail("\(printable(member.name)) isn't in a safetensors file beside the index") }
      let part = try shards[name] ?? shard(name)
      shards[name] = part
      guard let entry = part[ExactName(member.name)] else {
        throw fail("\(printable(member.name)) isn't in \(printable(name))")
      }
      entries.append(entry)
    }
    guard !entries.isEmpty else { throw fail("it lists no tensors") }
    return try WeightFile(
      file: file, format: .safetensors,
      variant: shards.count == 1 ? "1 part" : "\(shards.count) parts", entries: entries)
  }

  private func shard(_ name: String) throws -> [ExactName: WeightFile.Entry] {
    guard shards.count < Self.mostFiles else { throw fail("it names too many files") }
    do {
      _ = try OpenFile(folder + name)
    } catch {
      throw WeightFileError(
        file, "its part \(printable(name)) can't be read: \(error.reason)",
        hint: "put all parts into the folder of the index")
    }
    let part = try SafeTensors(path: folder + name)
    return Dictionary(
      WeightFile.entries(of: part).map { (ExactName($0.name), $0) }, uniquingKeysWith: { a, _ in a }
    )
  }
}
