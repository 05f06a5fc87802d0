import Foundation
import TestSupport

/// A folder of images by class, with mistakes: damaged images, odd names, empty folders, links, and
/// files where folders should be.
enum FuzzTree {
  /// The contents of a path. Paths are bytes, since file names don't have to be UTF-8.
  struct Entry {
    enum Content {
      case folder, pipe
      case file([UInt8])
      case link(to: String)
    }

    var path: [UInt8]
    var content: Content

    init(_ path: String, _ content: Content) {
      (self.path, self.content) = (Array(path.utf8), content)
    }
  }

  /// The entries of a tree, each folder before its contents.
  static func entries(_ mutator: inout Mutator, pngs: [[UInt8]], jpegs: [[UInt8]]) -> [Entry] {
    let image = mutator.pick(pngs)
    let parts = mutator.pick([[""], ["train/", "val/"], ["train/", "test/"]])
    var entries: [Entry] = []
    for part in parts {
      for name in ["hen", "cat", "dog"] {
        for number in 0..<(mutator.isIdle ? 3 : 1 + mutator.below(4)) {
          entries.append(Entry("\(part)\(name)/\(number).png", .file(image)))
        }
      }
    }
    guard !mutator.isIdle else { return entries }
    for _ in 0...mutator.below(5) { change(&entries, &mutator, pngs: pngs, jpegs: jpegs) }
    return entries
  }

  private static func change(
    _ entries: inout [Entry], _ mutator: inout Mutator, pngs: [[UInt8]], jpegs: [[UInt8]]
  ) {
    let place = mutator.below(entries.count)
    var entry = entries[place]
    let parts = entry.path.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    switch mutator.below(10) {
    case 0:
      let original = mutator.pick(mutator.below(2) == 0 ? pngs : jpegs)
      entry.content = .file(mutator.bytes(original, from: mutator.below(4) == 0 ? 0 : 8))
    case 1: entry.content = .file(mutator.drawnPNG())
    case 2:
      entry.content = .file(mutator.pick([[], Array("no image\n".utf8), [0xFF, 0xD8, 0xFF]]))
    case 3: entry.content = mutator.pick([.folder, .pipe])
    case 4: entry.content = .link(to: mutator.pick(links))
    case 5, 6:
      // Rename the file or a folder above it.
      var names = parts.map(Array.init)
      names[mutator.below(names.count)] = mutator.pick(odd)
      entry.path = Array(names.joined(separator: [UInt8(ascii: "/")]))
    case 7:
      // Make a class or a part empty, a file, or a link.
      let above = parts.dropLast(mutator.below(parts.count)).joined(separator: [UInt8(ascii: "/")])
      entries.removeAll { $0.path.starts(with: above) }
      entry.path = Array(above)
      entry.content = mutator.pick([.folder, .folder, .file([1, 2, 3]), .link(to: "..")])
      return entries.append(entry)
    case 8:
      let depth = mutator.pick([1, 5, 40])
      entry.path = Array(String(repeating: "d/", count: depth).utf8) + entry.path
    default:
      // Add a second file next to it.
      entry.path += mutator.pick([Array(".png".utf8), Array("~".utf8), [0xFF]])
      return entries.append(entry)
    }
    entries[place] = entry
  }

  /// The targets of links: nothing, the link itself, a folder above, and outside the tree.
  private static let links = [
    "nowhere", "0.png", ".", "..", "../..", "/dev/null", "/dev/zero", "/", "../hen/1.png",
  ]

  /// Names that are hard to display, sort or distinguish.
  private static let odd: [[UInt8]] =
    [
      ".hidden", " ", "-rf", "--data", "a\nb", "\u{1B}[2J", "café", "cafe\u{301}", "名.png", "🙂",
      "CAT", "cat ", "0.PNG", "x.tar.gz", "\u{202E}gnp.0", "train", "val", "con.jpeg",
      String(repeating: "n", count: 255), String(repeating: "n", count: 300), "a\\b", "%s%n",
    ].map { Array($0.utf8) } + [[0xFF, 0xFE], [0xC3], [0x80]]

  /// Creates a tree in a folder. Entries that the file system rejects are left out.
  ///
  /// - Returns: the created paths, so that they can be deleted by their exact names.
  static func make(_ entries: [Entry], below folder: String) -> [[UInt8]] {
    let root = Array(folder.utf8)
    var made: [[UInt8]] = []
    func make(_ path: [UInt8], _ call: (UnsafePointer<CChar>) -> Bool) {
      if withPath(path, call) { made.append(path) }
    }
    make(root) { mkdir($0, 0o700) == 0 }
    for entry in entries {
      var above = root
      let parents = entry.path.split(separator: UInt8(ascii: "/")).dropLast()
      // Create nothing through a link, which could lead anywhere.
      let isInside = parents.allSatisfy { name in
        above += [UInt8(ascii: "/")] + name
        make(above) { mkdir($0, 0o700) == 0 }
        return withPath(above, isFolder)
      }
      guard isInside else { continue }
      make(root + [UInt8(ascii: "/")] + entry.path) { path in
        switch entry.content {
        case .folder: return mkdir(path, 0o700) == 0
        case .pipe: return mkfifo(path, 0o600) == 0
        case .link(let target): return symlink(target, path) == 0
        case .file(let bytes):
          let file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0o600)
          guard file >= 0 else { return false }
          defer { close(file) }
          return bytes.withUnsafeBytes { write(file, $0.baseAddress, $0.count) } == bytes.count
        }
      }
    }
    return made
  }

  /// Deletes everything that was created.
  static func remove(_ made: [[UInt8]]) {
    for path in made.reversed() {
      _ = withPath(path) { unlink($0) == 0 || rmdir($0) == 0 }
    }
  }

  private static func isFolder(_ path: UnsafePointer<CChar>) -> Bool {
    var information = stat()
    return lstat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  private static func withPath(
    _ path: [UInt8], _ call: (UnsafePointer<CChar>) -> Bool
  ) -> Bool {
    (path.map { CChar(bitPattern: $0) } + [0]).withUnsafeBufferPointer { path in
      path.baseAddress.map(call) ?? false
    }
  }
}
