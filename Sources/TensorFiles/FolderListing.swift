import CLibrary

/// The contents of a folder, with names exactly as the file system has them: a name composed in
/// another way may look the same but doesn't open the file.
package enum FolderListing {
  /// What a name refers to.
  package enum Kind: Hashable, Sendable {
    /// A regular file, or a link to one.
    case file
    /// A folder.
    case folder
    /// A link to a folder.
    case linkedFolder
    /// A pipe, a device, or a broken link.
    case other
    /// Something whose name isn't UTF-8, so a String can't hold it.
    case unnameable
  }

  /// One name.
  package struct Entry: Hashable, Sendable {
    /// The name, exactly as listed unless its kind is `unnameable`.
    package let name: String
    /// What it refers to.
    package let kind: Kind
    /// The length of a regular file in bytes; 0 for everything else.
    package let length: Int
    /// Whether it is a folder or a link to one.
    package var isFolder: Bool { kind == .folder || kind == .linkedFolder }
  }

  /// The names in a folder in the order of their bytes, without hidden ones.
  ///
  /// - Throws: `FileError` if it isn't a folder or can't be read.
  package static func entries(of path: String) throws(FileError) -> [Entry] {
    try requirePath(path, .read)
    let folder = HomeFolder.expanding(path)
    guard let directory = opendir(folder) else {
      let reason: String? =
        switch errno {
        case ENOENT: "the folder doesn't exist"
        case ENOTDIR: "it is not a folder"
        case EACCES: "it cannot be read"
        default: nil
        }
      throw reason.map { FileError(.read, path, reason: $0) }
        ?? FileError(.read, path, errno: errno)
    }
    defer { closedir(directory) }
    var entries: [Entry] = []
    while let entry = readdir(directory) {
      // The structure may be shorter than its type says, so only the name's own bytes are read.
      guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
      let bytes = UnsafeRawPointer(entry) + offset
      let count = strlen(bytes.assumingMemoryBound(to: CChar.self))
      let name = UnsafeRawBufferPointer(start: bytes, count: count)
      guard name.first != UInt8(ascii: ".") else { continue }
      if let text = String(validating: name, as: UTF8.self) {
        let (kind, length) = kind(of: folder + "/" + text)
        entries.append(Entry(name: text, kind: kind, length: length))
      } else {
        let text = String(decoding: name, as: UTF8.self)
        entries.append(Entry(name: text, kind: .unnameable, length: 0))
      }
    }
    return entries.sorted { ExactName($0.name) < ExactName($1.name) }
  }

  private static func kind(of path: String) -> (kind: Kind, length: Int) {
    var status = stat()
    guard stat(path, &status) == 0 else { return (.other, 0) }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return (.file, Int(status.st_size))
    case S_IFDIR:
      let isLink = lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
      return (isLink ? .linkedFolder : .folder, 0)
    default: return (.other, 0)
    }
  }
}
