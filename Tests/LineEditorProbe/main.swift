// Reads lines as the notebook does and prints what it read, so that tests can drive the line
// editor.
//
//     LineEditorProbe          edits lines on the terminal; a line that ends in a backslash continues
//     LineEditorProbe ascii    the same, as if the system had no UTF-8 locale
//     LineEditorProbe input    reads standard input line by line

import Terminal

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

func say(_ text: String) {
  print(text)
  fflush(nil)
}

func describe(_ event: LineEvent) -> String {
  switch event {
  case .line(let text):
    text.utf8.count > 200 ? "line of \(text.utf8.count) bytes" : "line \(text.debugDescription)"
  case .invalid(let reason): "invalid: \(reason)"
  case .interrupted: "interrupted"
  case .end: "end"
  }
}

/// Waits for Ctrl-C as a long computation does, by polling.
func work(stoppingOnInterrupt: Bool) {
  let start = Interrupts.beginWork()
  say("working")
  while !stoppingOnInterrupt || Interrupts.count == start { usleep(5_000) }
  say("stopped")
}

/// Whether handlers of the signals that end work run on a separate stack.
func handlersHaveAStack() -> Bool {
  var stack = stack_t()
  guard sigaltstack(nil, &stack) == 0, stack.ss_size > 0 else { return false }
  return [SIGINT, SIGTERM, SIGHUP].allSatisfy { number in
    var action = sigaction()
    return sigaction(number, nil, &action) == 0 && Int(action.sa_flags) & Int(SA_ONSTACK) != 0
  }
}

func readInput() {
  let reader = StandardInputReader()
  say("ready")
  while true {
    let event = reader.next(since: Interrupts.count)
    say(describe(event))
    if event == .end || event == .interrupted { return }
  }
}

/// The completion for `text`, the line up to the cursor.
func completion(of text: String, earlier: [String]) -> Completion {
  let scalars = Array(text.unicodeScalars)
  let start = (scalars.lastIndex(of: " ") ?? -1) + 1
  let word = String(String.UnicodeScalarView(scalars[start...]))
  let candidates: [Completion.Candidate]
  switch word {
  case "many": candidates = (1...130).map { Completion.Candidate("many\($0)") }
  case "earlier": candidates = [Completion.Candidate(earlier.joined(separator: "+"))]
  default:
    candidates = [
      "conv1", "conv1.bias", "conv1.weight", "norm1", "grüßen", "grün", "日本語", "日本酒", "view",
      "verify",
    ].filter { $0.hasPrefix(word) }.map {
      Completion.Candidate($0, note: $0.hasPrefix("v") ? "a command" : nil)
    }
  }
  return Completion(range: start..<scalars.count, candidates: candidates)
}

func editLines(utf8: Bool) {
  let history = History { say("warning: \($0)") }
  var earlier: [String] = []
  let editor = LineEditor(history: history, utf8: utf8) { line, cursor in
    let before = String(String.UnicodeScalarView(line.unicodeScalars.prefix(cursor)))
    return completion(of: before, earlier: earlier)
  }
  say("utf8 \(utf8) editing \(editor.isEditing) entries \(history.entries.count)")
  var number = 1
  while true {
    let prompt = Prompt(earlier.isEmpty ? "[\(number)]> " : "...> ", color: "1;32")
    let event = editor.readLine(prompt: prompt)
    say(describe(event))
    switch event {
    case .line("work"): work(stoppingOnInterrupt: true)
    case .line("hang"): work(stoppingOnInterrupt: false)
    case .line("stack"): say("a separate stack: \(handlersHaveAStack())")
    case .line("pid"): say("pid \(getpid())")
    case .line("size"):
      let size = TerminalSize.current()
      say("size \(size.rows) \(size.columns)")
    case .line("quit"), .end: return
    default: break
    }
    guard case .line(let line) = event else {
      earlier = []
      continue
    }
    earlier.append(line)
    if line.hasSuffix("\\") { continue }
    editor.remember(earlier.joined(separator: "\n"))
    earlier = []
    number += 1
  }
}

Interrupts.install()
switch CommandLine.arguments.dropFirst().first {
case "input": readInput()
case "ascii":
  setlocale(LC_CTYPE, "C")
  editLines(utf8: false)
default: editLines(utf8: TerminalLocale.isUTF8)
}
