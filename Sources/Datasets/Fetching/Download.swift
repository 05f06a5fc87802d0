import Digests
import Foundation
import Tensors

/// The way of an archive into a `PartFile`: as many requests as it takes, each going on where the one
/// before broke off.
struct Download {
  /// What is fetched.
  let source: DataSource
  /// Tries in a row that may bring less than a megabyte.
  var attempts = 4
  /// The wait between two tries.
  var pause: Duration = .seconds(1)
  /// Seconds without a byte after which a connection counts as broken.
  var patience = 60

  /// Fetches what is missing of the part.
  ///
  /// - Throws: `ImageError`, after which the part holds what another call can go on from; `Cancelled`.
  func run(
    into part: PartFile, cancellation: Cancellation, report: (FetchProgress) -> Void
  ) throws {
    if !isComplete(part) { try forgetUnknown(part) }
    var failures = 0
    while !isComplete(part) {
      let before = part.count
      do {
        try request(into: part, cancellation: cancellation, report: report)
      } catch let broken as BrokenTransfer {
        failures = part.count - before >= 1_000_000 ? 1 : failures + 1
        guard failures < attempts else {
          throw ImageError(
            "\(source.shownURL): \(broken.reason)",
            hint: part.count == 0
              ? "try again later"
              : "\(part.count) bytes are kept: the same again goes on from there")
        }
        report(FetchProgress(.waiting(reason: broken.reason), part.count, of: source.size))
        try wait(cancellation)
      }
    }
  }

  /// Whether all has arrived.
  private func isComplete(_ part: PartFile) -> Bool {
    if let size = source.size { return part.count == size }
    guard let memo = part.memo, memo.address == address else { return false }
    return part.count > 0 && memo.total == part.count
  }

  /// A part that came from elsewhere, or that is too long, is of no use.
  private func forgetUnknown(_ part: PartFile) throws(ImageError) {
    guard part.count > 0 else { return }
    if part.memo?.address != address || part.count > limit { try part.restart() }
  }

  private func request(
    into part: PartFile, cancellation: Cancellation, report: (FetchProgress) -> Void
  ) throws {
    let memo = part.memo
    var total = source.size
    var stage = FetchProgress.Stage.connecting
    let transfer = HTTPTransfer(
      url: source.url, offset: part.count, validator: memo?.validator, patience: patience)
    try transfer.run(
      cancellation: cancellation,
      head: { head in
        total = try accept(head, part, memo) ?? total
        try part.note(PartFile.Memo(address: address, validator: head.validator, total: total))
        stage = .downloading
      },
      bytes: { bytes in
        guard bytes.count <= limit - part.count else {
          part.remove()
          throw ImageError(
            "\(source.shownURL): the server sends more than \(limit) bytes",
            hint: "that is not the archive; what came was removed")
        }
        try part.append(bytes)
      },
      tick: { report(FetchProgress(stage, part.count, of: total)) })
    if let total, part.count < total {
      throw BrokenTransfer(reason: "the server ended after \(part.count) of \(total) bytes")
    }
    // Nobody told the length, and the server ended in good order: this is all.
    try part.note(
      PartFile.Memo(address: address, validator: part.memo?.validator, total: part.count))
  }

  /// Looks at what the server is about to send, and makes the part ready for it.
  ///
  /// - Returns: the length of the whole, where the server tells it.
  private func accept(
    _ head: HTTPResponseHead, _ part: PartFile, _ memo: PartFile.Memo?
  ) throws -> Int? {
    let total: Int?
    switch head.status {
    case 200:
      // Asked for a part, the server sends all: it cannot send parts, or the file has changed.
      if part.count > 0 { try part.restart() }
      total = head.contentLength
    case 206:
      guard part.count > 0, let range = head.contentRange, range.first == part.count,
        memo?.validator == nil || head.validator == nil || head.validator == memo?.validator
      else {
        try part.restart()
        throw BrokenTransfer(reason: "the server sent another part than was asked for")
      }
      total = range.total ?? head.contentLength.map { range.first + $0 }
    case 416:
      try part.restart()
      throw BrokenTransfer(reason: "the server's file has become shorter")
    case 408, 425, 429, 500...599:
      throw BrokenTransfer(reason: "the server answers with status \(head.status)")
    case 401, 403, 407:
      throw ImageError(
        "\(source.shownURL): the server refuses: HTTP status \(head.status)",
        hint: head.status == 407 ? "the proxy in http_proxy wants a name and a password" : "")
    default:
      throw ImageError(
        "\(source.shownURL): HTTP status \(head.status)"
          + ([404, 410].contains(head.status) ? ": there is no such file" : ""),
        hint: "is the address right? --url names another server")
    }
    try check(head, total)
    return total
  }

  private func check(_ head: HTTPResponseHead, _ total: Int?) throws(ImageError) {
    guard !head.isWebPage else {
      throw ImageError(
        "\(source.shownURL): the server sends a web page instead of the archive",
        hint: "does the network ask one to sign in first? --url names another server")
    }
    guard let total else { return }
    if let size = source.size, total != size {
      throw ImageError(
        "\(source.shownURL): the server's file has \(total) bytes instead of \(size)",
        hint: "it is not the archive; --url names another server")
    }
    if total > limit {
      throw ImageError(
        "\(source.shownURL): the server's file has \(total) bytes, more than the \(limit) allowed",
        hint: "that is not the archive")
    }
  }

  private var limit: Int { source.size ?? DataSource.largestUnknown }

  private var address: String { SHA256.digits(of: Array(source.url.utf8)) }

  private func wait(_ cancellation: Cancellation) throws {
    let end = ContinuousClock.now + pause
    while .now < end {
      try cancellation.check()
      usleep(20_000)
    }
  }
}
