import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// Jupytext converts lessons to notebooks and back without changing a byte, if it is installed.
/// `make test` installs it into `.build/python`.
@Suite struct JupytextTests {
  /// The path of Jupytext, or nil if it isn't installed.
  static let program: String? = {
    let checkout = Resources.folder.map { "\($0)/.build/python/bin/jupytext" }
    let given = ProcessInfo.processInfo.environment["ALEXNET_JUPYTEXT"]
    return [given, checkout].compactMap { $0 }.first {
      FileManager.default.isExecutableFile(atPath: $0)
    }
  }()

  /// Every lesson of the course, and those that the program writes.
  static let texts: [(name: String, text: String)] =
    [("fixture", LessonFixture.text), ("skeleton", LessonSkeleton.text(title: "New"))]
    + CourseTests.files.map { ($0, (try? LessonReader.text(of: $0)) ?? "") }

  @Test(.enabled(if: program != nil, "needs Jupytext: make python"), arguments: texts.map(\.name))
  func comesBackByteForByte(_ name: String) throws {
    let text = try #require(Self.texts.first { $0.name == name }).text
    try LessonFixture.withFile(text) { file in
      let notebook = file.replacingOccurrences(of: ".md", with: ".ipynb")
      try run(["--quiet", "--to", "ipynb", file, "--output", notebook])
      try FileManager.default.removeItem(atPath: file)
      try run(["--quiet", "--to", "md", notebook, "--output", file])
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
      let json = try JSONSerialization.jsonObject(
        with: Data(contentsOf: URL(fileURLWithPath: notebook)))
      let cells = try #require((json as? [String: Any])?["cells"] as? [[String: Any]])
      let code = cells.filter { $0["cell_type"] as? String == "code" }
      let lesson = LessonReader.read(text, file: file).lesson
      let expected = lesson.steps.map(\.cells.count).reduce(0, +) + lesson.exercises.count
      #expect(code.count == expected)
      let metadata = (json as? [String: Any])?["metadata"] as? [String: Any]
      #expect((metadata?["kernelspec"] as? [String: Any])?["name"] as? String == "alexnet")
    }
  }

  /// The notebook that the course's site offers is the lesson, too.
  @Test(.enabled(if: program != nil, "needs Jupytext: make python"), arguments: texts.map(\.name))
  func readsTheSitesNotebook(_ name: String) throws {
    let text = try #require(Self.texts.first { $0.name == name }).text
    try LessonFixture.withFile(LessonNotebook.text(of: text), name: "short.ipynb") { notebook in
      let file = notebook.replacingOccurrences(of: ".ipynb", with: ".md")
      try run(["--quiet", "--to", "md", notebook, "--output", file])
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
    }
  }

  private func run(_ arguments: [String]) throws {
    let result = try runTool([try #require(Self.program)] + arguments)
    #expect(result.status == 0, "\(result.output)")
  }
}
