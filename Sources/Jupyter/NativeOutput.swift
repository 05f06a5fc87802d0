import CLibrary
import Synchronization

/// What a library prints while a cell runs, such as oneDNN with ONEDNN_VERBOSE=1. It becomes output of the cell;
/// otherwise it would end unseen in the log of Jupyter's server.
///
/// Standard output alone is led here, and only while a cell runs: what the system says when a program crashes
/// comes on standard error, and belongs in that log.
final class NativeOutput: Sendable {
  private let publisher: Publisher
  private let reading: Int32
  private let writing: Int32
  private let original: Int32
  private let cell = Mutex(Cell())

  private struct Cell {
    /// The header of the running cell's request; nil when what is printed is dropped.
    var header: [UInt8]?
    /// The beginning of a line whose end hasn't been printed yet.
    var line: [UInt8] = []
  }

  /// Makes the pipe; nil if the system allows no more files.
  init?(_ publisher: Publisher) {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { return nil }
    let kept = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
    guard kept >= 0 else {
      for end in ends { close(end) }
      return nil
    }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
    (self.publisher, reading, writing, original) = (publisher, ends[0], ends[1], kept)
  }

  /// Leads standard output here from now on.
  ///
  /// - Parameter header: of the request whose output it is; nil drops it.
  func begin(_ header: [UInt8]?) {
    fflush(nil)
    cell.withLock { $0 = Cell(header: header) }
    dup2(writing, STDOUT_FILENO)
  }

  /// Publishes what has been printed so far, and gives standard output back.
  func end() {
    fflush(nil)
    dup2(original, STDOUT_FILENO)
    cell.withLock { cell in
      receive(&cell)
      publish(cell.line, cell.header)
      cell = Cell()
    }
  }

  /// Publishes lines as they are printed, so that the pipe is never full. Runs on a thread that does nothing
  /// else.
  func serve() {
    while true {
      var ready = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
      if poll(&ready, 1, -1) > 0 { cell.withLock { receive(&$0) } }
    }
  }

  /// Reads what is in the pipe, and publishes its whole lines.
  private func receive(_ cell: inout Cell) {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = read(reading, &bytes, bytes.count), count > 0 {
      cell.line += bytes[..<count]
      let end = cell.line.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0
      publish(cell.line[..<end], cell.header)
      cell.line.removeFirst(end)
    }
  }

  private func publish(_ bytes: some Collection<UInt8>, _ header: [UInt8]?) {
    guard let header, !bytes.isEmpty else { return }
    let text = String(decoding: bytes, as: UTF8.self)
    publisher.publish("stream", ["name": "stdout", "text": .string(text)], parent: header)
  }
}
