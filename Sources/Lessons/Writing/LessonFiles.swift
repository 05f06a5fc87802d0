import Basics
import CLibrary
import Cells
import TensorFiles

enum LessonFiles {
  /// Creates a lesson in the folder `Lessons`, if there is one, with the next free number;
  /// otherwise in the current folder.
  ///
  /// - Returns: the path of the file.
  /// - Throws: `Failure` if the name is invalid or the file exists, or `FileError`.
  static func new(_ name: String, _ writing: WritingOptions) throws -> String {
    if name.hasSuffix(".md") {
      let stem = Lesson(named: name).name
      try write(LessonSkeleton.text(title: title(stem)), to: HomeFolder.expanding(name), writing)
      return name
    }
    let stem = slug(name)
    guard !stem.isEmpty, stem.count <= 60 else {
      throw Failure(
        .usage, "\(quoted(name)) isn't a valid lesson name", hint: "lesson new overlapping-pooling")
    }
    var file = "\(stem).md"
    if let names = try? entries(of: "Lessons") {
      let last = names.compactMap { Lesson(named: $0).number }.max() ?? 0
      let number = String(last + 1)
      file = "Lessons/" + (number.count < 2 ? "0" : "") + "\(number)-\(stem).md"
    }
    try write(LessonSkeleton.text(title: title(stem)), to: file, writing)
    return file
  }

  /// Writes a file.
  ///
  /// - Throws: `Failure` if it exists, `FileError` if it can't be written.
  static func write(_ text: String, to file: String, _ writing: WritingOptions) throws {
    try AtomicFile.write(text, to: writing.claim(OutputFile(file)))
  }

  /// A file name's words as a title: `overlapping-pooling` becomes "Overlapping pooling".
  static func title(_ stem: String) -> String {
    let words = stem.replacing("-", with: " ")
    return words.prefix(1).uppercased() + words.dropFirst()
  }

  /// The names of the files in a folder.
  static func entries(of folder: String) throws -> [String] {
    guard let handle = opendir(folder) else {
      throw FileError(.read, folder, reason: String(cString: strerror(errno)))
    }
    defer { closedir(handle) }
    var names: [String] = []
    while let entry = readdir(handle) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) {
          $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names.sorted()
  }
}
