import Basics
import TensorFiles

/// The images of a tar shard and their labels, by the convention of WebDataset: the members
/// `KEY.jpg` (or `.jpeg`, `.png`) and `KEY.cls`, which holds the label in digits, are one sample. A
/// key is a member's path up to the first dot of its last component. Other members are ignored.
///
/// Only headers and labels are read. The archive isn't compressed, so an image can be read later by
/// its place alone.
struct TarShard {
  /// An image.
  struct Sample {
    /// Its member's name.
    let name: String
    /// Its class.
    let label: Int
    /// Where its bytes start in the shard.
    let offset: Int
    /// How many there are.
    let length: Int
  }

  /// The images, in the order of the shard.
  let samples: [Sample]

  /// The endings of images.
  static let imageEndings: Set = ["jpg", "jpeg", "png"]

  /// What is known about a key so far.
  private struct Parts {
    var image: (name: String, offset: Int, length: Int)?
    var label: Int?
  }

  /// Lists a shard.
  ///
  /// - Throws: `ImageError` if it isn't a whole tar archive, if a key has two images or two labels or
  ///   lacks one, or if a label isn't a number below 65,535.
  init(_ path: String) throws(ImageError) {
    let file = try Self.opened(path)
    let shown = printable(path)
    func refusal(_ reason: String, hint: String = "") -> ImageError {
      ImageError("\(shown) \(reason)", hint: hint)
    }
    var keys: [String: Int] = [:]
    var found: [(key: String, parts: Parts)] = []
    var end = 0
    do throws(ArchiveReader.Damage) {
      let reader = try ArchiveReader.open(path, isCompressed: false)
      while let member = try reader.next() {
        let name = printable(member.name)
        guard let length = member.size, member.offset >= 0, length >= 0,
          length <= file.count - member.offset
        else { throw ArchiveReader.Damage(reason: "it ends in the middle of \(name)") }
        end = member.kind == .file ? member.offset + length : member.offset
        let (key, ending) = Self.split(member.name)
        let isImage = Self.imageEndings.contains(ending)
        guard isImage || ending == "cls", member.kind != .folder else { continue }
        guard member.kind == .file, !member.isSparse else {
          throw ArchiveReader.Damage(reason: "its member \(name) isn't a plain file")
        }
        let place = keys[key] ?? found.count
        if place == found.count {
          keys[key] = place
          found.append((key, Parts()))
        }
        guard isImage ? found[place].parts.image == nil : found[place].parts.label == nil else {
          throw ArchiveReader.Damage(
            reason: "it has two \(isImage ? "images" : "labels") for the key \(printable(key))")
        }
        if isImage {
          found[place].parts.image = (member.name, member.offset, length)
        } else {
          found[place].parts.label = try Self.label(file, member.offset, length, name)
        }
      }
    } catch {
      throw refusal("can't be read as a shard: \(error.reason)")
    }
    guard Self.isEnded(file, at: end) else {
      throw refusal(
        "is cut short: the mark at the end of a tar archive is missing",
        hint: "copy or write it again")
    }
    var samples: [Sample] = []
    samples.reserveCapacity(found.count)
    for (key, parts) in found {
      guard let image = parts.image else {
        throw refusal("has a label for the key \(printable(key)), but no image")
      }
      guard let label = parts.label else {
        throw refusal(
          "has no label for the key \(printable(key)): \(printable(key)).cls is missing")
      }
      samples.append(
        Sample(name: image.name, label: label, offset: image.offset, length: image.length))
    }
    guard !samples.isEmpty else {
      throw refusal("holds no images", hint: "a shard holds pairs KEY.jpg and KEY.cls")
    }
    self.samples = samples
  }

  private static func opened(_ path: String) throws(ImageError) -> OpenFile {
    do throws(FileError) {
      let file = try OpenFile(path)
      if let kind = FileKind(path: path), kind != .tar {
        throw FileError(.read, path, reason: "it is \(kind.name), not an uncompressed tar archive")
      }
      return file
    } catch {
      throw ImageError(error)
    }
  }

  /// A member's key and its ending in lower case.
  private static func split(_ name: String) -> (key: String, ending: String) {
    let start = name.utf8.lastIndex(of: UInt8(ascii: "/")).map { name.utf8.index(after: $0) }
    guard let dot = name[(start ?? name.startIndex)...].utf8.firstIndex(of: UInt8(ascii: "."))
    else { return (name, "") }
    return (String(name[..<dot]), name[name.utf8.index(after: dot)...].lowercased())
  }

  /// The number in a member `KEY.cls`.
  private static func label(
    _ file: OpenFile, _ offset: Int, _ length: Int, _ name: String
  ) throws(ArchiveReader.Damage) -> Int {
    var bytes = [UInt8](repeating: 0, count: min(length, 24))
    do throws(FileError) {
      try bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
        try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: offset)
      }
    } catch {
      throw ArchiveReader.Damage(reason: error.reason)
    }
    let text = String(decoding: bytes, as: UTF8.self)
    guard length <= 24, let label = Int(text.filter { !$0.isWhitespace }), label >= 0 else {
      throw ArchiveReader.Damage(
        reason: "\(name) holds '\(printable(text, limit: 20))', not a label in digits")
    }
    guard label < 65_535 else {
      throw ArchiveReader.Damage(reason: "\(name) holds the label \(label); the largest is 65534")
    }
    return label
  }

  /// Whether the archive goes on after its last member with a block of zeros, which marks its end.
  private static func isEnded(_ file: OpenFile, at end: Int) -> Bool {
    let start = (end + TarFormat.block - 1) / TarFormat.block * TarFormat.block
    guard file.count - start >= TarFormat.block else { return false }
    var bytes = [UInt8](repeating: 1, count: TarFormat.block)
    let isRead: Void? = try? bytes.withUnsafeMutableBufferPointer { bytes throws(FileError) in
      try file.read(into: UnsafeMutableRawBufferPointer(bytes), at: start)
    }
    return isRead != nil && bytes.allSatisfy { $0 == 0 }
  }
}
