/// Passes on what libcurl receives, until a callback throws.
final class HTTPReceiver {
  /// The error that stopped it.
  private(set) var error: (any Error)?

  private let giveHead: (HTTPResponseHead) throws -> Void
  private let giveBytes: (UnsafeRawBufferPointer) throws -> Void
  private var head = HTTPResponseHead()
  private var headSize = 0
  private var hasGivenHead = false

  /// The most bytes of header lines, over all redirections: real servers send less than a tenth of
  /// it.
  private static let largestHead = 1 << 18

  init(
    head: @escaping (HTTPResponseHead) throws -> Void,
    bytes: @escaping (UnsafeRawBufferPointer) throws -> Void
  ) {
    (giveHead, giveBytes) = (head, bytes)
  }

  /// The receiver in a callback's context.
  static func at(_ context: UnsafeMutableRawPointer?) -> HTTPReceiver {
    guard let context else { preconditionFailure("libcurl was given a receiver and lost it.") }
    return Unmanaged<HTTPReceiver>.fromOpaque(context).takeUnretainedValue()
  }

  /// Takes a header line.
  ///
  /// - Returns: the bytes taken; 0 stops the transfer.
  func take(line: UnsafeRawBufferPointer) -> Int {
    headSize += line.count
    // Header lines after the body (trailers) are ignored.
    guard !hasGivenHead else { return headSize > Self.largestHead ? 0 : line.count }
    return attempt(line.count) {
      guard headSize <= Self.largestHead else {
        throw ImageError("the server sends too many header lines")
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

  /// Passes on the head of a response without a body.
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
