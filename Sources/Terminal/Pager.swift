import CLibrary
import CLineEditor
import Documents

/// Shows long output a screen at a time, to somebody who presses a key for the next one.
struct Pager {
  /// Rows shown since the last line was typed, or since the last pause.
  private var rows = 0
  /// Whether the rest of this output is left out.
  private var isSkipping = false
  private var key: UInt32?

  /// What a pause asks, on one row.
  static var question: Text {
    let long = "more: Enter or Space for the next screen, q to skip the rest"
    return .faint(TerminalSize.current().columns > long.count ? long : "more: Enter, or q")
  }

  private enum Answer {
    case more, skip
    /// Somebody has begun to type the next line.
    case typing(UInt32)
  }

  /// A line was typed: what it shows begins.
  mutating func begin() { self = Pager() }

  /// The key that begins the next line, once.
  mutating func takeKey() -> UInt32? {
    defer { key = nil }
    return key
  }

  /// Writes lines, and pauses whenever the screen is full.
  ///
  /// - Parameter encoder: encodes what a pause asks.
  mutating func show(_ text: String, _ encoder: TerminalEncoder) {
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      guard !isSkipping else { return }
      // The question takes a row, and at the end a blank one and the prompt take two.
      if rows >= max(3, TerminalSize.current().rows - 2) { pause(encoder) }
      guard !isSkipping else { return }
      StandardStream.output.write(line + "\n")
      rows += 1
    }
  }

  /// Writes lines without a pause; they count for the next one.
  mutating func stream(_ text: String) {
    guard !isSkipping else { return }
    StandardStream.output.write(text)
    rows += text.utf8.count { $0 == UInt8(ascii: "\n") }
  }

  private mutating func pause(_ encoder: TerminalEncoder) {
    rows = 0
    // Whoever has typed on, or pasted several lines, doesn't wait for a question.
    guard input_wait(STDIN_FILENO, 0) != INPUT_READABLE else { return }
    let question = Self.question
    StandardStream.output.write(encoder.encode(question))
    switch Self.answer() {
    case .more: break
    case .skip: isSkipping = true
    case .typing(let first): (isSkipping, key) = (true, first)
    }
    StandardStream.output.write("\r" + String(repeating: " ", count: question.width) + "\r")
  }

  /// Waits for one key, which the terminal doesn't show.
  private static func answer() -> Answer {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return .more }
    var raw = settings
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
    let interrupts = Interrupts.count
    while true {
      switch input_wait(STDIN_FILENO, -1) {
      case INPUT_READABLE: return answer(to: keys())
      case INPUT_SIGNAL:
        if Interrupts.count != interrupts || Interrupts.stopSignal != nil { return .skip }
      default: return .skip
      }
    }
  }

  private static func keys() -> ArraySlice<UInt8> {
    var bytes = [UInt8](repeating: 0, count: 16)
    let count = read(STDIN_FILENO, &bytes, bytes.count)
    return bytes.prefix(max(0, count))
  }

  private static func answer(to keys: ArraySlice<UInt8>) -> Answer {
    switch keys.first {
    case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"): .more
    // An arrow or Page Down.
    case 0x1B where keys.count > 1: .more
    case UInt8(ascii: "q"), UInt8(ascii: "Q"): .skip
    case let key? where key > 0x20 && key < 0x7F: .typing(UInt32(key))
    default: .skip
    }
  }
}
