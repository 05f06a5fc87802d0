import Foundation
import TestSupport
import Testing

@testable import Cells
@testable import Expressions
@testable import Notebook

/// Saving sessions, and running saved sessions and other files of cells.
@Suite struct SavedSessionTests {
  /// Runs each line as a cell and returns the failures.
  @discardableResult
  static func run(_ session: inout Session, _ lines: [String]) -> [Failure?] {
    lines.map { session.run($0).failure }
  }

  @Test func comesBack() throws {
    try inTemporaryFolder { folder in
      let file = "\(folder)/mine.alexnet"
      var session = Session(host: QuietHost())
      session.reseed(7)
      session = Session(host: QuietHost(), settings: session.settings)
      let cells = [
        "network cuda-convnet-26", "help next", "let a = [1,\n  2]", "no such name", "a[1] + 40",
        "let b = 1\nlet c = 2", "out[5] + conv1.weight[0, 0, 0, 0]", "a[1] + 1\nnonsense",
        "summary", "set input 40",
      ]
      let failures = Self.run(&session, cells)
      #expect(failures.indices.filter { failures[$0] != nil } == [3, 7])
      #expect(session.run("save \(file)").output.plainText.contains("8 cells and seed 7"))
      let text = try String(contentsOfFile: file, encoding: .utf8)
      let expected = """
        # alexnet version 1, seed 7
        network cuda-convnet-26
        # [3]
        let a = [1,
          2]
        # [5]
        a[1] + 40
        let b = 1
        # [6]
        let c = 2
        out[5] + conv1.weight[0, 0, 0, 0]
        a[1] + 1
        summary
        set input 40

        """
      #expect(text == expected)

      var again = Session(host: QuietHost())
      let result = again.run("run \(file)")
      #expect(result.failure == nil, "\(result.failure?.message ?? "")")
      #expect(result.output.plainText.contains("seed 7, as when the session was saved"))
      #expect(again.bindings == session.bindings)
      #expect(again.network == session.network)
      #expect(again.settings.seed == 7)
      for number in [5, 7] { #expect(again.results[number] == session.results[number]) }
      #expect(again.cell == 11)
      // Earlier results keep their numbers.
      var other = Session(host: QuietHost())
      Self.run(&other, ["1", "2", "3", "4", "5", "run \(file)"])
      #expect(other.results[5] == Value(5.0) && other.results[7] == session.results[7])
      // A seed given as an option isn't replaced.
      var chosen = Session(host: QuietHost())
      Self.run(&chosen, ["run \(file) --seed 3"])
      #expect(chosen.settings.seed == 1)
    }
  }

  /// Help, lessons and saving the session aren't part of a saved session; `save weights` is.
  @Test func whatIsPassing() {
    func isPassing(_ source: String) -> Bool {
      SavedSession.isPassing(source, .notebook)
    }
    let passing =
      ["lesson 1", "progress", "help", "?next", "quit", "save a.alexnet", "q"]
      + ["save a.ipynb", "open a.ipynb", "history", "rerun", "edit 1 next", "export a.md", "run"]
    for source in passing { #expect(isPassing(source), "\(source)") }
    for source in ["save weights a.safetensors", "next", "1", "help\n1", "run a.txt"] {
      #expect(!isPassing(source), "\(source)")
    }
  }

  @Test(
    arguments: [
      ("# alexnet version 1, seed 7\n", 7), ("# alexnet version 1\n", nil), ("1\n", nil), ("", nil),
      ("# alexnet version x, seed 7", nil), ("# alexnet version 1, seed -7", nil),
      ("# alexnet version 1, seed 7\r\n1", 7),
    ] as [(String, UInt64?)])
  func firstLines(_ text: String, _ seed: UInt64?) throws {
    #expect(try SavedSession.seed(ofFirstLine: text) == seed)
  }

  @Test func aNewerFormat() throws {
    try inTemporaryFolder { folder in
      let file = "\(folder)/new.alexnet"
      try Data("# alexnet version 2, seed 7\nlet a = 1\n".utf8).write(
        to: URL(fileURLWithPath: file))
      var session = Session(host: QuietHost())
      let failure = try #require(session.run("run \(file)").failure)
      #expect(failure.kind == .file && failure.message.contains("newer program"))
      #expect(session.bindings.isEmpty)
    }
  }

  /// If a script's cell fails, the cells before it stay in effect, and the message names its line.
  @Test func aScriptThatFails() throws {
    try inTemporaryFolder { folder in
      let file = "\(folder)/fails.txt"
      try Data("network cuda-convnet-26\nlet a = 3\nnext\nnonsense\nlet b = 4\n".utf8).write(
        to: URL(fileURLWithPath: file))
      var session = Session(host: QuietHost())
      let failure = try #require(session.run("run \(file)").failure)
      #expect(failure.message.contains("fails.txt, line 4: "))
      #expect(failure.hint?.hasSuffix("the 3 cells before it stay in effect") == true)
      #expect(session.network.name == "cuda-convnet-26")
      #expect(session.trace?.position == 1)
      #expect(session.bindings["a"] == Value(3.0) && session.bindings["b"] == nil)
      #expect(session.run("a + 1").failure == nil)
      // A script within a script adds the hint once.
      try Data("let c = 5\nrun '\(file)'\n".utf8).write(
        to: URL(fileURLWithPath: "\(folder)/outer.txt"))
      let outer = try #require(session.run("run \(folder)/outer.txt").failure)
      #expect(outer.message.contains("fails.txt, line 4: "))
      #expect(outer.hint?.components(separatedBy: "in effect").count == 2)
      #expect(session.bindings["c"] == Value(5.0))
      // Options for one command don't change the session.
      var fresh = Session(host: QuietHost())
      #expect(fresh.run("run \(file) --seed 3").failure != nil)
      #expect(fresh.bindings.isEmpty)
    }
  }
}
