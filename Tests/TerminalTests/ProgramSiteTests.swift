import Foundation
import TestSupport
import Testing

/// The course's web site, as the program writes it, in a browser.
@Suite(.serialized) struct ProgramSiteTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The lessons of the tested site: all, or a few where kernels are slow.
  #if DEBUG
    private static let lessons = ["3", "10"]
  #else
    private static let lessons: [String] = []
  #endif

  /// Pages, links, exercises, keyboard, progress, search and accessibility.
  @Test(.enabled(if: ProgramFigureTests.python != nil))
  func worksInABrowser() throws {
    let folder = try TemporaryFolder()
    let script = Self.root.appending(path: "Tests/LessonsTests/Fixtures/site_tests.py")
      .path(percentEncoded: false)
    let result = try runTool(
      [#require(ProgramFigureTests.python), script, BuiltProducts.path("alexnet"), folder.path]
        + Self.lessons,
      environment: [
        "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": folder.path, "LANG": "C.UTF-8",
        "ALEXNET_PROGRESS": "", "PYTHONDONTWRITEBYTECODE": "1",
      ])
    #expect(result.status == 0, "\(result.output.suffix(8000))")
    #expect(result.output.contains(#/\nOK( \(skipped=\d+\))?\n/#), "\(result.output.suffix(2000))")
  }

  /// A file that exists is neither replaced nor is any work done before that is said.
  @Test func asksBeforeItReplaces() throws {
    let folder = try TemporaryFolder()
    let file = folder.path + "/glossary.html"
    try Data("kept".utf8).write(to: URL(filePath: file))
    let refused = try alexnet(["lesson", "site", folder.path])
    #expect(refused.status == 1 && refused.errors.contains("already exists"), "\(refused)")
    #expect(refused.errors.contains("--overwrite"), "\(refused)")
    #expect(try String(contentsOfFile: file, encoding: .utf8) == "kept")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["glossary.html"])
  }
}
