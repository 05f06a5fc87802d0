import Foundation
import TensorFiles
import Testing

@testable import Datasets

@Suite struct ImageFilesTests {
  @Test func writtenAndReadAgain() throws {
    try withTemporaryFolder { folder in
      let path = folder + "/card é.png"
      try Image(width: 2, height: 2, filledWith: RGB(gray: 1)).writePNG(path: path)
      try TestCard.image.writePNG(path: path)
      #expect(try Image.load(path: path) == TestCard.image)
      // No temporary file is left.
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

  /// If a file is in place of a folder, nothing is written and nothing is lost.
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

  /// Reading and writing replace a leading `~/` by the home folder.
  @Test func theHomeFolder() throws {
    let name = "missing folder \(UUID().uuidString)/x.png"
    let reading = imageError { () throws(ImageError) in _ = try Image.load(path: "~/" + name) }
    #expect(reading?.message.contains("No such file") == true)
    let home = ProcessInfo.processInfo.environment["HOME"] ?? ""
    #expect(HomeFolder.expanding("~/a.png") == (home.isEmpty ? "~/a.png" : home + "/a.png"))
    #expect(HomeFolder.expanding("a~/b.png") == "a~/b.png")
    #expect(HomeFolder.expanding("~someone/b.png") == "~someone/b.png")
  }
}
