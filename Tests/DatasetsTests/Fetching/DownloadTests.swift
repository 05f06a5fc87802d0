import DataServer
import Foundation
import Testing

@testable import Datasets

/// Servers that drop connections, send wrong data and change files.
@Suite struct DownloadTests {
  private typealias Answer = LoopbackServer.Answer
  private static let archive = FetchPlace.archive
  private static let size = archive.count

  /// Another archive of the same length.
  private static let other: [UInt8] = {
    var bytes = archive
    for i in 50_000..<bytes.count { bytes[i] ^= 0x55 }
    return bytes
  }()

  /// A server's answers, and the range that each request should ask for.
  struct Recovery: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let ranges: [Int?]
    let patience: Int
    let answer: @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Answer

    init(
      _ name: String, asks ranges: [Int?], patience: Int = 60,
      _ answer: @escaping @Sendable (LoopbackServer.Request, Int) -> LoopbackServer.Answer
    ) {
      (testDescription, self.ranges, self.patience, self.answer) = (name, ranges, patience, answer)
    }
  }

  static let recoveries: [Recovery] = [
    Recovery("breaks off twice", asks: [nil, 70_000, 150_000]) { request, number in
      .file(archive, to: request, cutAfter: number == 0 ? 70_000 : number == 1 ? 80_000 : nil)
    },
    Recovery("breaks off before the first byte", asks: [nil, nil]) { request, number in
      .file(archive, to: request, cutAfter: number == 0 ? 0 : nil)
    },
    Recovery("says nothing at all", asks: [nil, nil]) { request, number in
      number == 0 ? Answer(head: "", cutAfter: 0) : .file(archive, to: request)
    },
    Recovery("stalls", asks: [nil, 1000], patience: 5) { request, number in
      var answer = Answer.file(archive, to: request)
      if number == 0 { (answer.cutAfter, answer.stalls) = (1000, true) }
      return answer
    },
    Recovery("cannot send parts", asks: [nil, 70_000]) { _, number in
      .status("200 OK", body: archive, cutAfter: number == 0 ? 70_000 : nil)
    },
    Recovery("has no tags", asks: [nil, 70_000]) { request, number in
      .file(archive, to: request, tag: nil, cutAfter: number == 0 ? 70_000 : nil)
    },
    Recovery("tells no length and breaks off", asks: [nil, 70_000]) { request, number in
      number == 0
        ? .status("200 OK", body: archive, length: .some(nil), cutAfter: 70_000)
        : .file(archive, to: request)
    },
    Recovery("changes the file, and says so", asks: [nil, 70_000]) { request, number in
      number == 0
        ? .file(other, to: request, tag: "\"old\"", cutAfter: 70_000)
        : .file(archive, to: request, tag: "\"new\"")
    },
    Recovery("changes the file, and sends a part anyway", asks: [nil, 70_000, nil]) {
      request, number in
      switch number {
      case 0: return .file(other, to: request, tag: "\"old\"", cutAfter: 70_000)
      case 1:
        return .status(
          "206 Partial Content",
          ["ETag: \"new\"", "Content-Range: bytes 70000-\(size - 1)/\(size)"],
          body: Array(archive[70_000...]))
      default: return .file(archive, to: request, tag: "\"new\"")
      }
    },
    Recovery("sends another part", asks: [nil, 70_000, nil]) { request, number in
      number == 1
        ? .status(
          "206 Partial Content", ["Content-Range: bytes 60000-\(size - 1)/\(size)"],
          body: Array(archive[60_000...]))
        : .file(archive, to: request, cutAfter: number == 0 ? 70_000 : nil)
    },
    Recovery("sends a part of which it says nothing", asks: [nil, 70_000, nil]) {
      request, number in
      number == 1
        ? .status("206 Partial Content", body: Array(archive[70_000...]))
        : .file(archive, to: request, cutAfter: number == 0 ? 70_000 : nil)
    },
    Recovery("doesn't have the part", asks: [nil, 70_000, nil]) { request, number in
      number == 1
        ? .status("416 Range Not Satisfiable")
        : .file(archive, to: request, cutAfter: number == 0 ? 70_000 : nil)
    },
    Recovery("is busy", asks: [nil, nil, nil]) { request, number in
      number < 2 ? .status("503 Service Unavailable") : .file(archive, to: request)
    },
    Recovery("sends elsewhere", asks: [nil, nil]) { request, number in
      number == 0 ? .status("302 Found", ["Location: /else"]) : .file(archive, to: request)
    },
    Recovery("packs in chunks", asks: [nil]) { _, _ in
      var body: [UInt8] = []
      for start in stride(from: 0, to: size, by: 9000) {
        let piece = archive[start..<min(start + 9000, size)]
        body += Array("\(String(piece.count, radix: 16))\r\n".utf8) + piece + [13, 10]
      }
      return .status(
        "200 OK", ["Transfer-Encoding: chunked"], body: body + Array("0\r\n\r\n".utf8),
        length: .some(nil))
    },
    Recovery("says that it packed the archive", asks: [nil]) { _, _ in
      .status("200 OK", ["Content-Encoding: gzip"], body: archive)
    },
  ]

  /// A download that can be completed is completed in one call.
  @Test(arguments: recoveries)
  func recovers(_ recovery: Recovery) throws {
    let server = try LoopbackServer(recovery.answer)
    try FetchPlace.with { place in
      let fetched = try place.fetched(
        FetchPlace.source(server.url()), patience: recovery.patience)
      #expect(fetched.size == Self.size)
      #expect(place.names == [DataArchive.folder])
      #expect(server.requests.map(\.rangeStart) == recovery.ranges)
      #expect(server.requests.allSatisfy { $0.fields["accept-encoding"] == "identity" })
    }
  }

  /// A partial file is only continued with the file that it belongs to.
  @Test(arguments: [("ETag: \"a\"", "\"a\""), ("ETag: W/\"a\"", nil), ("Last-Modified: x", "x")])
  func ifRange(_ field: String, _ condition: String?) throws {
    let server = try LoopbackServer { request, number in
      number == 0
        ? .status("200 OK", [field], body: Self.archive, cutAfter: 70_000)
        : .file(Self.archive, to: request, tag: condition)
    }
    try FetchPlace.with { place in
      _ = try place.fetched(FetchPlace.source(server.url()))
      #expect(server.requests[1].fields["if-range"] == condition)
      #expect(server.requests[1].rangeStart == 70_000)
    }
  }

  /// After the last try the partial file is kept, and the next call continues it, but not a call
  /// for another address.
  @Test func laterCalls() throws {
    let server = try LoopbackServer { request, number in
      .file(Self.archive, to: request, cutAfter: number < 4 ? 10_000 : nil)
    }
    try FetchPlace.with { place in
      let error = try place.refusal(FetchPlace.source(server.url()))
      #expect(error.hint == "40000 bytes are kept; run the same command to resume")
      #expect(place.partSize == 40_000)
      let fetched = try place.fetched(FetchPlace.source(server.url()))
      #expect(fetched.resumedFrom == 40_000)
      #expect(server.requests.map(\.rangeStart) == [nil, 10_000, 20_000, 30_000, 40_000])
    }
    try FetchPlace.with { place in
      try Data([UInt8](repeating: 7, count: 5000)).write(to: URL(fileURLWithPath: place.part))
      _ = try place.fetched(FetchPlace.source(server.url("/other")))
      #expect(server.requests.last?.rangeStart == nil)
    }
  }

  /// A file that changed unnoticed is detected by its digest, and not kept.
  @Test func changedUnnoticed() throws {
    let server = try LoopbackServer { request, number in
      .file(
        number == 0 ? Self.other : Self.archive, to: request, tag: nil,
        cutAfter: number == 0 ? 70_000 : nil)
    }
    try FetchPlace.with { place in
      #expect(try place.refusal(FetchPlace.source(server.url())).message.contains("SHA-256"))
      #expect(place.names.isEmpty)
      _ = try place.fetched(FetchPlace.source(server.url()))
    }
  }
}
