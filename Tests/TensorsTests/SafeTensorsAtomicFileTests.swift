import Foundation
import TensorFiles
import Testing

/// The names in a folder.
private func names(in folder: String) -> [String] {
  guard let stream = opendir(folder) else { return [] }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) {
      $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != "." && name != ".." { names.append(name) }
  }
  return names.sorted()
}

private func contents(_ path: String) -> [UInt8]? {
  guard let file = fopen(path, "r") else { return nil }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: 1 << 16)
  let count = fread(&bytes, 1, bytes.count, file)
  return Array(bytes.prefix(count))
}

@Suite("files are written completely or not at all")
struct AtomicFileTests {
  /// Runs `body` in a new folder.
  private func inFolder(_ body: (String) throws -> Void) rethrows {
    let folder = temporaryPath()
    mkdir(folder, 0o755)
    defer {
      for name in names(in: folder) { unlink("\(folder)/\(name)") }
      rmdir(folder)
    }
    try body(folder)
  }

  @Test("a new file, then another replacing it with the same permissions")
  func replaces() throws {
    try inFolder { folder in
      try AtomicFile.write("one", to: "\(folder)/a")
      chmod("\(folder)/a", 0o640)
      try AtomicFile.write("two", to: "\(folder)/a")
      #expect(contents("\(folder)/a") == Array("two".utf8))
      var status = stat()
      #expect(stat("\(folder)/a", &status) == 0 && status.st_mode & 0o777 == 0o640)
      #expect(names(in: folder) == ["a"])
    }
  }

  @Test("a failure during writing leaves only the old bytes")
  func failure() throws {
    try inFolder { folder in
      try AtomicFile.write("one", to: "\(folder)/a")
      let error = #expect(throws: FileError.self) {
        try AtomicFile.write(to: "\(folder)/a") { writer throws(FileError) in
          let half = Array("tw".utf8)
          try half.withUnsafeBufferPointer { bytes throws(FileError) in
            try writer.append(UnsafeRawBufferPointer(bytes))
          }
          throw FileError(.write, "a", reason: "No space left on device")
        }
      }
      #expect(error?.description == "cannot write a: No space left on device")
      #expect(contents("\(folder)/a") == Array("one".utf8))
      #expect(names(in: folder) == ["a"])
    }
  }

  @Test("a link is followed and stays a link")
  func link() throws {
    try inFolder { folder in
      try AtomicFile.write("one", to: "\(folder)/a")
      #expect(symlink("a", "\(folder)/link") == 0)
      try AtomicFile.write("two", to: "\(folder)/link")
      #expect(contents("\(folder)/a") == Array("two".utf8))
      var status = stat()
      #expect(lstat("\(folder)/link", &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
    }
  }

  @Test("a device is written to and stays a device")
  func device() throws {
    try AtomicFile.write("gone", to: "/dev/null")
    var status = stat()
    #expect(stat("/dev/null", &status) == 0 && status.st_mode & S_IFMT == S_IFCHR)
  }

  #if os(Linux)
    @Test("a full disk")
    func full() {
      let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: "/dev/full") }
      #expect(error?.description == "cannot write /dev/full: No space left on device")
    }
  #endif

  @Test(
    "places where no file can be written",
    arguments: [
      ("/tmp", "cannot write /tmp: it is a folder"),
      ("/nonexistent/a", "cannot write /nonexistent/a: No such file or directory"),
      ("/dev/null/a", "cannot write /dev/null/a: Not a directory"),
      ("", "cannot write : the path is empty"),
      ("a\0b", "cannot write a\\u{0}b: a path cannot contain a NUL"),
    ])
  func refused(path: String, message: String) {
    let error = #expect(throws: FileError.self) { try AtomicFile.write("x", to: path) }
    #expect(error?.description == message)
  }
}
