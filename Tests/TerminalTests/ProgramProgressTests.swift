import Foundation
import Testing

/// A learner's progress survives every way of returning to a lesson, at a prompt on a
/// pseudo-terminal.
@Suite struct ProgramProgressTests {
  /// The notebook in a folder that is also the working directory.
  static func notebook(in folder: TemporaryFolder) throws -> ProgramNotebook {
    try ProgramNotebook(
      in: folder, shell: #"cd "$HOME" && exec "$0" "$@""#, columns: 80)
  }

  /// A finished lesson that is opened again and left is still finished.
  @Test func aFinishedLessonStaysDone() throws {
    let (folder, file) = try ProgramLessonTests.folder()
    var notebook = try Self.notebook(in: folder)
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    for expected in ["Which layer", "Make conv1 move by 2", "enter to end the lesson"] {
      try notebook.type("skip\r", expect: "lesson> ")
      try notebook.type("\r", expect: expected)
    }
    try notebook.type("\r", expect: "3 skipped")
    #expect(try notebook.end() == 0)

    notebook = try Self.notebook(in: folder)
    try notebook.type(
      "lesson \(file)\r", expect: "You have done this lesson: 0 answered, 3 skipped")
    try notebook.type("quit\r", expect: "is unchanged")
    try notebook.type("lesson \(file)\r", expect: "review> ")
    try notebook.type("\r", expect: "You have skipped this one")
    try notebook.type("quit\r", expect: "Left lesson")
    try notebook.type("lesson \(file)\r", expect: "review> ")
    try notebook.type("over\r", expect: "answer> ")
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
    #expect(try folder.read(".local/state/alexnet/progress.json").contains("\"finished\": true"))
  }

  /// Input typed before a question isn't an answer to it.
  @Test func typedAhead() throws {
    let (folder, file) = try ProgramLessonTests.folder()
    let text = try folder.read("short.md").replacingOccurrences(
      of: "## A choice\n", with: "## A choice\n\n```alexnet\nnetwork quick32\nbackward 0\n```\n")
    try folder.write(text, to: "short.md")
    let notebook = try Self.notebook(in: folder)
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    // The keys arrive while the cells of the next step run.
    try notebook.type("\r", expect: "> backward 0")
    try notebook.terminal.send("skip\r\rskip\r\rquit\r")
    try notebook.terminal.expect("Which layer")
    try notebook.type("hint\r", expect: "Hint 1 of 2")
    #expect(try !folder.read(".local/state/alexnet/progress.json").contains("a-goal"))
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
  }

  /// The lesson on training, left after its training, continues without training again, and leaves
  /// no files in the working directory.
  @Test func lesson13ResumesWithoutTraining() throws {
    let folder = try TemporaryFolder()
    let notebook = try Self.notebook(in: folder)
    let before = try folder.names()
    try notebook.type("lesson 13 --seed 2\r", expect: "answer> ")
    // Enter at the end of the step before the training must not start the training.
    var step = 1
    while !notebook.terminal.text.contains("Run it?"), step < 9 {
      try notebook.type("skip\r", expect: "lesson> ")
      step += 1
      try notebook.type("\r", expect: "lesson 13, step \(step)")
      try notebook.terminal.expect("> ")
      try notebook.terminal.waitUntilRaw()
    }
    #expect(notebook.terminal.text.contains("This cell trains "))
    try notebook.type("skip\r", expect: "answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    try notebook.type("\r", expect: "lesson 13, step \(step + 1)")
    try notebook.type("quit\r", expect: "Left lesson")
    try notebook.type("lesson 13\r", expect: "You were at step \(step + 1)")
    try notebook.type("\r", expect: "lesson 13, step \(step + 1)")
    try notebook.terminal.expect("answer> ")
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
    // Progress and the session are kept there; nothing else is written.
    #expect(Set(try folder.names()).subtracting(before).subtracting([".local"]).isEmpty)
  }

  /// A lesson's training runs once, in the cache folder, after asking. With a pipe, it doesn't ask.
  @Test func aTrainingRunsOnce() throws {
    let place = try TrainingPlace()
    let made = try place.alexnet(["lesson", "new", "short.md"])
    #expect(made.status == 0, "\(made)")
    let cell = (TrainingPlace.begin + ["--epochs", "1"]).joined(separator: " ")
    let text = try place.folder.read("short.md")
      .replacingOccurrences(
        of: "(227 - 11) / 4 + 1\n```\n\n```output\n55", with: "\(cell)\n```\n\n```output\n…")
    try place.folder.write(text, to: "short.md")
    let before = try place.folder.names()

    let notebook = try Self.notebook(in: place.folder)
    try notebook.type("lesson short.md --seed 2\r", expect: "Run it?")
    try notebook.type("run\r", expect: "test error")
    try notebook.terminal.expect("answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    try notebook.type("\r", expect: "Which layer")
    try notebook.type("quit\r", expect: "Left lesson")
    try notebook.type("lesson short.md\r", expect: "You were at step 2")
    try notebook.type("\r", expect: "Which layer")
    // Back to the step that trains: the existing run is used.
    try notebook.type("back\r", expect: "from when you ran this before")
    try notebook.terminal.expect("You have skipped this one")
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
    #expect(Set(try place.folder.names()).subtracting(before) == [".cache", ".local"])
    let runs = ".cache/alexnet/lessons/short/runs"
    #expect(place.files(runs).count == 1)

    let piped = try ProgramProcess(
      ["lesson", "short.md", "--restart", "--seed", "2"], input: Array("skip\n".utf8),
      environment: ["ALEXNET_PROGRESS": "", "XDG_CACHE_HOME": place.folder.path + "/other"],
      shell: #"cd "$HOME" && exec "$0" "$@""#, home: place.folder.path
    ).waitForExit()
    #expect(piped.status == 0, "\(piped)")
    #expect(piped.output.contains("test error") && !piped.output.contains("Run it?"))
    #expect(place.files("other/alexnet/lessons/short/runs").count == 1)
    #expect(place.files(runs).count == 1)
  }

  /// At a prompt, reset asks first.
  @Test func resetAsks() throws {
    let (folder, file) = try ProgramLessonTests.folder()
    let notebook = try Self.notebook(in: folder)
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    try notebook.type("quit\r", expect: "Left lesson")
    try notebook.type("progress reset\r", expect: "[y/N]")
    try notebook.terminal.send("n\r")
    try notebook.terminal.expect("Nothing was changed.")
    try notebook.type("progress reset\r", expect: "[y/N]")
    try notebook.terminal.send("y\r")
    try notebook.terminal.expect("Progress starts from scratch.")
    try notebook.type("lesson \(file)\r", expect: "answer> ")
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
  }
}
