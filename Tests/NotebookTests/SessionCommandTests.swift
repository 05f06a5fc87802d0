import Documents
import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Lessons
@testable import Notebook

/// Opening, running, changing and reporting sessions.
@Suite struct SessionCommandTests {
  private func session(_ lines: [String]) -> Session { NotebookFileTests.session(lines) }

  private func text(_ result: CellResult) -> String {
    result.output.plainText + (result.failure.map { "\n" + $0.output.plainText } ?? "")
  }

  @Test(arguments: ["ipynb", "alexnet"])
  func comesBack(_ ending: String) throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.\(ending)"
      var first = session(["network cuda-convnet-26", "let a = 2", "next", "a * conv1[0, 0, 0]"])
      #expect(first.run("save \(path)").failure == nil)
      #expect(first.record.unsaved == 0)
      var second = session([])
      let opened = text(second.run("open \(path)")).replacing("\n    ", with: " ")
      #expect(opened.contains("Nothing has run yet"))
      #expect(opened.contains("\na = 2") == (ending == "ipynb"))
      #expect(second.network.name == "alexnet" && second.bindings.isEmpty && second.cell == 5)
      let ran = second.run("run")
      #expect(ran.failure == nil && text(ran).contains("[4]> a * conv1[0, 0, 0]"))
      #expect(second.results[4] == first.results[4] && second.bindings == first.bindings)
      #expect(second.record.cells.map(\.state) == Array(repeating: .ran, count: 4))
      #expect(second.run("run").failure?.message.contains("every cell has run") == true)
      #expect(second.run("out[4]").failure == nil)
    }
  }

  /// A failing cell ends `run`, which goes on with it; one that had failed before doesn't.
  @Test func stopsAtFailures() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.alexnet"
      try Data("# alexnet version 1, seed 1\n1 + 1\nb + 1\n3 + 3\n".utf8).write(
        to: URL(fileURLWithPath: path))
      var opened = session(["open \(path)"])
      let failure = opened.run("run").failure
      #expect(failure?.message.hasPrefix("cell 2") == true, "\(failure?.message ?? "")")
      #expect(opened.record.cells.map(\.state) == [.ran, .ran, .waiting])
      #expect(text(opened.run("history")).contains("failed"))
      #expect(opened.run("run").failure == nil)
      // From a notebook, the failure is expected.
      #expect(opened.run("save \(folder)/a.ipynb").failure == nil)
      var again = session(["open \(folder)/a.ipynb"])
      #expect(again.run("run").failure == nil)
      #expect(again.record.cells.map(\.state) == [.ran, .ran, .ran])
      let scripted = session([]).ran("run \(folder)/a.ipynb")
      #expect(scripted.failure == nil && text(scripted).contains("b is not defined"))
    }
  }

  @Test func keepsUnsavedCells() throws {
    try inTemporaryFolder { folder in
      let path = "\(folder)/a.alexnet"
      var first = session(["1 + 1", "save \(path)", "2 + 2", "3 + 3"])
      let failure = first.run("open \(path)").failure
      #expect(failure?.message == "this session has 2 cells that aren't saved")
      #expect(failure?.hint?.contains("--discard") == true)
      #expect(first.run("open \(path) --discard").failure == nil)
      #expect(first.record.cells.map(\.source) == ["1 + 1"])
      first.number(next: 9)
      #expect(first.run("open \(path)").failure?.message.contains("in Jupyter") == true)
    }
  }

  // MARK: - Changing cells

  /// What is stale after a cell was edited.
  @Test(
    arguments: [
      (["let a = 1", "a + 1", "2 + 2", "let b = a", "b"], "edit 1 let a = 5", [2, 4, 5]),
      (["1 + 1", "out[1] + 1", "out[2]", "out[12]"], "edit 1 2 + 2", [2, 3]),
      (
        ["network quick32", "2 + 2", "conv1.shape", "let a = 3", "a", "relu(3)"],
        "edit 1 network cuda-convnet-26", [3]
      ),
      (["summary", "conv1.shape", "next"], "edit 1 networks", []),
      (["let a = [1]", "a.count", "let c = [2]", "c.a"], "edit 1 let a = [3]", [2]),
      (["network quick32", "next", "next", "conv1[0, 0, 0]"], "edit 2 next 2", [3, 4]),
    ] as [([String], String, [Int])])
  func stale(_ lines: [String], _ edit: String, _ expected: [Int]) {
    var session = session(lines)
    #expect(session.run(edit).failure == nil)
    #expect(session.record.cells.filter { $0.state == .stale }.map(\.number) == expected)
  }

  @Test func rerunsOnlyWhatIsAsked() throws {
    var session = session(["let a = 1", "a + 1", "a + 2"])
    #expect(session.run("edit 1 let a = 10").failure == nil)
    #expect(session.results[2]?.description == "2")
    #expect(text(session.run("rerun 1")).contains("a = 10"))
    #expect(session.record.cells.map(\.state) == [.ran, .stale, .stale])
    #expect(session.run("rerun 2").failure == nil)
    #expect(session.results[2]?.description == "11" && session.results[3]?.description == "3")
    #expect(session.run("rerun").failure == nil)
    #expect(session.record.cells.map(\.state) == [.ran, .ran, .ran])
    #expect(session.results[3]?.description == "12")
    // The same result again: nothing becomes stale.
    #expect(session.run("rerun 1").failure == nil)
    #expect(session.record.cells.map(\.state) == [.ran, .ran, .ran])
    #expect(session.record.cells.map(\.number) == [1, 2, 3])
  }

  /// The text after the number is kept as it was typed.
  @Test func editKeepsTheText() throws {
    var session = session(["1", "2", "3"])
    for text in ["let a =  \"x  y\"", "why conv1[0, 1, 2] --toward-input", "-3 + 2"] {
      #expect(session.run("edit 3  \(text)").failure == nil)
      #expect(session.record.cells[2].source == text)
    }
    let shown = session.run("edit 3")
    guard case .type(let text)? = shown.output.effect else {
      Issue.record("edit 3 puts nothing on the next line")
      return
    }
    #expect(text == "edit 3 -3 + 2")
  }

  // MARK: - Reports

  @Test func reports() throws {
    try inTemporaryFolder { folder in
      var session = session([
        "network cuda-convnet-26", "next", "view conv1[0...3]", "\"<b>&\"", "nonsense",
      ])
      #expect(session.run("export \(folder)/a.html --title 'A <title>'").failure == nil)
      let page = try String(contentsOfFile: folder + "/a.html", encoding: .utf8)
      #expect(page.contains("<title>A &lt;title&gt;</title>") && page.contains("seed 1"))
      #expect(page.contains("prefers-color-scheme: dark") && page.contains("width=device-width"))
      #expect(page.contains("data:image/png;base64,") && page.contains("&lt;b&gt;&amp;"))
      #expect(!page.contains("<b>&") && !page.contains("<script") && !page.contains("http"))
      #expect(page.contains("nonsense") && page.contains("error: "))
      #expect(session.run("export \(folder)/a.md").failure == nil)
      let text = try String(contentsOfFile: folder + "/a.md", encoding: .utf8)
      #expect(text.hasPrefix("# A session with cuda-convnet-26\n\nseed 1"))
      #expect(text.contains("![image 1][image-1]") && text.contains("\n[image-1]: data:image/png"))
    }
  }

  /// The names that lessons give to values aren't words of commands.
  @Test func lessonsUseNoCommandAsAName() throws {
    let files = try LessonLibrary.files()
    #expect(files.count >= 16)
    for file in files {
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let names = text.matches(of: #/\blet +([\p{L}_][\p{L}\p{N}_]*)/#).map { String($0.output.1) }
      #expect(Set(names).intersection(CommandTable.notebook.names) == [], "\(file)")
    }
    #expect(CommandTable.notebook.names.isDisjoint(with: ["weights", "kernel"]))
  }
}

extension Session {
  /// The result of one cell in a copy.
  fileprivate func ran(_ line: String) -> CellResult {
    var copy = self
    return copy.run(line)
  }
}
