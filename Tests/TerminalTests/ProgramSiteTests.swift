import Foundation
import TestSupport
import Testing

/// The course's web site, as the program writes it, in a browser.
@Suite(.serialized) struct ProgramSiteTests {
  /// The lessons of the tested site: all, or a few where kernels are slow.
  #if DEBUG
    private static let lessons = ["3", "10"]
  #else
    private static let lessons: [String] = []
  #endif

  /// Pages, links, exercises, keyboard, progress, search and accessibility.
  @Test(.enabled(if: BrowserScript.python != nil)) func worksInABrowser() throws {
    try BrowserScript.expectSuccess(of: "LessonsTests/Fixtures/site_tests.py", Self.lessons)
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
