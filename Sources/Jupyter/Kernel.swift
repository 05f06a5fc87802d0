import Basics
import CLibrary
import Dispatch
import Synchronization
import TensorFiles

/// The sockets of a kernel, and the threads that serve them.
///
/// Each socket has one thread. Cells run on another, so that the kernel answers questions, interrupts and
/// heartbeats while a cell runs.
final class Kernel: Sendable {
  let queue = ExecutionQueue()
  let publisher: Publisher
  let host: KernelHost
  let requests: Requests
  private let context: ZeroMQContext
  private let shell: Channel
  private let control: Channel
  private let input: StandardInput
  private let heartbeat: ZeroMQSocket
  /// Signalled when the kernel should end, and when the thread that runs the cells has ended.
  private let ending = DispatchSemaphore(value: 0)
  private let runnerEnd = DispatchSemaphore(value: 0)
  /// How long the running cell may take to stop at the end, in milliseconds. A training saves its state then;
  /// Jupyter kills a kernel that takes five seconds.
  private let patience = Atomic(4000)

  /// Deeply nested expressions need a large stack.
  private static let runnerStack = 64 << 20

  /// Listens at the addresses of a connection file.
  init(_ file: ConnectionFile, _ requests: Requests) throws(ZeroMQError) {
    let context = try ZeroMQContext(secretKey: file.secretKey)
    let writer = MessageWriter(key: file.key)
    shell = try Channel(file.shell, name: "shell", writer, context)
    control = try Channel(file.control, name: "control", writer, context)
    publisher = try Publisher(file.iopub, writer, context)
    input = try StandardInput(file.stdin, writer, context)
    heartbeat = try context.listener(.router, at: file.heartbeat)
    host = KernelHost(publisher, input, cancellation: queue.cancellation)
    (self.context, self.requests) = (context, requests)
  }

  /// Serves clients until one of them, a signal, or the end of the parent process ends the kernel.
  ///
  /// - Parameter makeRunner: makes what runs the cells, on the thread that then owns it.
  /// - Throws: `ThreadLimit` if the system allows no more threads.
  func run(
    _ makeRunner:
      @escaping @Sendable (
        _ reply: @escaping @Sendable (WireMessage, String, JSONValue) -> Void
      ) -> CellRunner
  ) throws(ThreadLimit) {
    Self.blockSignals()
    let running = WorkThread(stackSize: Self.runnerStack) { [self] in
      var runner = makeRunner { [shell] in shell.reply(to: $0, $1, $2) }
      runner.run()
      runnerEnd.signal()
    }
    let serving = [
      WorkThread { [self] in publisher.serve() },
      WorkThread { [self] in shell.serve { handle($0, from: shell) } },
      WorkThread { [self] in control.serve { handle($0, from: control) } },
    ]
    let beating = WorkThread { [heartbeat] in
      heartbeat.echo()
      heartbeat.close()
    }
    let watching = [
      WorkThread { [self] in watchParent() }, WorkThread { [self] in watchSignals() },
      WorkThread { [host] in host.native?.serve() },
    ]
    guard let running, let beating, !(serving + watching).contains(where: { $0 == nil }) else {
      throw ThreadLimit()
    }
    running.detach()
    for thread in watching { thread?.detach() }

    ending.wait()
    queue.close()
    let limit = DispatchTime.now() + .milliseconds(patience.load(ordering: .relaxed))
    let hasEnded = runnerEnd.wait(timeout: limit) == .success
    for channel in [shell, control] { channel.end() }
    publisher.end()
    for thread in serving { thread?.wait() }
    context.shutDown()
    beating.wait()
    // The last replies are on their way; a cell that didn't stop in time ends with the program.
    if hasEnded { input.close() }
    usleep(150_000)
  }

  // MARK: - Requests

  private func handle(_ request: WireMessage, from channel: Channel) {
    switch request.type {
    case "execute_request": queue.add(request)
    case "interrupt_request":
      queue.interrupt()
      answer(request, from: channel, "interrupt_reply", ["status": "ok"])
    case "shutdown_request":
      let restarts = request.content["restart"]?.boolValue ?? false
      let content: JSONValue = ["status": "ok", "restart": .boolean(restarts)]
      answer(request, from: channel, "shutdown_reply", content)
      publisher.publish("shutdown_reply", content, parent: request.header)
      ending.signal()
    case "comm_open":
      // There are no widgets here: what a client opens is closed again.
      let id = request.content["comm_id"] ?? ""
      publisher.publish("comm_close", ["comm_id": id, "data": [:]], parent: request.header)
    default:
      guard let (type, content) = requests.reply(to: request) else { return }
      answer(request, from: channel, type, content)
    }
  }

  /// Replies to a request. Clients take the last status for that of the kernel, whichever request it belongs
  /// to, so that of the running cell is published again.
  private func answer(
    _ request: WireMessage, from channel: Channel, _ type: String, _ content: JSONValue
  ) {
    publisher.publish(status: "busy", parent: request.header)
    channel.reply(to: request, type, content)
    queue.whileSteady { running in
      publisher.publish(status: "idle", parent: request.header)
      if let running { publisher.publish(status: "busy", parent: running.header) }
    }
  }

  // MARK: - The end

  /// Ends the kernel when the process that started it has ended.
  private func watchParent() {
    let parent = getppid()
    while getppid() == parent { usleep(200_000) }
    patience.store(500, ordering: .relaxed)
    ending.signal()
  }

  private static var signals: sigset_t {
    var signals = sigset_t()
    sigemptyset(&signals)
    for signal in [SIGINT, SIGTERM, SIGHUP] { sigaddset(&signals, signal) }
    return signals
  }

  /// Leaves signals to the one thread that waits for them; threads that start later inherit this.
  private static func blockSignals() {
    var signals = signals
    pthread_sigmask(SIG_BLOCK, &signals, nil)
    signal(SIGPIPE, SIG_IGN)
  }

  /// SIGINT stops the running cell, as a client's interrupt does; at a terminal it ends the kernel, as the
  /// other signals do.
  private func watchSignals() {
    var signals = Self.signals
    var number: Int32 = 0
    while sigwait(&signals, &number) == 0 {
      if number == SIGINT, isatty(STDIN_FILENO) == 0 {
        queue.interrupt()
      } else {
        ending.signal()
      }
    }
  }
}

/// The system allows no more threads.
struct ThreadLimit: DescribedError {
  let kind = ErrorKind.resource
  let message = "the kernel needs 8 threads, which this system doesn't allow"
}
