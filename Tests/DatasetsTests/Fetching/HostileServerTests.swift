import DataServer
import Foundation
import Testing

@testable import Datasets

/// Servers that send nothing usable: one clear line, and none of their data is kept.
@Suite struct HostileServerTests {
  private typealias Answer = LoopbackServer.Answer
  private static let archive = FetchPlace.archive
  private static let size = archive.count

  /// A server's answer, and the error it causes.
  struct Case: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let message: String
    /// Whether the source specifies the archive's length.
    var knowsSize = true
    let answer: @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer

    init(
      _ name: String, _ message: String, knowsSize: Bool = true,
      _ answer: @escaping @Sendable (LoopbackServer.Request) -> LoopbackServer.Answer
    ) {
      (testDescription, self.message) = (name, message)
      (self.knowsSize, self.answer) = (knowsSize, answer)
    }
  }

  static let cases: [Case] = [
    Case("not found", "HTTP status 404: the file doesn't exist") { _ in .status("404 Not Found") },
    Case("forbidden", "the server refuses: HTTP status 403") { _ in .status("403 Forbidden") },
    Case("wants a password", "the server refuses: HTTP status 401") { _ in
      .status("401 Unauthorized", ["WWW-Authenticate: Basic realm=\"x\""])
    },
    Case("out of order", "the server answers with status 500") { _ in
      .status("500 Internal Server Error")
    },
    Case("an unusual status", "HTTP status 299") { _ in .status("299 Fine", body: archive) },
    Case("too long, and says so", "has \(size + 1) bytes instead of \(size)") { _ in
      .status("200 OK", body: archive + [0])
    },
    Case("too short, and says so", "has \(size - 1) bytes instead of \(size)") { _ in
      .status("200 OK", body: archive.dropLast())
    },
    Case("says too much", "has \(size * 2) bytes instead of \(size)") { _ in
      .status("200 OK", body: archive, length: size * 2)
    },
    Case("says a length beyond counting", "the server's response can't be used") { _ in
      .status("200 OK", ["Content-Length: -5"], body: archive, length: .some(nil))
    },
    Case("too long, and tells no length", "sends more than \(size) bytes") { _ in
      .status("200 OK", body: archive + archive, length: .some(nil))
    },
    Case("too short, and tells no length", "stopped after 1000 of \(size) bytes") { request in
      .status(
        "200 OK", body: Array(archive.prefix(1000)), length: .some(nil))
    },
    Case("too long by far", "more than the 512000000 allowed", knowsSize: false) { _ in
      .status("200 OK", body: archive, length: 512_000_001)
    },
    Case("a web page", "the server sends a web page instead of the archive") { _ in
      .status(
        "200 OK", ["Content-Type: text/html; charset=utf-8"], body: Array("<html>".utf8))
    },
    Case("a web page, unexpected", "sends a web page", knowsSize: false) { _ in
      .status(
        "200 OK", ["content-type: Text/HTML"], body: Array("<html>".utf8), length: .some(nil))
    },
    Case("garbage", "the server's response can't be used") { _ in
      Answer(head: "\u{0}\u{1}\u{2}garbage\r\n", body: [0, 1, 2, 3])
    },
    Case("header lines without end", "too many header lines") { _ in
      Answer(
        head: "HTTP/1.1 200 OK\r\n"
          + String(repeating: "X-Y: " + String(repeating: "z", count: 1000) + "\r\n", count: 300))
    },
    Case("one header line without end", "server") { _ in
      Answer(head: "HTTP/1.1 200 OK\r\nX: " + String(repeating: "z", count: 1 << 20))
    },
    Case("sends round in circles", "the server's response can't be used: Maximum") { _ in
      .status("302 Found", ["Location: /again"])
    },
    Case("sends to a file of ours", "the server's response can't be used: Protocol \"file\"") { _ in
      .status("302 Found", ["Location: file:///etc/passwd"])
    },
    Case("sends nowhere", "HTTP status 302") { _ in .status("302 Found") },
    Case("broken chunks", "chunked") { _ in
      .status(
        "200 OK", ["Transfer-Encoding: chunked"], body: Array("zz\r\nabc".utf8),
        length: .some(nil))
    },
  ]

  @Test(arguments: cases)
  func isRefused(_ example: Case) throws {
    let server = try LoopbackServer { request, _ in example.answer(request) }
    try FetchPlace.with { place in
      let error = try place.refusal(
        FetchPlace.source(server.url(), size: example.knowsSize))
      #expect(error.message.contains(example.message), "\(error)")
      #expect(!error.description.contains("\n"))
      #expect(!FileManager.default.fileExists(atPath: place.target))
      // A partial file may be kept if the transfer was interrupted, and nothing else.
      let kept = Set(["cifar-10-binary.tar.gz.part", "cifar-10-binary.tar.gz.part.from"])
      #expect(Set(place.names).isSubset(of: kept), "\(place.names)")
    }
  }

  /// An unused port, and an invalid name.
  @Test(arguments: [
    ("http://127.0.0.1:1/x", "no connection"),
    ("http://name.invalid/x", "no connection"),
    ("http://[::1/x", "the server's response can't be used"),
    ("https://127.0.0.1:1/x", "no connection"),
  ])
  func noServer(_ url: String, _ message: String) throws {
    try FetchPlace.with { place in
      let error = try place.refusal(FetchPlace.source(url))
      #expect(error.message.contains(message), "\(error)")
      #expect(place.names.isEmpty)
    }
  }

  /// Plain HTTP although HTTPS was requested.
  @Test func noPrivateConnection() throws {
    let server = try LoopbackServer { request, _ in .file(Self.archive, to: request) }
    try FetchPlace.with { place in
      let url = server.url().replacing("http:", with: "https:")
      let error = try place.refusal(FetchPlace.source(url))
      #expect(error.message.contains("no secure connection"), "\(error)")
    }
  }
}
