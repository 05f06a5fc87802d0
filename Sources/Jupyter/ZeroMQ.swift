#if Jupyter
  import Basics
  import CZeroMQ

  /// The sockets of one program. A context may be used by any thread, as libzmq documents.
  final class ZeroMQContext: Sendable {
    nonisolated(unsafe) private let handle: UnsafeMutableRawPointer
    private let secretKey: String?

    /// A context with one thread for input and output.
    ///
    /// - Parameter secretKey: the key with which sockets that listen encrypt; nil for no encryption.
    init(secretKey: String? = nil) throws(ZeroMQError) {
      guard secretKey == nil || zmq_has("curve") == 1 else { throw ZeroMQError(missing: "CURVE") }
      guard let handle = zmq_ctx_new() else { throw ZeroMQError("no context") }
      (self.handle, self.secretKey) = (handle, secretKey)
    }

    /// Whether a text has the form of a CURVE key: 32 bytes in Z85.
    static func isKey(_ text: String) -> Bool {
      var bytes = [UInt8](repeating: 0, count: 32)
      return text.utf8.count == 40 && zmq_z85_decode(&bytes, text) != nil
    }

    /// A socket that clients connect to, encrypted if the context has a key.
    func listener(
      _ kind: ZeroMQSocket.Kind, at address: String
    ) throws(ZeroMQError) -> ZeroMQSocket {
      let socket = try socket(kind)
      if let secretKey { try socket.encrypt(secretKey) }
      try socket.bind(address)
      return socket
    }

    /// A socket that keeps every message until it is sent.
    func socket(_ kind: ZeroMQSocket.Kind) throws(ZeroMQError) -> ZeroMQSocket {
      let type =
        switch kind {
        case .router: ZMQ_ROUTER
        case .dealer: ZMQ_DEALER
        case .publisher: ZMQ_XPUB
        case .subscriber: ZMQ_SUB
        case .push: ZMQ_PUSH
        case .pull: ZMQ_PULL
        }
      guard let socket = zmq_socket(handle, type) else { throw ZeroMQError("no socket") }
      return ZeroMQSocket(socket, kind)
    }

    /// Ends the waiting of all sockets: each call of theirs returns nil from now on.
    func shutDown() { zmq_ctx_shutdown(handle) }

    /// Waits until every socket is closed and its last messages are sent, for at most a second.
    func end() { while zmq_ctx_term(handle) != 0, zmq_errno() == EINTR {} }
  }

  /// A socket, which sends and receives messages of one or more frames. It is closed with its last
  /// reference.
  ///
  /// Unchecked, because one thread at a time uses a socket: the main thread binds it and hands it to the
  /// one thread that uses it from then on, and starting a thread is the memory barrier that libzmq asks for.
  /// Sockets that several threads push to are behind a `Mutex`.
  final class ZeroMQSocket: @unchecked Sendable {
    /// The socket types that the kernel uses.
    enum Kind { case router, dealer, publisher, subscriber, push, pull }

    private var handle: UnsafeMutableRawPointer?

    fileprivate init(_ handle: UnsafeMutableRawPointer, _ kind: Kind) {
      self.handle = handle
      // Nothing is dropped while a client is slow, and the end of the program waits for a second.
      set(ZMQ_SNDHWM, 0)
      set(ZMQ_RCVHWM, 0)
      set(ZMQ_LINGER, 1000)
      switch kind {
      // A client that reconnects takes over its old identity. Without a client of that identity, sending fails.
      case .router:
        set(ZMQ_ROUTER_HANDOVER, 1)
        set(ZMQ_ROUTER_MANDATORY, 1)
      // Every subscription is reported, also the second to the same topic.
      case .publisher: set(ZMQ_XPUB_VERBOSE, 1)
      // An empty topic is part of every topic.
      case .subscriber: zmq_setsockopt(handle, ZMQ_SUBSCRIBE, "", 0)
      case .dealer, .push, .pull: break
      }
    }

    deinit { close() }

    private func set(_ option: Int32, _ value: Int32) {
      var value = value
      zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
    }

    /// Encrypts with CURVE, as a server with this key.
    fileprivate func encrypt(_ secretKey: String) throws(ZeroMQError) {
      set(ZMQ_CURVE_SERVER, 1)
      guard zmq_setsockopt(handle, ZMQ_CURVE_SECRETKEY, secretKey, secretKey.utf8.count) == 0 else {
        throw ZeroMQError("can't encrypt")
      }
    }

    /// Sends the last messages in the background, and frees the socket.
    func close() {
      if let handle { zmq_close(handle) }
      handle = nil
    }

    /// Listens at an address, as `tcp://127.0.0.1:5555`.
    func bind(_ address: String) throws(ZeroMQError) {
      guard zmq_bind(handle, address) == 0 else {
        throw ZeroMQError("can't listen at \(address)")
      }
    }

    /// Connects to an address that somebody listens at, or will.
    func connect(_ address: String) throws(ZeroMQError) {
      guard zmq_connect(handle, address) == 0 else {
        throw ZeroMQError("can't connect to \(address)")
      }
    }

    /// Sends a message.
    ///
    /// - Returns: false if the context has been shut down, or no client is connected where it should go.
    @discardableResult
    func send(_ frames: [[UInt8]]) -> Bool {
      for (place, frame) in frames.enumerated() {
        let flags = place + 1 < frames.count ? ZMQ_SNDMORE : 0
        while zmq_send(handle, frame, frame.count, flags) < 0 {
          if zmq_errno() != EINTR { return false }
        }
      }
      return true
    }

    /// The next message; nil if there is none, or if the context has been shut down.
    ///
    /// - Parameter waits: whether to wait for one.
    func receive(waits: Bool = true) -> [[UInt8]]? {
      var frames: [[UInt8]] = []
      var hasMore = true
      while hasMore {
        var message = zmq_msg_t()
        zmq_msg_init(&message)
        defer { zmq_msg_close(&message) }
        while zmq_msg_recv(&message, handle, waits || !frames.isEmpty ? 0 : ZMQ_DONTWAIT) < 0 {
          if zmq_errno() != EINTR { return nil }
        }
        let bytes = UnsafeRawBufferPointer(
          start: zmq_msg_data(&message), count: zmq_msg_size(&message))
        frames.append(Array(bytes))
        hasMore = zmq_msg_more(&message) == 1
      }
      return frames
    }

    /// Waits until one of the sockets has a message.
    ///
    /// - Parameter milliseconds: how long to wait at most; −1 waits forever.
    /// - Returns: for each socket whether it has a message; nil if the context has been shut down.
    static func wait(_ sockets: [ZeroMQSocket], milliseconds: Int = -1) -> [Bool]? {
      var items = sockets.map {
        zmq_pollitem_t(socket: $0.handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0)
      }
      while zmq_poll(&items, Int32(items.count), milliseconds) < 0 {
        if zmq_errno() != EINTR { return nil }
      }
      return items.map { $0.revents & Int16(ZMQ_POLLIN) != 0 }
    }

    /// Sends every message back to where it came from, until the context is shut down.
    func echo() { zmq_proxy(handle, handle, nil) }
  }

  /// A failure of libzmq, with the library's reason.
  struct ZeroMQError: DescribedError {
    let kind = ErrorKind.resource
    let message: String

    fileprivate init(missing part: String) {
      message = "this libzmq was built without \(part), which the connection file asks for"
    }

    fileprivate init(_ what: String) {
      message = "ZeroMQ: \(what): \(String(cString: zmq_strerror(zmq_errno())))"
    }
  }
#endif
