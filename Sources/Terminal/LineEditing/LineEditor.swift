import CLibrary
import CLineEditor

/// Reads lines typed at a terminal, with libedit's editing, history, completion and search.
///
/// If standard input and output aren't both terminals, or the terminal's capabilities are unknown
/// (`TERM` is unset, `dumb`, or missing from termcap), it prints the prompt and leaves the editing
/// to the terminal. It then prints no escape sequences at all.
///
/// After every event the cursor is at the start of a row, and the terminal's settings are restored.
package final class LineEditor {
  private let utf8: Bool
  private let history: History
  private let completer: (String, Int) -> Completion
  private let reader: StandardInputReader
  private var handle: OpaquePointer?
  private var prompt = Prompt("> ")
  private var search: HistorySearch?
  private var earlierPattern = ""
  /// The line before the search.
  private var lineBeforeSearch = (text: "", cursor: 0)

  /// Creates an editor and restores the history.
  ///
  /// - Parameters:
  ///   - name: the program's name, which editrc files refer to.
  ///   - history: stores the cells.
  ///   - reader: reads lines if they can't be edited.
  ///   - utf8: whether the locale's encoding is UTF-8; otherwise only ASCII can be edited.
  ///   - completer: maps the line and the cursor, in Unicode scalars, to what Tab can insert.
  package init(
    name: String = "alexnet", history: History,
    reader: StandardInputReader = StandardInputReader(), utf8: Bool = TerminalLocale.isUTF8,
    completer: @escaping (_ line: String, _ cursor: Int) -> Completion
  ) {
    self.utf8 = utf8
    self.history = history
    self.reader = reader
    self.completer = completer
    guard Self.terminalCanEdit else { return }
    let context = Unmanaged.passUnretained(self).toOpaque()
    handle = line_editor_create(
      name, utf8,
      { context, key, scalar in
        guard let context else { return }
        Unmanaged<LineEditor>.fromOpaque(context).takeUnretainedValue().handle(key, scalar)
      }, context)
    for entry in history.entries { addToEditor(entry) }
  }

  deinit {
    line_editor_destroy(handle)
  }

  /// Whether lines can be edited, beyond what the terminal itself offers.
  package var isEditing: Bool { handle != nil }

  package func readLine(prompt: Prompt) -> LineEvent {
    self.prompt = prompt
    guard let handle else { return readPlainLine() }
    line_editor_set_prompt(handle, prompt.marked(utf8: utf8))
    var text: UnsafePointer<CChar>?
    var length = 0
    let status = line_editor_read(handle, &text, &length)
    search = nil
    switch status {
    case LINE_READ:
      guard let text else { return .line("") }
      let bytes = UnsafeRawBufferPointer(start: text, count: length)
      return .line(String(decoding: bytes, as: UTF8.self))
    case LINE_TOO_LONG:
      return .invalid(reason: "the line has more than \(longest_edited_line) characters")
    case LINE_INTERRUPTED:
      return .interrupted
    default:
      return .end
    }
  }

  /// Discards keys typed since the last line was read.
  package func discardTypedAhead() {
    TypedAhead.discard()
    reader.discard()
  }

  /// Begins the next line with a key, where lines can be edited.
  package func type(_ key: UInt32) {
    if let handle { line_editor_push(handle, key) }
  }

  /// Begins the next line with a text without control characters, where lines can be edited.
  package func type(_ text: String) {
    if let handle, utf8 || text.utf8.allSatisfy({ $0 < 0x80 }) {
      line_editor_push_text(handle, text)
    }
  }

  /// Adds a cell, which may have several lines, to the history.
  package func remember(_ cell: String) {
    if history.append(cell) { addToEditor(cell) }
  }

  private static var terminalCanEdit: Bool {
    guard isatty(STDIN_FILENO) == 1, isatty(STDOUT_FILENO) == 1, let term = getenv("TERM") else {
      return false
    }
    return !["", "dumb", "unknown", "emacs"].contains(String(cString: term))
  }

  private func addToEditor(_ entry: String) {
    guard let handle, utf8 || entry.utf8.allSatisfy({ $0 < 0x80 }) else { return }
    line_editor_add_history(handle, entry)
  }

  private func readPlainLine() -> LineEvent {
    let interrupts = Interrupts.count
    let text = Array(prompt.plain(utf8: utf8).utf8)
    fflush(nil)
    let output = isatty(STDOUT_FILENO) == 1 ? STDOUT_FILENO : STDERR_FILENO
    _ = write(output, text, text.count)
    let event = reader.next(since: interrupts)
    // The terminal itself shows ^C and ^D, but without a line break.
    if event == .interrupted || event == .end { _ = write(output, "\n", 1) }
    return event
  }
}

// MARK: - Keys

extension LineEditor {
  private func handle(_ key: LineEditorKey, _ scalar: UInt32) {
    guard let handle else { return }
    switch key {
    case KEY_COMPLETE:
      complete(handle)
    case KEY_SEARCH:
      lineBeforeSearch = line(handle)
      search = HistorySearch(entries: history.entries, earlierPattern: earlierPattern)
      line_editor_capture(handle, true)
      showSearch(handle)
    case KEY_CAPTURED:
      stepSearch(handle, key: Unicode.Scalar(scalar) ?? "\u{FFFD}")
    default:
      endSearch(handle)
    }
  }

  private func line(_ handle: OpaquePointer) -> (text: String, cursor: Int) {
    var cursor = 0
    guard let text = line_editor_text(handle, &cursor) else { return ("", 0) }
    return (String(cString: text), cursor)
  }

  private func setLine(_ handle: OpaquePointer, _ text: String, cursor: Int) {
    line_editor_replace(handle, 0, Int.max, text)
    line_editor_move(handle, cursor)
  }

  private func complete(_ handle: OpaquePointer) {
    let (text, cursor) = line(handle)
    var completion = completer(text, cursor)
    if !utf8 { completion.candidates.removeAll { !$0.isASCII } }
    let scalars = Array(text.unicodeScalars)
    let range = completion.range.clamped(to: 0..<scalars.count)
    let following = String(String.UnicodeScalarView(scalars[range.upperBound...]))
    guard let replacement = completion.replacement(before: following) else {
      return line_editor_beep(handle)
    }
    // The candidates' common beginning may be shorter than the typed text, for example if they
    // differ in case.
    if completion.candidates.count == 1 || replacement.unicodeScalars.count >= range.count {
      line_editor_replace(handle, range.lowerBound, range.upperBound, replacement)
    }
    if completion.candidates.count > 1 {
      let columns = TerminalSize.current().columns
      line_editor_print_below(handle, completion.listing(columns: columns))
    }
  }

  private func stepSearch(_ handle: OpaquePointer, key: Unicode.Scalar) {
    guard let step = search?.handle(key) else { return endSearch(handle) }
    switch step {
    case .show, .showAndBeep:
      if step == .showAndBeep { line_editor_beep(handle) }
      showSearch(handle)
    case .cancel:
      setLine(handle, lineBeforeSearch.text, cursor: lineBeforeSearch.cursor)
      endSearch(handle)
    case .accept:
      endSearch(handle)
      // A single Escape ends the search; as the start of an escape sequence it belongs to that key.
      if key != "\u{1B}" || input_wait(STDIN_FILENO, 50) == INPUT_READABLE {
        line_editor_push(handle, key.value)
      }
    }
  }

  private func showSearch(_ handle: OpaquePointer) {
    guard let search else { return }
    line_editor_set_prompt(handle, Prompt(search.prompt).plain(utf8: utf8))
    if let match = search.match {
      setLine(handle, match.entry, cursor: match.offset)
    } else {
      setLine(handle, lineBeforeSearch.text, cursor: lineBeforeSearch.cursor)
    }
  }

  private func endSearch(_ handle: OpaquePointer) {
    if let pattern = search?.pattern, !pattern.isEmpty { earlierPattern = pattern }
    search = nil
    line_editor_capture(handle, false)
    line_editor_set_prompt(handle, prompt.marked(utf8: utf8))
  }
}
