import Foundation
import TensorFiles
import TestSupport
import Testing

/// The program's figures: as files, in a browser, and opened by the system.
@Suite(.serialized) struct ProgramFigureTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The Python that can drive a browser; nil if it or the browser isn't installed.
  static let python: String? = {
    let path = root.appending(path: ".build/python/bin/python").path(percentEncoded: false)
    let finds =
      "import selenium, shutil, sys; "
      + "sys.exit(not (shutil.which('chromedriver') and shutil.which('chromium')))"
    guard FileManager.default.isExecutableFile(atPath: path),
      (try? runTool([path, "-c", finds]))?.status == 0
    else {
      print(
        "note: figures aren't tested in a browser: make python browser installs what that needs")
      return nil
    }
    return path
  }()

  /// Every kind of layer, by click and by key, compared with `why`.
  @Test(.enabled(if: python != nil)) func worksInABrowser() throws {
    let folder = try TemporaryFolder()
    let script = Self.root.appending(path: "Tests/FiguresTests/Fixtures/figure_tests.py")
      .path(percentEncoded: false)
    let result = try runTool(
      [#require(Self.python), script, BuiltProducts.path("alexnet"), folder.path],
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
        "ALEXNET_PROGRESS": "", "PYTHONDONTWRITEBYTECODE": "1",
      ])
    #expect(result.status == 0, "\(result.output.suffix(8000))")
    #expect(result.output.contains("\nOK\n"), "\(result.output.suffix(2000))")
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
