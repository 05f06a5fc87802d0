import Foundation
import TensorFiles
import TestSupport
import Testing

/// The program's figures: as files, in a browser, and opened by the system.
@Suite(.serialized) struct ProgramFigureTests {
  /// Every kind of layer, by click and by key, compared with `why`.
  @Test(.enabled(if: BrowserScript.python != nil)) func worksInABrowser() throws {
    try BrowserScript.expectSuccess(of: "FiguresTests/Fixtures/figure_tests.py")
  }

  /// `--open` hands a page to the system's opener; without one it says where the page is.
  @Test func opens() throws {
    let folder = try TemporaryFolder()
    let opener = folder.path + "/bin/xdg-open"
    try FileManager.default.createDirectory(
      atPath: folder.path + "/bin", withIntermediateDirectories: true)
    let words = ["--network", "cuda-convnet-26", "explore", "pool1", "--open", "--json"]
    func run(_ path: String) throws -> (text: String, file: String) {
      let result = try alexnet(words, environment: ["PATH": path, "TMPDIR": folder.path])
      #expect(result.status == 0, "\(result)")
      let json = try JSONParser.parse(Array(result.output.utf8))
      return (result.output, try #require(json["file"]?.stringValue))
    }
    let missing = try run(folder.path)
    #expect(missing.file.hasPrefix(folder.path) && missing.file.hasSuffix("pool1.html"))
    let said = try alexnet(
      words.dropLast() + ["--color", "never"],
      environment: ["PATH": folder.path, "TMPDIR": folder.path])
    #expect(said.output.contains("no browser opened"), "\(said)")
    #if os(Linux)
      #expect(said.output.contains("no xdg-open"), "\(said)")
      try Data("#!/bin/sh\necho \"$1\" >'\(folder.path)/opened'\n".utf8)
        .write(to: URL(filePath: opener))
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: opener)
      let opened = try run(folder.path + "/bin:/usr/bin:/bin")
      let name = try String(contentsOfFile: folder.path + "/opened", encoding: .utf8)
      #expect(name == opened.file + "\n")
      let page = try String(contentsOfFile: opened.file, encoding: .utf8)
      #expect(page.hasPrefix("<!DOCTYPE html>") && page.hasSuffix("</html>\n"))
      try Data("#!/bin/sh\nexit 3\n".utf8).write(to: URL(filePath: opener))
      let refused = try alexnet(
        words.dropLast() + [],
        environment: ["PATH": folder.path + "/bin:/bin", "TMPDIR": folder.path])
      #expect(refused.output.contains("xdg-open found no browser"), "\(refused)")
    #endif
  }
}
