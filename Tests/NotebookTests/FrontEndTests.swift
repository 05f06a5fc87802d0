import Cells
import Documents
import Synchronization
import Tensors
import TestSupport
import Testing

@testable import Notebook

/// Everything that a front end needs: a host, and a few calls of `Notebook`. Start from here to
/// write a new front end.
@Suite struct FrontEndTests {
  /// A front end that stores all output.
  final class FrontEnd: Cells.Host {
    let cancellation = Cancellation()
    let isInteractive = true
    private let log = Mutex<[String]>([])
    /// Whether to cancel as soon as the running cell reports progress.
    let interrupts: Bool
    /// The answer to every question.
    let answer: String

    init(interrupts: Bool = false, answer: String = "") {
      (self.interrupts, self.answer) = (interrupts, answer)
    }

    /// The output since the last call.
    func shown() -> String {
      log.withLock { log in
        defer { log = [] }
        return log.joined(separator: "\n")
      }
    }

    func show(_ document: Document) { log.withLock { $0.append(document.plainText) } }

    func update(_ name: String, _ document: Document) {
      log.withLock { $0.append("\(name): \(document.plainText)") }
    }

    func clear() { log.withLock { $0 = ["cleared"] } }

    func report(progress: String?) { if interrupts, progress != nil { cancellation.cancel() } }

    func ask(_ question: String) -> String {
      log.withLock { $0.append(question) }
      return answer
    }
  }

  static func notebook(_ frontEnd: FrontEnd, progress: String? = nil) -> Notebook {
    var settings = Settings()
    settings.progressPath = progress
    return Notebook(host: frontEnd, settings: settings)
  }

  /// A cell gives a document, JSON and a value that later cells can use by the cell's number.
  @Test func runsCells() throws {
    var notebook = Self.notebook(FrontEnd())
    #expect(notebook.prompt == "[1]> ")
    let first = notebook.run("(227 - 11) / 4 + 1")
    #expect(first.output.document.plainText == "55" && first.json.text == #"{"value": 55}"#)
    #expect(notebook.prompt == "[2]> ")
    #expect(notebook.run("out[1] * 2").output.document.plainText == "110")
    let version = notebook.run(try CommandTable.notebook.read(["version"]))
    #expect(version.output.document.plainText.contains("alexnet"))
  }

  /// An error is a result with a location in the cell, and the notebook continues.
  @Test func fails() {
    var notebook = Self.notebook(FrontEnd())
    let result = notebook.run("1 +\n* 2")
    #expect(result.exitCode == 1 && result.failure?.kind == .expression)
    #expect(result.failure?.line == 2 && result.failure?.column == 1)
    #expect(notebook.run("1 + 2").output.document.plainText == "3")
  }

  /// Output shown while a cell runs comes first and is counted, so that nothing is shown twice.
  @Test func showsWhileRunning() {
    let frontEnd = FrontEnd()
    var notebook = Self.notebook(frontEnd)
    _ = notebook.run("network cuda-convnet-26")
    let result = notebook.run("why pool1[0, 0, 0]")
    let shown = frontEnd.shown()
    #expect(shown.contains("ran conv1, pool1 first"), "\(shown)")
    #expect(result.shown == 1 && result.output.blocks.count > 1)
  }

  /// An interrupt stops the running cell and keeps the layers that have run; the next cell runs
  /// normally.
  @Test func interrupts() {
    let frontEnd = FrontEnd(interrupts: true)
    var notebook = Self.notebook(frontEnd)
    #expect(notebook.run("why pool1[0, 0, 0]").failure?.kind == .cancelled)
    #expect(notebook.run("1 + 1").failure == nil)
  }

  @Test func knowsWhenACellIsComplete() {
    let notebook = Self.notebook(FrontEnd())
    for cell in ["next", "[1, 2]"] { #expect(notebook.completeness(of: cell) == .complete) }
    #expect(notebook.completeness(of: "[1,") == .incomplete)
    #expect(notebook.completeness(of: "1 ]") == .invalid)
  }

  @Test func completes() {
    let notebook = Self.notebook(FrontEnd())
    let found = notebook.completions("sum", cursor: 3, isFirstLine: true)
    #expect(found.range == 0..<3)
    #expect(found.candidates.first == Candidate(text: "summary", terminator: " "))
    let members = notebook.completions("conv1.w", cursor: 7, isFirstLine: true)
    #expect(members.candidates.map(\.text) == ["weight"])
  }

  /// Information about the name at the cursor, without computing anything.
  @Test(arguments: [
    ("why norm1", 2, "where one number came from"), ("conv1.output.mean", 5, "conv1"),
    ("2 * a + 1", 5, "a = 3"), ("sqrt(2)", 4, "sqrt(x)"), ("1 + 1", 2, nil), ("", 0, nil),
    ("nothing", 3, nil),
  ])
  func inspects(_ line: String, _ cursor: Int, _ says: String?) {
    var notebook = Self.notebook(FrontEnd())
    _ = notebook.run("let a = 3")
    let found = notebook.inspect(line, cursor: cursor)?.plainText
    #expect(found?.contains(says ?? "") == (says == nil ? nil : true), "\(found ?? "nothing")")
  }

  @Test func clears() {
    let frontEnd = FrontEnd()
    var notebook = Self.notebook(frontEnd)
    #expect(notebook.run("clear").failure == nil && frontEnd.shown() == "cleared")
  }

  /// Output shown under a name replaces earlier output under that name, also for front ends that
  /// keep it.
  @Test func updates() {
    let frontEnd = FrontEnd()
    var session = Session(host: frontEnd)
    session.show(Output([.line("before", indent: 0, hang: 0)]))
    let line = { (text: Text) in [Block.line(text, indent: 0, hang: 0)] }
    session.update("a", line("one") + line("two"))
    session.update("b", line("b"))
    session.update("a", line("three"))
    session.update("b", line("c"))
    #expect(Document(session.shown).plainText == "before\nthree\nc")
    #expect(frontEnd.shown() == "before\na: one\ntwo\nb: b\na: three\nb: c")
  }

  /// An open lesson gets the lines. The notebook's own session is unchanged.
  @Test func opensALesson() throws {
    try inTemporaryFolder { folder in
      let frontEnd = FrontEnd()
      var notebook = Self.notebook(frontEnd, progress: folder + "/progress.json")
      _ = notebook.run("let a = 3")
      #expect(!notebook.isInLesson && notebook.run("lesson 1").failure == nil)
      #expect(notebook.isInLesson && frontEnd.shown().contains("Lesson 1"))
      while !notebook.takesAnswer || notebook.prompt == "lesson> " { _ = notebook.run("") }
      #expect(notebook.prompt == "answer> ")
      let keys = notebook.completions("hi", cursor: 2, isFirstLine: true)
      #expect(keys.candidates.map(\.text) == ["hint"])
      _ = notebook.run("hint")
      #expect(frontEnd.shown().contains("Hint 1"))
      #expect(notebook.endOfInput()?.output.document.plainText.contains("Left lesson 1") == true)
      #expect(!notebook.isInLesson && notebook.endOfInput() == nil)
      #expect(notebook.run("a").output.document.plainText == "3")
    }
  }

  /// A question waits for an answer.
  @Test(arguments: [("y", "Progress starts from scratch."), ("n", "Nothing was changed.")])
  func asks(_ answer: String, _ said: String) throws {
    try inTemporaryFolder { folder in
      let frontEnd = FrontEnd(answer: answer)
      var notebook = Self.notebook(frontEnd, progress: folder + "/progress.json")
      _ = notebook.run("lesson 1")
      _ = notebook.run("quit")
      _ = frontEnd.shown()
      let result = notebook.run("progress reset")
      #expect(frontEnd.shown().contains("Forget your progress in 1 lesson?"))
      #expect(result.output.document.plainText.contains(said))
    }
  }

  /// `quit` leaves it to the front end to end the program.
  @Test func quits() {
    var notebook = Self.notebook(FrontEnd())
    #expect(notebook.run("1").output.effect == nil)
    #expect(notebook.run("quit").output.effect?.quits == true)
  }
}
