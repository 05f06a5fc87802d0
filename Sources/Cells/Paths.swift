import CLibrary

/// Names of files, for completion.
enum Paths {
  /// The files and folders whose path starts with `prefix`, or only the folders.
  ///
  /// - Parameter extensions: the file name extensions that a file may have; empty for any.
  static func completions(
    of prefix: String, foldersOnly: Bool = false, extensions: [String] = []
  ) -> [Candidate] {
    let slash = prefix.lastIndex(of: "/")
    let folder = slash.map { String(prefix[...$0]) } ?? ""
    let name = slash.map { String(prefix[prefix.index(after: $0)...]) } ?? prefix
    guard let handle = opendir(folder.isEmpty ? "." : folder) else { return [] }
    defer { closedir(handle) }
    var found: [Candidate] = []
    while let entry = readdir(handle) {
      let file = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
      }
      guard file.hasPrefix(name), file != ".", file != "..",
        !file.hasPrefix(".") || name.hasPrefix(".")
      else { continue }
      let path = folder + file
      var status = stat()
      let isFolder = stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
      guard isFolder || !foldersOnly else { continue }
      guard
        isFolder || extensions.isEmpty || extensions.contains(where: { file.hasSuffix("." + $0) })
      else { continue }
      // A path with a space needs quotes, which a completion within a word can't add.
      guard !path.contains(where: \.isWhitespace) else { continue }
      found.append(Candidate(text: path + (isFolder ? "/" : ""), terminator: isFolder ? "" : " "))
    }
    return found.sorted { $0.text < $1.text }
  }
}
