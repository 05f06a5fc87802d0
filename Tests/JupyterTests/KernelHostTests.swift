import Cells
import Documents
import Foundation
import TensorFiles
import TestSupport
import Testing

@testable import Jupyter

/// What the running cell shows, as messages.
@Suite struct KernelHostTests {
  /// The types and contents of the messages that some work publishes.
  static func published(
    isSilent: Bool = false, _ work: (KernelHost) throws -> Void
  ) throws -> [(type: String, content: JSONValue)] {
    var found: [(type: String, content: JSONValue)] = []
    try inTemporaryFolder { folder in
      let (context, writer) = (try ZeroMQContext(), MessageWriter(key: []))
      let publisher = try Publisher("ipc://\(folder)/iopub", writer, context)
      let input = try StandardInput("ipc://\(folder)/stdin", writer, context)
      let host = KernelHost(publisher, input, cancellation: ExecutionQueue().cancellation)
      let request = try #require(WireMessage(WireMessageTests.frames(key: []), key: []))
      host.begin(request, isSilent: isSilent)
      try work(host)
      host.end()
      while let frames = publisher.served.messages.receive(waits: false) {
        let message = try #require(WireMessage(frames, key: []))
        found.append((message.type, message.content))
      }
    }
    return found
  }

  static func line(_ text: Text) -> Document { Document([.line(text, indent: 0, hang: 0)]) }

  /// The first update of a name makes a display, and later ones replace it.
  @Test func updates() throws {
    let messages = try Self.published { host in
      for name in ["a", "b", "a"] { host.update(name, Self.line(Text(name))) }
    }
    #expect(messages.map(\.type) == ["display_data", "display_data", "update_display_data"])
    let ids = messages.map { $0.content["transient"]?["display_id"]?.stringValue }
    #expect(ids[0] == ids[2] && ids[0] != ids[1] && ids[0] != nil)
  }

  /// Text is a stream with escape sequences, without other control characters.
  @Test func streams() throws {
    let messages = try Self.published { host in
      host.show(Self.line("plain " + .good("good") + Text("\u{1B}[2J")))
      host.note("a note")
      host.clear()
    }
    #expect(messages.map(\.type) == ["stream", "stream", "clear_output"])
    #expect(
      messages[0].content["text"]?.stringValue
        == "plain \u{1B}[32mgood\u{1B}[0m\u{FFFD}[2J\n")
    #expect(messages.map { $0.content["name"]?.stringValue } == ["stdout", "stderr", nil])
  }

  /// A table is a display with HTML and plain text.
  @Test func displays() throws {
    var table = Table([.init("a")])
    table.row(["1"])
    let messages = try Self.published { $0.show(Document([.table(table)])) }
    #expect(messages.map(\.type) == ["display_data"])
    #expect(messages[0].content["data"]?["text/plain"]?.stringValue?.contains("1") == true)
    #expect(messages[0].content["data"]?["text/html"]?.stringValue?.contains("<table") == true)
  }

  /// A silent cell shows nothing; neither does progress within the first half second.
  @Test func staysSilent() throws {
    let silent = try Self.published(isSilent: true) { host in
      host.show(Self.line("text"))
      host.update("a", Self.line("text"))
      host.note("text")
      host.clear()
    }
    #expect(silent.isEmpty)
    #expect(try Self.published { $0.report(progress: "soon") }.isEmpty)
  }

  /// A client that can't ask gets an error instead of a question.
  @Test func asksOnlyWhoCanAnswer() throws {
    _ = try Self.published { host in
      let error = #expect(throws: Failure.self) { try host.ask("Sure?") }
      #expect(error?.message.contains("Sure?") == true)
    }
  }
}
