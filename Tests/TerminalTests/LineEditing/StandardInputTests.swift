import Foundation
import Testing

@testable import Terminal

/// Reading lines from pipes and files.
@Suite struct StandardInputTests {
  /// The events from a pipe that contains `bytes`, written in parts of `partSize`.
  private func events(_ bytes: [UInt8], partSize: Int = .max) throws -> [LineEvent] {
    let (reader, writer) = try pipeEnds()
    defer { close(reader) }
    // A thread, not a task: the reader waits for it, which would keep a task from ever running.
    Thread.detachNewThread {
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes {
          write(writer, $0.baseAddress, min($0.count, partSize))
        }
        guard count > 0 else { break }
        rest = rest.dropFirst(count)
      }
      close(writer)
    }
    let input = StandardInputReader(descriptor: reader)
    var events: [LineEvent] = []
    repeat {
      events.append(input.next(since: Interrupts.count))
    } while events.last != .end && events.count < 100
    return events
  }

  private func pipeEnds() throws -> (reader: Int32, writer: Int32) {
    var ends: [Int32] = [0, 0]
    try #require(pipe(&ends) == 0)
    return (ends[0], ends[1])
  }

  static let inputs: [(bytes: [UInt8], events: [LineEvent])] = [
    ([], [.end]),
    (Array("one\ntwo\n".utf8), [.line("one"), .line("two"), .end]),
    (Array("one\r\ntwo\r\n\r\n".utf8), [.line("one"), .line("two"), .line(""), .end]),
    (Array("no end".utf8), [.line("no end"), .end]),
    (Array("\n\n".utf8), [.line(""), .line(""), .end]),
    (Array("a\rb\n".utf8), [.line("a\rb"), .end]),
    (Array("größe 日本語 😀\n".utf8), [.line("größe 日本語 😀"), .end]),
    ([0xEF, 0xBB, 0xBF] + Array("mark\n".utf8), [.line("mark"), .end]),
    (
      Array("a\nb\u{0}c\nd\n".utf8),
      [.line("a"), .invalid(reason: "byte 2 is NUL, which is not text"), .line("d"), .end]
    ),
    (
      Array("ok ü".utf8) + [0xFF, 0x0A] + Array("next\n".utf8),
      [.invalid(reason: "byte 6 is 0xff, which is not UTF-8 there"), .line("next"), .end]
    ),
    (
      [0x61, 0xE2, 0x82], [.invalid(reason: "byte 2 is 0xe2, which is not UTF-8 there"), .end]
    ),
    ([0xED, 0xA0, 0x80], [.invalid(reason: "byte 1 is 0xed, which is not UTF-8 there"), .end]),
    ([0xC0, 0x80, 0x0A], [.invalid(reason: "byte 1 is 0xc0, which is not UTF-8 there"), .end]),
  ]

  @Test(arguments: inputs.indices)
  func linesOfAPipe(_ index: Int) throws {
    let (bytes, expected) = Self.inputs[index]
    #expect(try events(bytes) == expected)
    #expect(try events(bytes, partSize: 1) == expected)
  }

  @Test(arguments: [0, 1, 10 << 20])
  func longLines(_ excess: Int) throws {
    let length = StandardInputReader.longestLine + excess
    let long = [UInt8](repeating: UInt8(ascii: "a"), count: length)
    let reason = "the line is \(length) bytes long; the limit is 1048576"
    let first: LineEvent =
      excess == 0 ? .line(String(decoding: long, as: UTF8.self)) : .invalid(reason: reason)
    #expect(try events(long + Array("\nnext\n".utf8)) == [first, .line("next"), .end])
    #expect(try events(long + Array("\r\n".utf8)) == [first, .end])
    #expect(try events(long) == [first, .end])
  }

  @Test func linesArriveAsTheyAreWritten() throws {
    let (reader, writer) = try pipeEnds()
    defer { close(reader) }
    let input = StandardInputReader(descriptor: reader)
    for line in ["one", "two"] {
      let bytes = Array("\(line)\nhalf ".utf8)
      #expect(write(writer, bytes, bytes.count) == bytes.count)
      #expect(input.next(since: Interrupts.count) == .line(line == "one" ? "one" : "half two"))
    }
    #expect(input.lineNumber == 2)
    close(writer)
    #expect(input.next(since: Interrupts.count) == .line("half "))
    #expect(input.next(since: Interrupts.count) == .end)
    #expect(input.next(since: Interrupts.count) == .end)
  }

  @Test(arguments: [
    (#"exec "$0" input <&-"#, ["end"]),
    (#"exec "$0" input </dev/null"#, ["end"]),
    (#"exec "$0" input </"#, ["end"]),
    (#"printf 'a\nb' | "$0" input"#, [#"line "a""#, #"line "b""#, "end"]),
    (#"exec "$0" <&-"#, ["editing false", "end"]),
    (#"printf 'a\nquit\n' | "$0""#, ["editing false", #"line "a""#, #"line "quit""#]),
  ])
  func inAProgram(_ shell: String, says texts: [String]) throws {
    let probe = try Probe(shell: shell)
    for text in texts { try probe.expect(text) }
    #expect(try probe.waitForExit() == 0)
  }

  @Test func waitingForAPipeCanBeInterrupted() throws {
    let folder = try TemporaryFolder()
    try folder.makePipe("pipe")
    // Opened for reading and writing, a pipe never ends.
    let probe = try Probe(in: folder, shell: #"exec "$0" input <> "$HOME/pipe""#)
    try probe.expect("ready")
    let deadline = ContinuousClock.now + PseudoTerminal.patience
    // The first interrupt may arrive before the program waits.
    while !probe.terminal.text.contains("interrupted"), .now < deadline {
      try probe.terminal.interrupt()
      try? probe.terminal.expect("interrupted", timeout: .milliseconds(200))
    }
    #expect(probe.terminal.text.contains("interrupted"))
    #expect(try probe.waitForExit() == 0)
  }

  @Test func aClosedStandardOutputDoesNotBecomeAFile() throws {
    // The file of the history must not become standard output.
    let folder = try TemporaryFolder()
    let probe = try Probe(in: folder, shell: #"printf 'next\n' | "$0" >&-; echo "status $?""#)
    try probe.expect("status 0")
    try probe.waitForExit()
    #expect(try folder.read("history") == "next\n")
  }
}
