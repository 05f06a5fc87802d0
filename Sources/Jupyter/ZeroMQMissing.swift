#if !Jupyter
  import Basics

  /// In a build without ZeroMQ there are no sockets: the kernel says so and ends.
  final class ZeroMQContext: Sendable {
    init(secretKey: String? = nil) throws(ZeroMQError) { throw ZeroMQError() }
    static func isKey(_ text: String) -> Bool { true }
    func listener(
      _ kind: ZeroMQSocket.Kind, at address: String
    ) throws(ZeroMQError) -> ZeroMQSocket { throw ZeroMQError() }
    func socket(_ kind: ZeroMQSocket.Kind) throws(ZeroMQError) -> ZeroMQSocket {
      throw ZeroMQError()
    }
    func shutDown() {}
    func end() {}
  }

  /// A socket that no context can make.
  final class ZeroMQSocket: Sendable {
    enum Kind { case router, dealer, publisher, subscriber, push, pull }
    private init() {}
    func close() {}
    func bind(_ address: String) throws(ZeroMQError) {}
    func connect(_ address: String) throws(ZeroMQError) {}
    @discardableResult func send(_ frames: [[UInt8]]) -> Bool { false }
    func receive(waits: Bool = true) -> [[UInt8]]? { nil }
    static func wait(_ sockets: [ZeroMQSocket], milliseconds: Int = -1) -> [Bool]? { nil }
    func echo() {}
  }

  /// This program can't be a kernel.
  struct ZeroMQError: DescribedError {
    let kind = ErrorKind.usage
    let message = "this alexnet was built without Jupyter"
    var hint: String? { "build it without --disable-default-traits, which needs libzmq3-dev" }
  }
#endif
