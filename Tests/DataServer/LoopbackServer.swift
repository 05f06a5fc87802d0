import Foundation
import Synchronization

/// An HTTP server on the loopback interface whose answers are determined by a test, and may be
/// wrong.
public final class LoopbackServer: Sendable {
  /// A client's request.
  public struct Request: Sendable {
    /// The target of the GET request.
    public let target: String
    /// The header fields, with names in lower case.
    public let fields: [String: String]

    /// The first byte of the requested range, if any.
    public var rangeStart: Int? {
      guard let range = fields["range"], range.hasPrefix("bytes="), range.hasSuffix("-") else {
        return nil
      }
      return Int(range.dropFirst(6).dropLast())
    }
  }

  /// The bytes that the server sends.
  public struct Answer: Sendable {
    /// Everything before the body, up to the empty line. If empty, nothing is sent at all.
    public var head: String
    /// The body; empty by default.
    public var body: [UInt8]
    /// The number of bytes of the body to send before closing the connection; nil for all.
    public var cutAfter: Int?
    /// Whether the connection stays open, without further bytes, until the client gives up.
    public var stalls = false

    /// Creates an answer from its parts.
    public init(head: String, body: [UInt8] = [], cutAfter: Int? = nil, stalls: Bool = false) {
      (self.head, self.body, self.cutAfter, self.stalls) = (head, body, cutAfter, stalls)
    }

    /// An answer with this status.
    ///
    /// - Parameters:
    ///   - status: such as `404 Not Found`.
    ///   - fields: further header lines.
    ///   - length: the Content-Length, if it differs from the actual one; `.some(nil)` leaves it
    ///     out.
    public static func status(
      _ status: String, _ fields: [String] = [], body: [UInt8] = [], length: Int?? = nil,
      cutAfter: Int? = nil
    ) -> Answer {
      var lines = ["HTTP/1.1 \(status)", "Connection: close"] + fields
      switch length {
      case nil: lines.append("Content-Length: \(body.count)")
      case .some(nil): break
      case .some(let length?): lines.append("Content-Length: \(length)")
      }
      return Answer(head: lines.joined(separator: "\r\n"), body: body, cutAfter: cutAfter)
    }

    /// The answer of a correct server that supports ranges.
    public static func file(
      _ bytes: [UInt8], to request: Request, tag: String? = "\"one\"", cutAfter: Int? = nil
    ) -> Answer {
      let tags = tag.map { ["ETag: \($0)"] } ?? []
      let condition = request.fields["if-range"]
      guard let first = request.rangeStart, condition == nil || condition == tag else {
        return status("200 OK", tags, body: bytes, cutAfter: cutAfter)
      }
      guard first < bytes.count else { return status("416 Range Not Satisfiable") }
      return status(
        "206 Partial Content",
        tags + ["Content-Range: bytes \(first)-\(bytes.count - 1)/\(bytes.count)"],
        body: Array(bytes[first...]), cutAfter: cutAfter)
    }
  }

  /// The port that the server listens on.
  public let port: UInt16

  private let listener: Int32
  private let answer: @Sendable (Request, Int) -> Answer
  private let heard = Mutex<[Request]>([])

  /// Starts a server.
  ///
  /// - Parameter answer: returns the answer to a request; the number counts requests from 0.
  public init(_ answer: @escaping @Sendable (Request, Int) -> Answer) throws {
    #if canImport(Darwin)
      listener = socket(AF_INET, SOCK_STREAM, 0)
    #else
      listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = in_addr_t(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    // Programs started by the tests must not keep the port open.
    _ = fcntl(listener, F_SETFD, FD_CLOEXEC)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound else { throw CocoaError(.featureUnsupported) }
    port = UInt16(bigEndian: address.sin_port)
    self.answer = answer
    Foundation.signal(SIGPIPE, SIG_IGN)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 && errno == EINTR { continue }
        guard connection >= 0 else {
          close(listener)
          return
        }
        _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
        guard let server = self else {
          close(connection)
          continue
        }
        Thread.detachNewThread { server.serve(connection) }
      }
    }
  }

  // Wakes up the accepting thread, which closes the socket.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The URL of a file on the server.
  public func url(_ path: String = "/archive.tar.gz") -> String {
    "http://127.0.0.1:\(port)\(path)"
  }

  /// The requests so far.
  public var requests: [Request] { heard.withLock { $0 } }

  private func serve(_ connection: Int32) {
    defer { close(connection) }
    guard let request = Self.readRequest(connection) else { return }
    let number = heard.withLock { heard in
      heard.append(request)
      return heard.count - 1
    }
    let answer = answer(request, number)
    if !answer.head.isEmpty { Self.send(Array((answer.head + "\r\n\r\n").utf8), connection) }
    Self.send(Array(answer.body.prefix(answer.cutAfter ?? answer.body.count)), connection)
    // Ends the answer; the client has everything, or has stopped reading.
    if !answer.stalls { shutdown(connection, Int32(SHUT_WR)) }
    var byte: UInt8 = 0
    while recv(connection, &byte, 1, 0) > 0 {}
  }

  private static func readRequest(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !String(decoding: bytes, as: UTF8.self).contains("\r\n\r\n") {
      let count = recv(connection, &buffer, buffer.count, 0)
      // Reject clients that start a TLS handshake.
      guard count > 0, buffer[0] != 0x16 else { return nil }
      bytes += buffer[..<count]
    }
    let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ")
    guard words.count > 1 else { return nil }
    var fields: [String: String] = [:]
    for line in lines.dropFirst() {
      let parts = line.split(separator: ":", maxSplits: 1)
      if parts.count == 2 {
        fields[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
    }
    return Request(target: String(words[1]), fields: fields)
  }

  private static func send(_ bytes: [UInt8], _ connection: Int32) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(connection, $0.baseAddress, $0.count) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }
}
