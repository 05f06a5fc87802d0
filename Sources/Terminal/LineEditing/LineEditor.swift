import CLibrary
import CLineEditor

/// Reads lines from a person at a terminal: libedit's editing, history, completion, search.
///
/// Where standard input and output are not both terminals, or nothing is known of the terminal's
/// abilities (`TERM` unset, `dumb`, or a name that termcap lacks), it prints the prompt and leaves
/// the editing to the terminal; not one escape sequence is printed then.
///
/// After every event the cursor stands at the start of a row and the terminal is as it was.
package final class LineEditor {
  private let utf8: Bool
  private let history: History
  private let completer: (String, Int) -> Completion
  private let reader: StandardInputReader
  private var handle: OpaquePointer?
  private var prompt = Prompt("> ")
  private var search: HistorySearch?
  private var earlierPattern = ""
  /// The line as it was before the search.
  private var lineBeforeSearch = (text: "", cursor: 0)

  /// Creates an editor and restores the history.
  ///
  /// - Parameters:
  ///   - name: The program's name, by which editrc can address it.
  ///   - history: Where cells are remembered.
  ///   - reader: Reads the lines where they cannot be edited.
  ///   - utf8: Whether the locale's encoding is UTF-8; otherwise only ASCII is edited.
  ///   - completer: Takes the line and the cursor in Unicode scalars, and says what Tab can insert.
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

  /// Whether lines can be edited here, beyond what the terminal itself does.
  package var isEditing: Bool { handle != nil }

  /// Reads a line.
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

  /// Forgets what was typed since the last line was read.
  package func discardTypedAhead() {
    TypedAhead.discard()
    reader.discard()
  }

  /// Keeps a cell, which may be of several lines, in the history.
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
    // The terminal shows ^C and ^D itself, but stays on the row.
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
    // What all candidates share may be shorter than what is there: where they differ in case, say.
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
      // Escape alone ends the search; as the beginning of a key's sequence it is that key.
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
