import Testing

@testable import Datasets

/// Sources of data, and the description that a server sends.
@Suite struct DataSourceTests {
  private static let digest = String(repeating: "aB", count: 32)

  @Test(
    arguments: [
      ("http://host/x.tar.gz", digest, nil),
      ("HTTPS://host:8080/x?y=z", nil, nil),
      ("http://host/x", "abc", "'abc' isn't a SHA-256 digest"),
      ("http://host/x", String(repeating: "g", count: 64), "isn't a SHA-256 digest"),
      ("http://host/x", "", "'' isn't a SHA-256 digest"),
      ("ftp://host/x", nil, "can't fetch from the address 'ftp://host/x'"),
      ("file:///etc/passwd", nil, "can't fetch from the address"),
      ("http:host/x", nil, "can't fetch from the address"),
      ("host/x", nil, "can't fetch from the address"),
      ("", nil, "can't fetch from the address"),
      ("http://host/a b", nil, "can't fetch from the address"),
      ("http://host/a\r\nX: y", nil, "can't fetch from the address"),
      ("ftp://me:secret@host/x", nil, "the address 'ftp://host/x'"),
    ] as [(String, String?, String?)])
  func mirrors(_ url: String, _ digest: String?, _ message: String?) {
    var mirror: DataSource?
    let error = imageError { () throws(ImageError) in
      mirror = try DataSource.cifar10.mirrored(at: url, digest: digest)
    }
    #expect((error == nil) == (message == nil), "\(error?.message ?? "")")
    if let message { #expect(error?.message.contains(message) == true, "\(error?.message ?? "")") }
    if let mirror {
      #expect(mirror.url == url && mirror.digest == digest?.lowercased() && mirror.size == nil)
    }
  }

  /// A copy of the usual archive has the same length.
  @Test func copies() throws {
    let official = DataSource.cifar10
    let copy = try official.mirrored(at: "http://host/x", digest: official.digest)
    #expect(copy.size == 170_052_171)
    #expect(
      try official.mirrored(at: "http://me:secret@host/x", digest: nil).shownURL == "http://host/x")
  }

  @Test(
    arguments: [
      (["HTTP/1.1 200 OK", "Content-Length: 12", "ETag: \"a\""], 200, 12, nil, nil, "\"a\""),
      (["HTTP/2 206", "content-range: bytes 5-9/10", "etag: W/\"a\""], 206, nil, 5, 10, nil),
      (
        ["HTTP/1.1 206 x", "Content-Range: Bytes 5-9/*", "Last-Modified: t"], 206, nil, 5, nil, "t"
      ),
      (
        ["HTTP/1.1 206 x", "Content-Range: bytes 5-9", "Content-Length: 1x"], 206, nil, nil, nil,
        nil
      ),
      (["HTTP/1.1 206 x", "Content-Range: bytes -9/10"], 206, nil, nil, nil, nil),
      (["HTTP/1.1 206 x", "Content-Range: items 5-9/10"], 206, nil, nil, nil, nil),
      (["HTTP/1.1 200 x", "Content-Length: 99999999999999999999"], 200, nil, nil, nil, nil),
      (["HTTP/1.1 302 x", "Content-Length: 3", "HTTP/1.1 200 OK"], 200, nil, nil, nil, nil),
      (["HTTP/1.1", "Content-Length:", ":", "x", ""], 0, nil, nil, nil, nil),
      (["Content-Length: 3"], 0, 3, nil, nil, nil),
    ] as [([String], Int, Int?, Int?, Int?, String?)])
  func heads(
    _ lines: [String], _ status: Int, _ length: Int?, _ first: Int?, _ total: Int?,
    _ validator: String?
  ) {
    var head = HTTPResponseHead()
    for line in lines { head.add(line + "\r\n") }
    #expect(head.status == status)
    #expect(head.contentLength == length)
    #expect(head.contentRange?.first == first)
    #expect(head.contentRange?.total == total)
    #expect(head.validator == validator)
  }
}
