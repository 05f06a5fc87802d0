/// Takes what libcurl receives and hands it on, until somebody throws.
final class HTTPReceiver {
  /// What stopped it.
  private(set) var error: (any Error)?

  private let giveHead: (HTTPResponseHead) throws -> Void
  private let giveBytes: (UnsafeRawBufferPointer) throws -> Void
  private var head = HTTPResponseHead()
  private var headSize = 0
  private var hasGivenHead = false

  /// The most bytes of header lines, over all redirections: none sends a tenth of it.
  private static let largestHead = 1 << 18

  init(
    head: @escaping (HTTPResponseHead) throws -> Void,
    bytes: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) {
    (giveHead, giveBytes) = (head, bytes)
  }

  /// The receiver that a callback's context is.
  static func at(_ context: UnsafeMutableRawPointer?) -> HTTPReceiver {
    guard let context else { preconditionFailure("libcurl was given a receiver and lost it.") }
    return Unmanaged<HTTPReceiver>.fromOpaque(context).takeUnretainedValue()
  }

  /// Takes a header line.
  ///
  /// - Returns: the bytes taken; 0 stops the transfer.
  func take(line: UnsafeRawBufferPointer) -> Int {
    headSize += line.count
    // What comes after the body, as trailers do, says nothing about it any more.
    guard !hasGivenHead else { return headSize > Self.largestHead ? 0 : line.count }
    return attempt(line.count) {
      guard headSize <= Self.largestHead else {
        throw ImageError("the server sends header lines without end")
      }
      head.add(String(decoding: line, as: UTF8.self))
    }
  }

  /// Takes a piece of the body.
  ///
  /// - Returns: the bytes taken; fewer stop the transfer.
  func take(bytes: UnsafeRawBufferPointer) -> Int {
    guard !bytes.isEmpty else { return 0 }
    return attempt(bytes.count) {
      try finish()
      try giveBytes(bytes)
    }
  }

  /// Hands the head on, if no body has come to make it do so.
  func finish() throws {
    guard !hasGivenHead else { return }
    hasGivenHead = true
    try giveHead(head)
  }

  private func attempt(_ count: Int, _ work: () throws -> Void) -> Int {
    guard error == nil else { return 0 }
    do {
      try work()
      return count
    } catch {
      self.error = error
      return 0
    }
  }
}
