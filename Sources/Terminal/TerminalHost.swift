import Basics
import CLibrary
import CLineEditor
import Cells
import Documents
import Notebook
import Synchronization
import TensorFiles
import Tensors

/// The notebook's host for a terminal, a pipe or a file.
final class TerminalHost: Host {
  let cancellation = Cancellation()
  let isInteractive: Bool
  let isJSON: Bool
  /// Whether to write text only, for screen readers.
  let isPlain: Bool
  private let colour: ColorChoice
  private let graphicsChoice: GraphicsChoice
  /// What the terminal said about images, once it was asked, and the keys pressed meanwhile.
  private let probed = Mutex<(form: TerminalGraphics.Form, keys: [UInt8])?>(nil)
  /// The progress line shown on the terminal, if any.
  private let progress = Mutex(Progress())
  private let pager = Mutex(Pager())
  /// The interrupt count when the running work began; −1 while nothing is running.
  private let watched = Atomic(-1)
  /// Incremented when work begins or ends; tells the thread that watches for interrupts when to
  /// stop.
  private let stretches = Atomic(0)

  private struct Progress {
    var isShown = false
    var pace = Pace()
  }

  init(
    isInteractive: Bool, isJSON: Bool, colour: ColorChoice, graphics: GraphicsChoice = .auto,
    isPlain: Bool = false
  ) {
    (self.isInteractive, self.isJSON, self.colour) = (isInteractive, isJSON, colour)
    (graphicsChoice, self.isPlain) = (graphics, isPlain)
  }

  /// How images are shown; nil for the usual characters. The terminal is asked when it is first needed.
  private var graphics: TerminalGraphics? {
    let form: TerminalGraphics.Form
    switch graphicsChoice {
    case .kitty: form = .kitty
    case .iterm2: form = .iTerm2
    case .sixel: form = .sixel(colors: 256)
    case .blocks: form = .blocks
    case .ascii: form = .ascii
    case .auto:
      guard colour != .never, Self.allowsColour, isatty(STDIN_FILENO) == 1,
        isatty(STDOUT_FILENO) == 1
      else { return nil }
      guard let found = probedForm else { return nil }
      form = found
    }
    var (width, height): (Int32, Int32) = (8, 16)
    terminal_cell(STDOUT_FILENO, &width, &height)
    return TerminalGraphics(form: form, cell: (Int(width), Int(height)))
  }

  /// What the terminal says; nil if somebody types, whose keys would be mixed with the answer.
  private var probedForm: TerminalGraphics.Form? {
    probed.withLock { probed in
      if let probed { return probed.form }
      guard input_wait(STDIN_FILENO, 0) != INPUT_READABLE else { return nil }
      let found = GraphicsProbe.terminal.run()
      probed = found
      return found.form
    }
  }

  /// The keys that were pressed while the terminal was asked: they begin the next line.
  func keysAtProbe() -> [UInt32] {
    probed.withLock { probed in
      defer { probed?.keys = [] }
      return (probed?.keys ?? []).map(UInt32.init)
    }
  }

  /// The encoder for standard output in its current state.
  var encoder: TerminalEncoder {
    let hasColour =
      switch colour {
      case .always: true
      case .never: false
      case .auto: isatty(STDOUT_FILENO) == 1 && Self.allowsColour
      }
    let size = TerminalSize.current()
    return TerminalEncoder(
      hasColour: hasColour, isUTF8: TerminalLocale.isUTF8, width: size.columns, rows: size.rows,
      isPlain: isPlain)
  }

  /// The encoder for messages on standard error.
  var errorEncoder: TerminalEncoder {
    var encoder = encoder
    if colour == .auto { encoder.hasColour = isatty(STDERR_FILENO) == 1 && Self.allowsColour }
    return encoder
  }

  func show(_ document: Document) { write(document) { $0.show($1, $2) } }

  func stream(_ document: Document) { write(document) { pager, text, _ in pager.stream(text) } }

  /// Writes a document, through the pager if somebody reads it at a prompt.
  private func write(
    _ document: Document, _ paged: (inout Pager, String, TerminalEncoder) -> Void
  ) {
    report(progress: nil)
    guard !isJSON else { return }
    var encoder = encoder
    if !isPlain, document.hasImages { encoder.graphics = graphics }
    let text = encoder.encode(document)
    guard canPause else { return StandardStream.output.write(text) }
    pager.withLock { paged(&$0, text, encoder) }
  }

  func clear() {
    guard isatty(STDOUT_FILENO) == 1, Self.allowsEscapes else { return }
    StandardStream.output.write("\u{1B}[H\u{1B}[2J")
  }

  /// The key that was pressed at a pause instead of an answer: it begins the next line.
  func keyAtPause() -> UInt32? { pager.withLock { $0.takeKey() } }

  /// Whether somebody is there to read a screen, and to press a key for the next one.
  private var canPause: Bool {
    isInteractive && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
  }

  func stream(_ json: JSONValue) {
    if isJSON { StandardStream.output.write(json.text + "\n") }
  }

  func note(_ text: String) {
    guard !showsProgress else { return }
    StandardStream.error.write(errorEncoder.encode(Text(text)) + "\n")
  }

  func warn(_ text: String) {
    report(progress: nil)
    StandardStream.error.write(errorEncoder.encode(Text("note: \(text)")) + "\n")
  }

  var canAsk: Bool { isInteractive }

  func ask(_ question: String) throws -> String {
    guard canAsk else { throw Failure(.usage, "cannot ask without a terminal: \(question)") }
    report(progress: nil)
    TypedAhead.discard()
    let interrupts = Interrupts.count
    StandardStream.output.write(encoder.encode(Text(question)) + " ")
    switch StandardInputReader().next(since: interrupts) {
    case .line(let line): return line
    case .interrupted: throw Cancelled()
    case .end, .invalid: return ""
    }
  }

  func report(progress text: String?) {
    noticeInterrupt()
    guard showsProgress else { return }
    progress.withLock { progress in
      if let text {
        guard progress.pace.isDue() else { return }
        progress.isShown = true
        let line = errorEncoder.encode(
          Text(String(text.prefix(max(10, TerminalSize.current().columns - 1))), .faint))
        StandardStream.error.write("\r\u{1B}[K\(line)")
      } else if progress.isShown {
        progress = Progress()
        StandardStream.error.write("\r\u{1B}[K")
      }
    }
  }

  /// Whether Ctrl-C asked a program without a prompt to stop.
  var wasInterrupted: Bool { !isInteractive && Interrupts.count > 0 }

  /// Does work that Ctrl-C can cancel, within a fiftieth of a second.
  func interruptible<Result>(_ work: () -> Result) -> Result {
    let begun = Interrupts.beginWork()
    pager.withLock { $0.begin() }
    // Without a prompt, Ctrl-C before the work began cancels it too.
    let count = isInteractive ? begun : 0
    watched.store(count, ordering: .relaxed)
    let stretch = stretches.wrappingAdd(1, ordering: .relaxed).newValue
    // If no thread can be started, interrupts are noticed when the work reports its progress.
    WorkThread {
      while self.stretches.load(ordering: .relaxed) == stretch {
        usleep(20_000)
        self.noticeInterrupt()
      }
    }?.detach()
    defer {
      stretches.wrappingAdd(1, ordering: .relaxed)
      watched.store(-1, ordering: .relaxed)
      report(progress: nil)
    }
    return work()
  }

  /// Sets the cancellation if there was an interrupt since the running work began.
  private func noticeInterrupt() {
    let count = watched.load(ordering: .relaxed)
    if count >= 0, Interrupts.count != count { cancellation.cancel() }
  }

  /// Whether the progress line on standard error can be overwritten.
  private var showsProgress: Bool {
    !isPlain && isatty(STDERR_FILENO) == 1 && Self.allowsEscapes
  }

  private static var allowsEscapes: Bool {
    guard let term = getenv("TERM").map({ String(cString: $0) }) else { return false }
    return !term.isEmpty && term != "dumb"
  }

  private static var allowsColour: Bool {
    let refused = getenv("NO_COLOR").map { $0.pointee != 0 } ?? false
    return !refused && allowsEscapes
  }
}

/// Input typed while nothing was asked.
enum TypedAhead {
  /// Discards the input, since it wasn't meant for the next question.
  static func discard() { tcflush(STDIN_FILENO, TCIFLUSH) }
}

/// A standard stream, written without buffering.
struct StandardStream {
  static let output = StandardStream(descriptor: STDOUT_FILENO, name: "standard output")
  static let error = StandardStream(descriptor: STDERR_FILENO, name: "standard error")

  let descriptor: Int32
  let name: String

  /// Writes all of the text. If standard output fails, the program reports it and exits with 1.
  /// Errors of standard error are ignored: the exit code still shows the result.
  func write(_ text: String) {
    var text = text
    text.withUTF8 { bytes in
      var rest = UnsafeRawBufferPointer(bytes)
      while !rest.isEmpty {
        #if canImport(Darwin)
          let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
        #elseif canImport(Musl)
          let count = Musl.write(descriptor, rest.baseAddress, rest.count)
        #else
          let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
        #endif
        if count >= 0 {
          rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
        } else if errno == EAGAIN {
          // Another process that shares the terminal or pipe made it non-blocking.
          var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
          poll(&ready, 1, -1)
        } else if errno != EINTR {
          if descriptor == STDERR_FILENO { return }
          fail(errno)
        }
      }
    }
  }

  private func fail(_ number: Int32) {
    // A reader that closes the pipe early, such as `| head`, isn't an error to report.
    if number != EPIPE {
      StandardStream.error.write(
        "error: cannot write to \(name): \(String(cString: strerror(number)))\n")
    }
    exit(Interrupts.stopSignal.map { 128 + $0 } ?? 1)
  }
}
