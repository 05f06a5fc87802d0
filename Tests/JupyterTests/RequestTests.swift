import Cells
import Notebook
import TensorFiles
import Testing

@testable import Jupyter

/// What clients may ask at any time, and the file that says where.
@Suite struct RequestTests {
  static func reply(_ type: String, _ content: JSONValue, _ requests: Requests) throws -> JSONValue
  {
    let frames = MessageWriter(key: []).frames(type, content, parent: nil, route: [])
    let request = try #require(WireMessage(frames, key: []))
    return try #require(requests.reply(to: request)).content
  }

  static func requests() -> Requests { Requests(Notebook(host: QuietHost())) }

  @Test(arguments: [
    ("summ", nil, 0, 4, "summary"), ("1 + 1\nconv1.w", nil, 12, 13, "weight"),
    ("summ\n1 + 1", 4, 0, 4, "summary"), ("\"𝄞\"\nsumm", 8, 4, 8, "summary"),
    ("summary caff", 99, 8, 12, "caffenet"),
  ])
  func completes(_ code: String, _ cursor: Int?, _ start: Int, _ end: Int, _ match: String) throws {
    let content: JSONValue = [
      "code": .string(code), "cursor_pos": cursor.map { .integer($0) } ?? .null,
    ]
    let reply = try Self.reply("complete_request", content, Self.requests())
    #expect(reply["cursor_start"] == .integer(start) && reply["cursor_end"] == .integer(end))
    guard case .array(let matches)? = reply["matches"] else { return #expect(Bool(false)) }
    #expect(matches.contains(.string(match)), "\(matches)")
  }

  /// A command starts only its own line, not the rest of an expression.
  @Test func completesNoCommandInBrackets() throws {
    let reply = try Self.reply("complete_request", ["code": "[1,\nsumm"], Self.requests())
    #expect(reply["matches"] == .array([]))
  }

  @Test(arguments: [
    ("1 + 1", "complete"), ("[1,", "incomplete"), ("1 ]", "invalid"),
    ("summary --nonsense", "complete"),
    ("[1,\n\n", "invalid"), ("", "complete"), ("next\n[1, 2", "incomplete"),
    ("# nothing", "complete"),
  ])
  func isComplete(_ code: String, _ status: String) throws {
    let reply = try Self.reply("is_complete_request", ["code": .string(code)], Self.requests())
    #expect(reply["status"] == .string(status))
  }

  @Test func inspects() throws {
    var notebook = Notebook(host: QuietHost())
    let requests = Requests(notebook)
    let before = try Self.reply(
      "inspect_request", ["code": "1 +\n2 * abc", "cursor_pos": 9], requests)
    #expect(before["found"] == false && before["data"] == [:])
    _ = notebook.run("let abc = 3")
    // The state changes only when it is published, after the cell.
    #expect(try Self.reply("inspect_request", ["code": "abc"], requests)["found"] == false)
    requests.publish(notebook.snapshot)
    let after = try Self.reply(
      "inspect_request", ["code": "1 +\n2 * abc", "cursor_pos": 9], requests)
    #expect(after["data"]?["text/plain"]?.stringValue?.contains("abc = 3") == true)
  }

  /// Requests with missing or wrong details get an answer too.
  @Test(arguments: [
    "kernel_info_request", "complete_request", "inspect_request", "is_complete_request",
    "history_request", "comm_info_request",
  ])
  func answersAnything(_ type: String) throws {
    let requests = Self.requests()
    for content: JSONValue in [
      [:], ["code": 1, "cursor_pos": "x"], ["code": "a", "cursor_pos": -5],
      ["n": -3, "hist_access_type": "tail"], ["code": "é", "cursor_pos": 1_000_000],
      ["hist_access_type": "search", "n": -1], ["hist_access_type": 3],
    ] {
      #expect(try Self.reply(type, content, requests)["status"] != nil)
    }
  }

  @Test func history() throws {
    let requests = Self.requests()
    for (number, code) in ["a", "bb", "a", "b*"].enumerated() {
      requests.history.add(number + 1, code, output: number == 0 ? "1" : nil)
    }
    func sources(_ content: JSONValue) throws -> [String] {
      let reply = try Self.reply("history_request", content, requests)
      guard case .array(let entries)? = reply["history"] else { return [] }
      return entries.compactMap {
        if case .array(let parts) = $0 { parts[2].stringValue } else { nil }
      }
    }
    #expect(try sources(["hist_access_type": "tail", "n": 2]) == ["a", "b*"])
    #expect(try sources(["hist_access_type": "range", "start": 2, "stop": 4]) == ["bb", "a"])
    #expect(try sources(["hist_access_type": "range", "session": 3]).isEmpty)
    #expect(try sources(["hist_access_type": "search", "pattern": "b*"]) == ["bb", "b*"])
    #expect(
      try sources(["hist_access_type": "search", "pattern": "*", "unique": true])
        == ["bb", "a", "b*"])
    #expect(try sources(["hist_access_type": "search", "pattern": "?", "n": 1]) == ["a"])
    let reply = try Self.reply("history_request", ["output": true, "n": 4], requests)
    #expect(reply["history"]?.text.hasPrefix(#"[[0, 1, ["a", "1"]], [0, 2, ["bb", null]]"#) == true)
  }

  @Test(arguments: [
    ("", "", true), ("abc", "*", true), ("abc", "a*c", true), ("abc", "a*b", false),
    ("abc", "???", true), ("abc", "??", false), ("aaab", "*a?b*", true), ("", "?", false),
    ("", "**", true), ("abab", "*ab", true),
  ])
  func matches(_ text: String, _ pattern: String, _ does: Bool) {
    #expect(
      CellHistory.matches(Array(text.unicodeScalars), Array(pattern.unicodeScalars)) == does)
  }

  // MARK: - The connection file

  static let file: JSONValue = [
    "transport": "tcp", "ip": "127.0.0.1", "shell_port": 1, "iopub_port": 2, "stdin_port": 3,
    "control_port": 4, "hb_port": 5, "signature_scheme": "hmac-sha256", "key": "k",
  ]

  static func changed(_ name: String, _ value: JSONValue?) -> JSONValue {
    guard case .object(var members) = file else { return file }
    members[name] = value
    return .object(members)
  }

  @Test func connectionFile() throws {
    let tcp = try ConnectionFile(Self.file, path: "f")
    #expect(tcp.shell == "tcp://127.0.0.1:1" && tcp.heartbeat == "tcp://127.0.0.1:5")
    #expect(tcp.key == [0x6b])
    let ipc = try ConnectionFile(ConnectionFile.inFolder("/tmp/x"), path: "f")
    #expect(ipc.iopub == "ipc:///tmp/x/kernel-2" && !ipc.key.isEmpty)
    // Without a key nothing is signed, so the scheme doesn't matter.
    #expect(try ConnectionFile(Self.changed("key", ""), path: "f").key.isEmpty)
    // The key of the example in ZeroMQ's manual of zmq_curve.
    let key = "JTKVSB%%)wK0E.X)V>+}o?pNmC{O&4W4b!Ni{Lh6"
    let encrypted = try ConnectionFile(Self.changed("curve_secretkey", .string(key)), path: "f")
    #expect(encrypted.secretKey == key && tcp.secretKey == nil)
  }

  @Test(
    arguments: [
      ("transport", nil, "transport"), ("transport", "udp", "udp"), ("ip", nil, "ip"),
      ("shell_port", nil, "shell_port"), ("iopub_port", 0, "iopub_port"),
      ("hb_port", 70_000, "hb_port"),
      ("stdin_port", "1", "stdin_port"), ("key", nil, "key"), ("signature_scheme", "md5", "md5"),
      ("curve_publickey", "x", "curve_secretkey"), ("curve_secretkey", "short", "key"),
    ] as [(String, JSONValue?, String)])
  func badConnectionFile(_ name: String, _ value: JSONValue?, _ says: String) {
    let failure = #expect(throws: Failure.self) {
      try ConnectionFile(Self.changed(name, value), path: "the-file")
    }
    #expect(failure?.message.contains("the-file") == true)
    #expect(failure?.message.contains(says) == true)
  }
}
