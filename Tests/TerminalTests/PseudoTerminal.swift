import CPseudoTerminal
import Foundation

/// A program on a pseudo-terminal, driven as a person would: by typing keys and reading the screen.
final class PseudoTerminal {
  /// What went wrong, and everything that the program had printed.
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// The timeout for everything. It is long because test machines can be slow, and a passing test
  /// doesn't wait for it.
  static let patience: Duration = .seconds(30)

  /// Everything that the program printed, including escape sequences.
  private(set) var transcript: [UInt8] = []
  /// The screen as the user sees it.
  private(set) var screen: Screen

  private var terminal: Int32
  private let process: pid_t
  private var status: Int32?
  /// The program's peak memory in bytes; 0 before its end.
  private(set) var memory = 0
  private var stripper = EscapeStripper()
  /// The output after the last expected text.
  private var unseen: [UInt8] = []

  /// Starts a program.
  ///
  /// - Parameter environment: the complete environment; nothing is inherited.
  init(
    program: String, arguments: [String] = [], environment: [String: String], rows: Int = 24,
    columns: Int = 80
  ) throws {
    var argumentList = ([program] + arguments).map { strdup($0) } + [nil]
    var variables = environment.map { strdup("\($0)=\($1)") } + [nil]
    defer { (argumentList + variables).forEach { free($0) } }
    var terminal: Int32 = -1
    process = pseudo_terminal_start(
      program, &argumentList, &variables, Int32(rows), Int32(columns), &terminal)
    guard process > 0 else {
      throw Failure(
        description: "\(program) could not be started: \(String(cString: strerror(errno)))")
    }
    self.terminal = terminal
    screen = Screen(rows: rows, columns: columns)
  }

  deinit {
    hangUp()
    guard status == nil else { return }
    kill(process, SIGKILL)
    kill(process, SIGCONT)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// The program's output without escape sequences.
  var text: String { String(decoding: stripper.text, as: UTF8.self) }

  /// Types keys.
  func send(_ keys: String) throws {
    try send(Array(keys.utf8))
  }

  /// Sends bytes unchanged.
  func send(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { write(terminal, $0.baseAddress, min($0.count, 1024)) }
      guard count > 0 else { throw failure("the program takes no input") }
      rest = rest.dropFirst(count)
      // The program may have to write its echo before it reads on.
      if !rest.isEmpty { receive(waiting: .zero) }
    }
  }

  /// Types a line.
  func sendLine(_ line: String) throws {
    try send(line + "\r")
  }

  /// Types Ctrl-C.
  func interrupt() throws {
    try send("\u{3}")
  }

  /// Waits until the program prints a text after the last expected one, ignoring escape sequences.
  func expect(_ text: String, timeout: Duration = patience) throws {
    let wanted = Array(text.utf8)
    let deadline = ContinuousClock.now + timeout
    while true {
      if let end = unseen.end(of: wanted) {
        unseen.removeSubrange(..<end)
        return
      }
      guard receive(waiting: deadline - .now) else {
        throw failure("expected \(text.debugDescription), which did not come")
      }
    }
  }

  /// Waits until the program has printed these bytes, escape sequences included.
  func expectBytes(_ text: String, timeout: Duration = patience) throws {
    try wait("\(text.debugDescription)", timeout: timeout) {
      String(decoding: transcript, as: UTF8.self).contains(text)
    }
  }

  /// Waits until the screen meets a condition.
  func expectScreen(
    _ what: String, timeout: Duration = patience, where condition: (Screen) -> Bool
  ) throws {
    let deadline = ContinuousClock.now + timeout
    while !condition(screen) {
      guard receive(waiting: deadline - .now) else {
        throw failure("expected \(what) on the screen, which shows\n\(screen)")
      }
    }
  }

  /// Waits until the program reads keys one by one. Before that, Ctrl-D and some others have
  /// another meaning.
  func waitUntilRaw(timeout: Duration = patience) throws {
    try wait("the program to read keys", timeout: timeout) { pseudo_terminal_is_raw(terminal) }
  }

  /// Whether the program currently reads keys one by one.
  var isRaw: Bool { pseudo_terminal_is_raw(terminal) }

  /// Changes the size of the window.
  func resize(rows: Int, columns: Int) {
    pseudo_terminal_resize(terminal, Int32(rows), Int32(columns))
    screen.resize(rows: rows, columns: columns)
  }

  /// Sends a signal to the program.
  func signal(_ number: Int32) {
    kill(process, number)
  }

  /// Closes the terminal, as closing its window would.
  func hangUp() {
    if terminal >= 0 { close(terminal) }
    terminal = -1
  }

  /// Waits until the program has been stopped.
  func waitUntilStopped(timeout: Duration = patience) throws {
    try wait("the program to stop", timeout: timeout) { poll() == -2 }
  }

  /// Waits for the program to end.
  ///
  /// - Returns: the exit code, or 128 plus the signal's number if a signal ended the program.
  @discardableResult
  func waitForExit(timeout: Duration = patience) throws -> Int32 {
    try wait("the program to end", timeout: timeout) { poll() >= 0 }
    while receive(waiting: .zero) {}
    return status ?? -1
  }

  private func poll() -> Int32 {
    if let status { return status }
    let present = pseudo_terminal_status(process, &memory)
    if present >= 0 { status = present }
    return present
  }

  private func wait(_ what: String, timeout: Duration, until condition: () -> Bool) throws {
    let deadline = ContinuousClock.now + timeout
    while !condition() {
      guard .now < deadline else { throw failure("timed out waiting for \(what)") }
      // Read its output, since a program that can't write doesn't continue.
      if !receive(waiting: .milliseconds(10)) { usleep(1_000) }
    }
  }

  /// Reads the program's output. Returns false if nothing arrived in time, or nothing will arrive
  /// any more.
  @discardableResult
  private func receive(waiting time: Duration) -> Bool {
    guard terminal >= 0 else { return false }
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    let milliseconds = max(
      0, time.components.seconds * 1000 + time.components.attoseconds / 1_000_000_000_000_000)
    let count = pseudo_terminal_read(terminal, &buffer, buffer.count, Int32(milliseconds))
    guard count > 0 else { return false }
    let bytes = buffer[..<count]
    transcript.append(contentsOf: bytes)
    unseen.append(contentsOf: stripper.strip(bytes))
    screen.show(bytes)
    return true
  }

  private func failure(_ what: String) -> Failure {
    Failure(description: "\(what); the program printed \(text.debugDescription)")
  }
}

/// Removes escape sequences from a stream of bytes.
struct EscapeStripper {
  /// The bytes without escape sequences.
  private(set) var text: [UInt8] = []
  private var state = State.text

  private enum State {
    case text, escape, control, string, stringEscape
  }

  /// Continues with the stream, and returns the remaining bytes of this part.
  mutating func strip(_ bytes: some Sequence<UInt8>) -> ArraySlice<UInt8> {
    let start = text.count
    for byte in bytes {
      switch (state, byte) {
      case (.text, 0x1B): state = .escape
      case (.text, _): text.append(byte)
      case (.escape, UInt8(ascii: "[")): state = .control
      case (.escape, UInt8(ascii: "]")), (.escape, UInt8(ascii: "P")): state = .string
      case (.escape, 0x20...0x2F): state = .escape
      case (.escape, _): state = .text
      case (.control, 0x40...0x7E): state = .text
      case (.control, _): state = .control
      case (.string, 0x07): state = .text
      case (.string, 0x1B): state = .stringEscape
      case (.string, _): state = .string
      case (.stringEscape, _): state = .text
      }
    }
    return text[start...]
  }
}

extension Array where Element == UInt8 {
  /// The index after the first occurrence of `wanted`.
  fileprivate func end(of wanted: [UInt8]) -> Int? {
    guard count >= wanted.count else { return nil }
    for start in 0...(count - wanted.count) where self[start...].starts(with: wanted) {
      return start + wanted.count
    }
    return nil
  }
}
