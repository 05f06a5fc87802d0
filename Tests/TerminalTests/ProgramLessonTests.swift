import Foundation
import Testing

/// Lessons at a prompt, on a pseudo-terminal, and through a pipe.
@Suite struct ProgramLessonTests {
  /// A folder with a lesson that has an exercise of every kind: the one that `lesson new` creates.
  static func folder() throws -> (folder: TemporaryFolder, file: String) {
    let folder = try TemporaryFolder()
    let file = folder.path + "/short.md"
    let result = try ProgramProcess(["lesson", "new", file]).waitForExit()
    #expect(result.status == 0, "\(result.output)\(result.errors)")
    return (folder, file)
  }

  /// The answer of the first exercise, computed from the question on the screen.
  static func answer(_ text: String) throws -> Int {
    let last = try #require(text.components(separatedBy: "for an input of ").last)
    let size = try #require(Int(last.prefix { $0.isNumber }))
    return (size - 11) / 4 + 1
  }

  @Test func aWholeLesson() throws {
    let (folder, file) = try Self.folder()
    var notebook = try ProgramNotebook(in: folder, columns: 80)
    let terminal = notebook.terminal
    try notebook.type("let mine = 7\r", expect: "[2]> ")
    try notebook.type("lesson \(file) --seed 2\r", expect: "again · quit")
    try terminal.expect("answer> ")
    #expect(terminal.text.contains("(227 - 11) / 4 + 1"))
    let right = try Self.answer(terminal.text)
    // Wrong answers with and without a diagnosis, and input that isn't an answer.
    try notebook.type("\(right - 1)\r", expect: "The first window counts too")
    try notebook.type("3\r", expect: "Not quite.")
    try notebook.type("next\r", expect: "is a command, but an answer is wanted here")
    try notebook.type("\r", expect: "again · quit")
    try notebook.type("1000\r", expect: "Three misses")
    try notebook.type("hint\r", expect: "Hint 1 of 3")
    // Play mode changes nothing.
    try notebook.type("play\r", expect: "play> ")
    try notebook.type("let right = [1,\r", expect: "...> ")
    try notebook.type("2]\r", expect: "right = [1, 2]")
    try notebook.type("set input 224\r", expect: "conv1")
    try notebook.type("back\r", expect: "as you left it")
    try notebook.type("right + 1\r", expect: "right is not defined")
    try notebook.type("\(right)\r", expect: "Right.")
    try terminal.expect("lesson> ")
    // Forward and back.
    try notebook.type("\r", expect: "Which layer")
    try notebook.type("back\r", expect: "You have answered this one")
    try notebook.type("\r", expect: "Which layer")
    try notebook.type("skip\r", expect: "The answer is")
    try terminal.expect("lesson> ")
    try notebook.type("\r", expect: "cell> ")
    try notebook.type("quit\r", expect: "Left lesson")
    try terminal.expect("[3]> ")
    try notebook.type("mine\r", expect: "7")
    #expect(try notebook.end() == 0)

    // Later, in a new program.
    notebook = try ProgramNotebook(in: folder, columns: 80)
    try notebook.type("lesson \(file)\r", expect: "You were at step 3 of 4")
    try notebook.type("\r", expect: "Make conv1 move by 2")
    try notebook.type("set conv1.stride 1\r", expect: "That is a stride of 1.")
    try notebook.type("set conv1.stride 2\r", expect: "Right.")
    try notebook.type("\r", expect: "enter to end the lesson")
    try notebook.type("\r", expect: "2 of 3 exercises answered, 1 skipped")
    try notebook.type("progress\r", expect: "lessons done")
    #expect(try notebook.end() == 0)
    #expect(try folder.read(".local/state/alexnet/progress.json").contains("\"finished\": true"))

    // Other learners get other numbers.
    var numbers: Set<Int> = [right]
    for seed in ["3", "4", "5", "6"] {
      let other = try ProgramProcess(["lesson", file, "--restart", "--seed", seed]).waitForExit()
      #expect(other.status == 0)
      numbers.insert(try Self.answer(other.output))
    }
    #expect(numbers.count > 1)
  }

  /// A lesson opened from the shell ends together with the program, by `quit` or the end of the
  /// input.
  @Test(arguments: ["quit\r", "\u{4}"])
  func fromTheShell(_ end: String) throws {
    let (folder, file) = try Self.folder()
    let terminal = try PseudoTerminal(
      program: BuiltProducts.path("alexnet"), arguments: ["lesson", file, "--seed", "2"],
      environment: ["HOME": folder.path, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin"])
    try terminal.expect("answer> ")
    try terminal.waitUntilRaw()
    try terminal.send(end)
    try terminal.expect("Left lesson")
    #expect(try terminal.waitForExit() == 0)
    #expect(!terminal.text.contains("[1]> "))
  }

  /// Ctrl-C clears the line at every prompt. Ctrl-D leaves play mode, then the lesson. All progress
  /// is saved.
  @Test func interruptsAndTheEndOfInput() throws {
    let (folder, file) = try Self.folder()
    let notebook = try ProgramNotebook(in: folder)
    let terminal = notebook.terminal
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    for (keys, prompt) in [("", "answer> "), ("skip\r", "lesson> "), ("play\r", "play> ")] {
      if !keys.isEmpty { try notebook.type(keys, expect: prompt) }
      try terminal.waitUntilRaw()
      try terminal.send("half a line")
      try terminal.interrupt()
      try terminal.expect(prompt)
    }
    try notebook.type("\u{4}", expect: "as you left it")
    try terminal.expect("lesson> ")
    try notebook.type("\u{4}", expect: "Left lesson")
    try terminal.expect("[2]> ")
    try notebook.type("lesson \(file)\r", expect: "answer> ")
    try notebook.type("\r", expect: "answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    try notebook.type("\r", expect: "Which layer")
    try notebook.type("\u{4}", expect: "Left lesson")
    try notebook.type("lesson \(file)\r", expect: "resume> ")
    try terminal.waitUntilRaw()
    try terminal.interrupt()
    try terminal.expect("resume> ")
    try notebook.type("\u{4}", expect: "Left lesson")
    #expect(try notebook.end() == 0)
  }

  /// Keys are completed in states where they work.
  @Test func completesKeys() throws {
    let (folder, file) = try Self.folder()
    let notebook = try ProgramNotebook(in: folder)
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    try notebook.type("hi\t\r", expect: "Hint 1 of 3")
    try notebook.type("sk\t\r", expect: "The answer is")
    try notebook.type("qu\t\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
  }

  /// Text only: no colour, no rules, no characters that draw an image.
  @Test func plain() throws {
    let (folder, file) = try Self.folder()
    let notebook = try ProgramNotebook(in: folder, arguments: ["--plain"])
    try notebook.type("view image\r", expect: "before it is prepared")
    try notebook.type("summary\r", expect: "62,378,344")
    try notebook.type("lesson \(file) --seed 2\r", expect: "answer> ")
    try notebook.type("skip\r", expect: "lesson> ")
    let bytes = String(decoding: notebook.terminal.transcript, as: UTF8.self)
    for sign in ["\u{1B}[1m", "\u{1B}[36m", "▀", "───", "@@", "38;2;"] {
      #expect(!bytes.contains(sign), "\(sign.debugDescription)")
    }
    try notebook.type("quit\r", expect: "Left lesson")
    #expect(try notebook.end() == 0)
  }

  /// Through a pipe, each line is an answer, and an empty line continues.
  @Test func throughAPipe() throws {
    let (folder, file) = try Self.folder()
    let lines = ["1", "skip", "", "skip", "", "set conv1.stride 2", "", ""]
    let result = try ProgramProcess(
      ["lesson", file, "--seed", "2"], input: Array((lines.joined(separator: "\n") + "\n").utf8),
      home: folder.path
    ).waitForExit()
    #expect(result.status == 0)
    #expect(result.errors == "")
    #expect(result.output.contains("1 of 3 exercises answered, 2 skipped"))
    // The end of the input leaves the lesson, and lines after `quit` are cells of the notebook.
    let cells = try ProgramProcess(
      [], input: Array("lesson \(file) --restart\nquit\n20 + 22\nlesson \(file)\n".utf8),
      home: folder.path
    ).waitForExit()
    #expect(cells.status == 0)
    #expect(cells.output.contains("\n42\n"))
    #expect(cells.output.contains("Left lesson"))
  }

  @Test func asJSON() throws {
    let (folder, file) = try Self.folder()
    let result = try ProgramProcess(
      ["lesson", file, "--seed", "2", "--json"], input: Array("hint\nskip\nquit\n".utf8),
      home: folder.path
    ).waitForExit()
    #expect(result.status == 0)
    let lines = result.output.split(separator: "\n")
    #expect(lines.count == 4)
    for (line, state) in zip(lines, ["answering", "answering", "finished", "ended"]) {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(object?["state"] as? String == state, "\(line)")
      #expect(object?["lesson"] as? String == "short")
    }
  }

  /// A megabyte of input isn't an answer, and the lesson continues.
  @Test func aMegabyteOfAnswer() throws {
    let (folder, file) = try Self.folder()
    let text = "lesson \(file)\n" + String(repeating: "5", count: 1 << 20) + "\nskip\n"
    let result = try ProgramProcess([], input: Array(text.utf8), home: folder.path).waitForExit()
    #expect(result.status == 0)
    #expect((result.output + result.errors).contains("1,048,576 bytes"))
    #expect(result.output.contains("The answer is"))
    #expect(result.output.utf8.count < 100_000)
  }

  /// A problem with the progress file is reported in one line, and the lesson continues.
  @Test(arguments: [
    ("{\"version\": 1", "cannot be read"), ("{\"version\": 9, \"lessons\": {}}", "newer program"),
  ])
  func progressThatCannotBeRead(_ text: String, _ says: String) throws {
    let (folder, file) = try Self.folder()
    try folder.write(text, to: "progress.json")
    let path = folder.path + "/progress.json"
    let result = try ProgramProcess(
      ["lesson", file], input: Array("skip\nquit\n".utf8), environment: ["ALEXNET_PROGRESS": path],
      home: folder.path
    ).waitForExit()
    #expect(result.status == 0)
    #expect(result.output.components(separatedBy: says).count == 2, "\(result.output)")
    #expect(result.output.contains("The answer is"))
    let kept = try folder.names().filter { $0.hasPrefix("progress.json") }.map(folder.read)
    #expect(kept.contains(text))
  }

  /// A full disk: the old progress is kept, and one line says that the new progress isn't saved.
  @Test func progressThatCannotBeWritten() throws {
    let (folder, file) = try Self.folder()
    let path = folder.path + "/progress.json"
    let first = try ProgramProcess(
      ["lesson", file], input: Array("skip\n\n".utf8), environment: ["ALEXNET_PROGRESS": path],
      home: folder.path
    ).waitForExit()
    #expect(first.status == 0)
    let before = try folder.read("progress.json")
    let result = try ProgramProcess(
      ["lesson", file, "--restart"], input: Array("skip\nquit\n".utf8),
      environment: ["ALEXNET_PROGRESS": path], shell: #"ulimit -f 0; exec "$0" "$@""#,
      home: folder.path
    ).waitForExit()
    #expect(result.status == 0)
    #expect(result.output.components(separatedBy: "progress is not saved").count == 2)
    #expect(try folder.read("progress.json") == before)
    #expect(try folder.names() == ["progress.json", "short.md"])
  }

  /// A malformed command line is wrong usage; a lesson that doesn't work is an error with its line.
  @Test func exitCodes() throws {
    let (folder, file) = try Self.folder()
    let text = try folder.read("short.md").replacingOccurrences(of: "\n55\n", with: "\n56\n")
    try folder.write(text, to: "wrong.md")
    try folder.write("no front matter", to: "broken.md")
    let cases: [([String], Int32, String)] = [
      (["verify", file], 0, "✓"), (["verify", folder.path + "/wrong.md"], 1, "wrong.md, line "),
      (["verify", folder.path + "/broken.md"], 1, "broken.md, line 1"),
      ([folder.path + "/broken.md"], 1, "broken.md, line 1"),
      (["verify", folder.path + "/none.md"], 1, "none.md"), (["handout", file], 0, "**Answer.**"),
      (["new"], 2, "lesson new NAME"),
    ]
    for (words, status, says) in cases {
      let result = try ProgramProcess(["lesson"] + words, home: folder.path).waitForExit()
      #expect(result.status == status, "\(words)")
      let said = (result.output + result.errors).replacingOccurrences(of: "\n", with: " ")
      let plain = said.split(separator: " ").joined(separator: " ")
      #expect(plain.contains(says), "\(plain)")
    }
  }
}
