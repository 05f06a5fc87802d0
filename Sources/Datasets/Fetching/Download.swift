import Digests
import Foundation
import Tensors

/// Downloads an archive into a `PartFile`, with as many requests as needed; each continues where
/// the one before broke off.
struct Download {
  /// What to fetch.
  let source: DataSource
  /// How many tries in a row may bring less than a megabyte.
  var attempts = 4
  /// The wait between two tries.
  var pause: Duration = .seconds(1)
  /// Seconds without a byte after which a connection counts as broken.
  var patience = 60

  /// Fetches what is missing.
  ///
  /// - Throws: `ImageError`, after which another call can continue; `Cancelled`.
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
              : "\(part.count) bytes are kept; run the same command to resume")
        }
        report(FetchProgress(.waiting(reason: broken.reason), part.count, of: source.size))
        try wait(cancellation)
      }
    }
  }

  /// Whether the part is complete.
  private func isComplete(_ part: PartFile) -> Bool {
    if let size = source.size { return part.count == size }
    guard let memo = part.memo, memo.address == address else { return false }
    return part.count > 0 && memo.total == part.count
  }

  /// Drops a part from another address, or one that is too long.
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
            hint: "that isn't the archive; the download was removed")
        }
        try part.append(bytes)
      },
      tick: { report(FetchProgress(stage, part.count, of: total)) })
    if let total, part.count < total {
      throw BrokenTransfer(reason: "the server stopped after \(part.count) of \(total) bytes")
    }
    // The length is unknown and the server ended normally, so this is all.
    try part.note(
      PartFile.Memo(address: address, validator: part.memo?.validator, total: part.count))
  }

  /// Checks what the server is about to send, and prepares the part for it.
  ///
  /// - Returns: the length of the whole, if the server gives it.
  private func accept(
    _ head: HTTPResponseHead, _ part: PartFile, _ memo: PartFile.Memo?
  ) throws -> Int? {
    let total: Int?
    switch head.status {
    case 200:
      // Asked for the rest, the server sends everything: it can't send parts, or the file has
      // changed.
      if part.count > 0 { try part.restart() }
      total = head.contentLength
    case 206:
      guard part.count > 0, let range = head.contentRange, range.first == part.count,
        memo?.validator == nil || head.validator == nil || head.validator == memo?.validator
      else {
        try part.restart()
        throw BrokenTransfer(reason: "the server sent the wrong part of the file")
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
        hint: head.status == 407 ? "the proxy in http_proxy needs a name and a password" : "")
    default:
      throw ImageError(
        "\(source.shownURL): HTTP status \(head.status)"
          + ([404, 410].contains(head.status) ? ": the file doesn't exist" : ""),
        hint: "is the address right? --url names another server")
    }
    try check(head, total)
    return total
  }

  private func check(_ head: HTTPResponseHead, _ total: Int?) throws(ImageError) {
    guard !head.isWebPage else {
      throw ImageError(
        "\(source.shownURL): the server sends a web page instead of the archive",
        hint: "does the network require signing in? --url names another server")
    }
    guard let total else { return }
    if let size = source.size, total != size {
      throw ImageError(
        "\(source.shownURL): the server's file has \(total) bytes instead of \(size)",
        hint: "it isn't the archive; --url names another server")
    }
    if total > limit {
      throw ImageError(
        "\(source.shownURL): the server's file has \(total) bytes, more than the \(limit) allowed",
        hint: "that isn't the archive")
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
