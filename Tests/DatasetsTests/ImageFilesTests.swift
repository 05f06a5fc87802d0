import Foundation
import Testing

@testable import Datasets

@Suite struct ImageFilesTests {
  @Test func writtenAndReadAgain() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/card é.png"
      try Image(width: 2, height: 2, filledWith: RGB(gray: 1)).writePNG(path: path)
      try TestCard.image.writePNG(path: path)
      #expect(try Image.load(path: path) == TestCard.image)
      // Nothing temporary is left beside it.
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["card é.png"])
    }
  }

  @Test func unreadable() throws {
    try withTemporaryFolder { folder in
      for (path, says) in [
        (folder + "/none.png", "none.png"), (folder, "folder"), ("/dev/zero", "/dev/zero"),
        ("", "path"), ("a\0b", "NUL"),
      ] {
        let error = imageError { () throws(ImageError) in try Image.load(path: path) }
        #expect(error?.message.contains(says) == true, "\(path): \(String(describing: error))")
      }
    }
  }

  /// A file stands where a folder should be: nothing is written and nothing is lost.
  @Test func unwritable() throws {
    try withTemporaryFolder { folder in
      try "x".write(toFile: folder + "/file", atomically: false, encoding: .utf8)
      for path in [folder + "/file/picture.png", folder + "/none/picture.png", folder] {
        let error = imageError { () throws(ImageError) in try TestCard.image.writePNG(path: path) }
        #expect(error?.message.contains("write") == true, "\(path): \(String(describing: error))")
      }
      #expect(try String(contentsOfFile: folder + "/file", encoding: .utf8) == "x")
    }
  }

  @Test func theHomeFolder() {
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    #expect(Folders.expandingHome("~/a.png") == (home.isEmpty ? "~/a.png" : home + "/a.png"))
    #expect(Folders.expandingHome("a~/b.png") == "a~/b.png")
    #expect(Folders.expandingHome("~someone/b.png") == "~someone/b.png")
  }
}
