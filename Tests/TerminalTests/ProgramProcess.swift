import Foundation

/// The built program with pipes as standard streams, in a separate folder.
final class ProgramProcess {
  /// What was expected and didn't happen.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The program's output so far.
  private(set) var output: [UInt8] = [], errors: [UInt8] = []

  /// The program's process.
  let process: pid_t
  private var status: Int32?
  private var input: Int32, outputs: [Int32]
  private var unsent: ArraySlice<UInt8>

  /// Programs are started one at a time, so that none inherits another's pipes.
  private static let starting: NSLock = {
    // A program that ends before reading all its input would end the tests too.
    Foundation.signal(SIGPIPE, SIG_IGN)
    return NSLock()
  }()

  /// Starts the program.
  ///
  /// - Parameters:
  ///   - input: the contents of standard input.
  ///   - environment: variables to set in addition to the usual ones; nil unsets one.
  ///   - shell: a command line for the shell that starts the program as `"$0" "$@"`.
  ///   - program: the program; the one that was built with the tests if nil.
  init(
    _ arguments: [String], input text: [UInt8] = [], environment: [String: String?] = [:],
    shell: String? = nil, home: String = "/nonexistent", program: String? = nil
  ) throws {
    var variables: [String: String] = [
      "HOME": home, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
      "ALEXNET_HISTORY": "", "ALEXNET_PROGRESS": "",
    ]
    for (name, value) in environment { variables[name] = value }
    let program = try program ?? BuiltProducts.path("alexnet")
    let words = shell.map { ["/bin/sh", "-c", $0, program] + arguments } ?? [program] + arguments
    let (process, pipes) = try Self.starting.withLock {
      let pipes = try (0..<3).map { _ in try Self.makePipe() }
      let streams = [pipes[0].read, pipes[1].write, pipes[2].write]
      return (try Self.spawn(words, variables, streams: streams), pipes)
    }
    self.process = process
    for descriptor in [pipes[0].read, pipes[1].write, pipes[2].write] { close(descriptor) }
    (input, outputs, unsent) = (pipes[0].write, [pipes[1].read, pipes[2].read], text[...])
    _ = fcntl(input, F_SETFL, O_NONBLOCK)
  }

  deinit {
    if status == nil {
      kill(process, SIGKILL)
      waitpid(process, nil, 0)
    }
    for descriptor in [input] + outputs where descriptor >= 0 { close(descriptor) }
  }

  /// Sends a signal.
  func send(signal number: Int32) { kill(process, number) }

  /// Waits until the program has written a text to either stream.
  func expect(_ text: String, timeout: Duration = PseudoTerminal.patience) throws {
    let wanted = Data(text.utf8)
    try wait(timeout, for: text.debugDescription) {
      Data(output).range(of: wanted) != nil || Data(errors).range(of: wanted) != nil
    }
  }

  /// Waits for the program to end.
  func waitForExit(timeout: Duration = .seconds(120)) throws -> ProgramResult {
    try wait(timeout, for: "the program's end") { outputs.allSatisfy { $0 < 0 } && hasEnded() }
    return ProgramResult(status: status ?? -1, bytes: output, errorBytes: errors)
  }

  private func wait(_ time: Duration, for what: String, until condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + time
    while !condition() {
      guard .now < deadline else {
        throw Failure(
          description: "timed out waiting for \(what); the program wrote "
            + String(decoding: output + errors, as: UTF8.self).debugDescription)
      }
      exchange()
    }
  }

  private func hasEnded() -> Bool {
    var raw: Int32 = 0
    if status == nil, waitpid(process, &raw, WNOHANG) == process {
      status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
    }
    return status != nil
  }

  /// Sends and receives the available bytes, or waits a little.
  private func exchange() {
    if unsent.isEmpty && input >= 0 {
      close(input)
      input = -1
    }
    var polled = [input, outputs[0], outputs[1]].map {
      pollfd(fd: $0, events: Int16($0 == input ? POLLOUT : POLLIN), revents: 0)
    }
    guard poll(&polled, 3, 10) > 0 else { return }
    if polled[0].revents != 0 {
      let count = unsent.withUnsafeBytes { write(input, $0.baseAddress, $0.count) }
      // A program that has ended reads nothing more.
      unsent = count < 0 && errno != EAGAIN ? [] : unsent.dropFirst(max(0, count))
    }
    for stream in 0..<2 where polled[stream + 1].revents != 0 {
      var buffer = [UInt8](repeating: 0, count: 1 << 16)
      let count = read(outputs[stream], &buffer, buffer.count)
      if count > 0 {
        if stream == 0 { output += buffer[..<count] } else { errors += buffer[..<count] }
      } else if count == 0 {
        close(outputs[stream])
        outputs[stream] = -1
      }
    }
  }

  private static func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure(description: "the pipe can't be created") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
  }

  private static func spawn(
    _ words: [String], _ variables: [String: String], streams: [Int32]
  ) throws -> pid_t {
    #if canImport(Darwin)
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #else
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    for (number, stream) in streams.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, stream, Int32(number))
    }
    // The parent of the tests may ignore or block signals, which programs inherit.
    var signals = sigset_t()
    sigemptyset(&signals)
    for number in [SIGINT, SIGPIPE, SIGTERM, SIGQUIT, SIGXFSZ] { sigaddset(&signals, number) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    var arguments = words.map { strdup($0) } + [nil]
    var environment = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var process: pid_t = 0
    let code = posix_spawn(&process, words[0], &actions, &attributes, &arguments, &environment)
    guard code == 0 else {
      throw Failure(
        description: "\(words[0]) could not be started: \(String(cString: strerror(code)))")
    }
    return process
  }
}

/// The result of a program that has ended.
struct ProgramResult: CustomStringConvertible {
  /// The exit code, or 128 plus the signal's number if a signal ended the program.
  let status: Int32
  /// The program's output.
  let bytes: [UInt8], errorBytes: [UInt8]

  /// Standard output as text.
  var output: String { String(decoding: bytes, as: UTF8.self) }
  /// Standard error as text.
  var errors: String { String(decoding: errorBytes, as: UTF8.self) }
  /// The lines of standard output.
  var lines: [String] { output.split(separator: "\n").map(String.init) }

  var description: String {
    "exit \(status)\noutput: \(output.prefix(2000))\nerrors: \(errors.prefix(2000))"
  }
}

/// Runs the program with these arguments, and waits for its end.
func alexnet(
  _ arguments: [String], input: String = "", environment: [String: String?] = [:],
  shell: String? = nil, home: String = "/nonexistent"
) throws -> ProgramResult {
  try ProgramProcess(
    arguments, input: Array(input.utf8), environment: environment, shell: shell, home: home
  ).waitForExit()
}

extension String {
  /// Whether the text occurs; an empty text always does.
  func holds(_ text: String) -> Bool { text.isEmpty || contains(text) }
}

extension TemporaryFolder {
  /// Creates a file with these bytes, and returns its path.
  func file(_ name: String, _ bytes: [UInt8]) throws -> String {
    let path = path + "/" + name
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    return path
  }

  /// Creates a file with this text, and returns its path.
  func file(_ name: String, _ text: String) throws -> String { try file(name, Array(text.utf8)) }

  /// The names of the files in the folder.
  var files: [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path).sorted()) ?? []
  }
}
