import Basics
import CCurl
import Tensors

/// The connection broke. The bytes received are good, and another try can continue after them.
struct BrokenTransfer: DescribedError {
  /// What happened, in a few words.
  let reason: String

  var kind: ErrorKind { .file }
  var message: String { reason }
}

/// One HTTP request with libcurl, whose response is passed on piece by piece. libcurl respects
/// `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy`.
struct HTTPTransfer {
  /// The address.
  var url: String
  /// The first byte to request.
  var offset = 0
  /// The version of the file that the first `offset` bytes belong to; if it has changed, the server
  /// sends all of it.
  var validator: String?
  /// Seconds without a byte after which the connection counts as broken.
  var patience = 60

  /// How long Ctrl-C may wait for the network, in milliseconds.
  private static let poll: Int32 = 40

  /// Runs the request.
  ///
  /// - Parameters:
  ///   - cancellation: polled all the time, also while no bytes arrive.
  ///   - head: called once with the response's head.
  ///   - bytes: called with each piece.
  ///   - tick: called many times a second.
  /// - Throws: `BrokenTransfer`, `Cancelled`, `ImageError`, or what `head` and `bytes` throw.
  func run(
    cancellation: Cancellation, head: (HTTPResponseHead) throws -> Void,
    bytes: (UnsafeRawBufferPointer) throws -> Void, tick: () -> Void
  ) throws {
    guard Self.isReady, let multi = curl_multi_init() else { throw Self.outOfMemory }
    defer { curl_multi_cleanup(multi) }
    guard let easy = curl_easy_init() else { throw Self.outOfMemory }
    defer { curl_easy_cleanup(easy) }
    var reason = [CChar](repeating: 0, count: Int(CURL_ERROR_SIZE))

    try withoutActuallyEscaping(head) { head in
      try withoutActuallyEscaping(bytes) { bytes in
        let receiver = HTTPReceiver(head: head, bytes: bytes)
        try reason.withUnsafeMutableBufferPointer { reason in
          let lines = setUp(easy, receiver, reason.baseAddress)
          defer { curl_slist_free_all(lines) }
          curl_multi_add_handle(multi, easy)
          defer { curl_multi_remove_handle(multi, easy) }
          let result = try withExtendedLifetime(receiver) {
            try perform(multi, cancellation: cancellation, tick: tick)
          }
          if let error = receiver.error { throw error }
          guard result == CURLE_OK else { throw failure(result, text(of: Array(reason))) }
          try receiver.finish()
        }
      }
    }
  }

  private func perform(
    _ multi: UnsafeMutableRawPointer, cancellation: Cancellation, tick: () -> Void
  ) throws -> CURLcode {
    var running: Int32 = 1
    while true {
      try cancellation.check()
      guard curl_multi_perform(multi, &running) == CURLM_OK else { throw Self.outOfMemory }
      tick()
      if running == 0 { break }
      curl_multi_poll(multi, nil, 0, Self.poll, nil)
    }
    var waiting: Int32 = 0
    while let message = curl_multi_info_read(multi, &waiting) {
      if message.pointee.msg == CURLMSG_DONE { return curl_message_result(message) }
    }
    return CURLE_OK
  }

  /// Configures libcurl.
  ///
  /// - Returns: the header lines, to be freed after the transfer.
  private func setUp(
    _ easy: UnsafeMutableRawPointer, _ receiver: HTTPReceiver,
    _ reason: UnsafeMutablePointer<CChar>?
  ) -> UnsafeMutablePointer<curl_slist>? {
    let isSecure = url.lowercased().hasPrefix("https:")
    let secure = Int(CURLPROTO_HTTPS)
    let either = Int(CURLPROTO_HTTP) | secure
    curl_set_text(easy, CURLOPT_URL, url)
    for (option, value) in [
      (CURLOPT_PROTOCOLS, either),
      // A redirection must not lead from https to http.
      (CURLOPT_REDIR_PROTOCOLS, isSecure ? secure : either),
      (CURLOPT_FOLLOWLOCATION, 1), (CURLOPT_MAXREDIRS, 10), (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_SUPPRESS_CONNECT_HEADERS, 1), (CURLOPT_CONNECTTIMEOUT, 30),
      (CURLOPT_LOW_SPEED_LIMIT, 1), (CURLOPT_LOW_SPEED_TIME, patience),
    ] {
      curl_set_number(easy, option, value)
    }
    curl_set_quick_exit(easy)
    curl_set_text(easy, CURLOPT_USERAGENT, "alexnet")
    curl_set_pointer(easy, CURLOPT_ERRORBUFFER, reason)

    // The archive is already compressed; with another compression by the server, the bytes would
    // differ from the file's.
    var lines = curl_slist_append(nil, "Accept-Encoding: identity")
    if offset > 0 {
      curl_set_text(easy, CURLOPT_RANGE, "\(offset)-")
      if let validator { lines = curl_slist_append(lines, "If-Range: \(validator)") }
    }
    curl_set_list(easy, CURLOPT_HTTPHEADER, lines)

    let context = Unmanaged.passUnretained(receiver).toOpaque()
    curl_set_receiver(easy, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
      HTTPReceiver.at(context).take(line: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    curl_set_pointer(easy, CURLOPT_HEADERDATA, context)
    curl_set_receiver(easy, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
      HTTPReceiver.at(context).take(
        bytes: UnsafeRawBufferPointer(start: bytes, count: size * count))
    }
    curl_set_pointer(easy, CURLOPT_WRITEDATA, context)
    return lines
  }

  /// The error for a result other than success.
  private func failure(_ code: CURLcode, _ reason: String) -> any Error {
    let words = reason.isEmpty ? String(cString: curl_easy_strerror(code)) : reason
    switch code {
    case CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR, CURLE_GOT_NOTHING,
      CURLE_OPERATION_TIMEDOUT, CURLE_HTTP2, CURLE_HTTP2_STREAM:
      return BrokenTransfer(reason: words)
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT:
      return ImageError(
        "no connection: \(words)",
        hint: "check the network; if it needs a proxy, set http_proxy and https_proxy")
    case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT_BADFILE:
      return ImageError(
        "no secure connection: \(words)",
        hint: "are the system's certificates installed (ca-certificates) and its clock right?")
    default:
      return ImageError("the server's response can't be used: \(words)")
    }
  }

  private static let outOfMemory = ImageError("not enough memory for a connection")

  /// libcurl's one-time set-up.
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK
}
