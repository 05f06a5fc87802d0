import CLibrary
import CLineEditor

/// Reads lines from a pipe, a file, or a terminal without line editing.
///
/// A line is returned as soon as it is complete, ended by LF or CRLF. The last line may lack its
/// line end. Invalid text is reported and left out. Lines that are too long are skipped without
/// being stored.
package final class StandardInputReader {
  /// The longest accepted line, in bytes without its line end.
  package static let longestLine = 1 << 20

  /// The number of the line returned last by `next`, from 1.
  package private(set) var lineNumber = 0

  private let descriptor: Int32
  private var pending: [UInt8] = []
  /// The number of bytes of `pending` known to contain no line feed.
  private var scanned = 0
  /// The number of bytes dropped from the current line because it is too long.
  private var dropped = 0
  private var atEnd = false

  package init(descriptor: Int32 = STDIN_FILENO) {
    self.descriptor = descriptor
  }

  /// Waits for the next line.
  ///
  /// - Parameter interrupts: the interrupt count from before the prompt was shown: Ctrl-C may come as
  ///   soon as it is seen.
  /// - Returns: `.interrupted` if Ctrl-C was pressed during the wait; reading can continue
  ///   afterwards.
  package func next(since interrupts: Int) -> LineEvent {
    interrupts_end_work()
    while true {
      if let event = takeLine() { return event }
      if atEnd { return takeRest() }
      switch input_wait(descriptor, -1) {
      case INPUT_READABLE:
        fill()
      case INPUT_SIGNAL:
        break
      default:
        // A descriptor that can't be polled, such as a closed one: reading it gives the error.
        fill()
      }
      if Interrupts.count != interrupts { return .interrupted }
    }
  }

  /// Discards everything read beyond the last line.
  func discard() { (pending, scanned, dropped) = ([], 0, 0) }

  private func fill() {
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    let count = read(descriptor, &chunk, chunk.count)
    if count > 0 {
      pending.append(contentsOf: chunk[..<count])
    } else if count == 0 || (errno != EINTR && errno != EAGAIN) {
      atEnd = true
    }
  }

  private func takeLine() -> LineEvent? {
    guard let end = pending[scanned...].firstIndex(of: UInt8(ascii: "\n")) else {
      if dropped > 0 || pending.count > Self.longestLine + 1 {
        dropped += pending.count
        pending.removeAll(keepingCapacity: true)
      }
      scanned = pending.count
      return nil
    }
    var line = pending[..<end]
    if line.last == UInt8(ascii: "\r") { line = line.dropLast() }
    let event = event(line, length: dropped + line.count)
    pending.removeSubrange(...end)
    scanned = 0
    dropped = 0
    return event
  }

  private func takeRest() -> LineEvent {
    guard !pending.isEmpty || dropped > 0 else { return .end }
    let event = event(pending[...], length: dropped + pending.count)
    pending = []
    scanned = 0
    dropped = 0
    return event
  }

  private func event(_ line: ArraySlice<UInt8>, length: Int) -> LineEvent {
    lineNumber += 1
    var line = line
    if lineNumber == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line = line.dropFirst(3) }
    if length > Self.longestLine {
      return .invalid(
        reason: "the line is \(length) bytes long; the limit is \(Self.longestLine)")
    }
    if let zero = line.firstIndex(of: 0) {
      return .invalid(reason: "byte \(zero - line.startIndex + 1) is NUL, which is not text")
    }
    guard let text = String(validating: line, as: UTF8.self) else {
      let byte = firstInvalidByte(of: line)
      return .invalid(
        reason: "byte \(byte - line.startIndex + 1) is 0x\(String(line[byte], radix: 16)), "
          + "which is not UTF-8 there")
    }
    return .line(text)
  }
}

/// The index of the first invalid sequence in a text that isn't UTF-8.
private func firstInvalidByte(of text: ArraySlice<UInt8>) -> Int {
  var decoder = UTF8.ForwardParser()
  var iterator = text.makeIterator()
  var position = text.startIndex
  while case .valid(let scalar) = decoder.parseScalar(from: &iterator) {
    position += scalar.count
  }
  return min(position, text.endIndex - 1)
}
