import CLibrary
import CLineEditor
import Documents

/// Shows long output one screen at a time, pausing for a key in between.
struct Pager {
  /// The number of rows shown since the last line of input or the last pause.
  private var rows = 0
  /// What happens to the rest of this output.
  private var rest = Rest.paged
  private var key: UInt32?

  private enum Rest {
    /// It is shown one screen at a time.
    case paged
    /// It is shown without a pause.
    case flowing
    case skipped
  }

  /// The question shown in a pause, on one row.
  static var question: Text {
    let long = "more: Enter or Space for the next screen, q to skip the rest"
    return .faint(TerminalSize.current().columns > long.count ? long : "more: Enter, or q")
  }

  private enum Answer {
    case more, skip
    /// The user has started to type the next line, with this key.
    case typing(UInt32)
  }

  /// Starts with the output of a new line of input.
  mutating func begin() { self = Pager() }

  /// The key that begins the next line; returned only once.
  mutating func takeKey() -> UInt32? {
    defer { key = nil }
    return key
  }

  /// The rows of one screen: the question takes one row; at the end, a blank row and the prompt take two.
  private static var height: Int { max(3, TerminalSize.current().rows - 2) }

  /// Writes lines, and pauses whenever the screen is full.
  ///
  /// - Parameter encoder: encodes the question.
  mutating func show(_ text: String, _ encoder: TerminalEncoder) {
    var height = Self.height
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
      if rest == .paged, rows >= height {
        pause(encoder)
        height = Self.height
      }
      guard rest != .skipped else { return }
      StandardStream.output.write(line + "\n")
      rows += 1
    }
  }

  /// Writes lines without pausing; they count towards the next pause.
  mutating func stream(_ text: String) {
    guard rest != .skipped else { return }
    StandardStream.output.write(text)
    rows += text.utf8.count { $0 == UInt8(ascii: "\n") }
  }

  private mutating func pause(_ encoder: TerminalEncoder) {
    rows = 0
    // If input is waiting, because the user typed ahead or pasted several lines, don't ask.
    guard input_wait(STDIN_FILENO, 0) != INPUT_READABLE else { return }
    let question = Self.question
    switch Self.answer(to: encoder.encode(question)) {
    case .more: break
    case .skip: rest = .skipped
    // The user has seen enough; the rest can be scrolled back to.
    case .typing(let first): (rest, key) = (.flowing, first)
    }
    StandardStream.output.write("\r" + String(repeating: " ", clamping: question.width) + "\r")
  }

  /// Shows a question and waits for one key, which the terminal doesn't show.
  private static func answer(to question: String) -> Answer {
    var settings = termios()
    guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return .more }
    // All of this before the question is shown: an answer, or Ctrl-C, may come at once.
    let interrupts = Interrupts.count
    var raw = settings
    raw.c_lflag &= ~tcflag_t(ICANON | ECHO)
    tcsetattr(STDIN_FILENO, TCSANOW, &raw)
    defer { tcsetattr(STDIN_FILENO, TCSANOW, &settings) }
    StandardStream.output.write(question)
    while true {
      switch input_wait(STDIN_FILENO, -1) {
      case INPUT_READABLE: return answer(meantBy: keys())
      case INPUT_SIGNAL:
        if Interrupts.count != interrupts || Interrupts.stopSignal != nil { return .skip }
      default: return .skip
      }
    }
  }

  /// The key that was pressed: one byte, or the whole sequence of an arrow key. What follows stays for
  /// the next line of input.
  private static func keys() -> [UInt8] {
    func bytes(_ most: Int) -> [UInt8] {
      var bytes = [UInt8](repeating: 0, count: most)
      let count = read(STDIN_FILENO, &bytes, most)
      return Array(bytes.prefix(max(0, count)))
    }
    let first = bytes(1)
    guard first == [0x1B], input_wait(STDIN_FILENO, 50) == INPUT_READABLE else { return first }
    return first + bytes(15)
  }

  private static func answer(meantBy keys: [UInt8]) -> Answer {
    switch keys.first {
    case UInt8(ascii: " "), UInt8(ascii: "\n"), UInt8(ascii: "\r"): .more
    // An arrow key or Page Down.
    case 0x1B where keys.count > 1: .more
    case UInt8(ascii: "q"), UInt8(ascii: "Q"): .skip
    case let key? where key > 0x20 && key < 0x7F: .typing(UInt32(key))
    default: .skip
    }
  }
}
