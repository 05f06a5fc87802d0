// Measures how long the program takes to show its prompt, and its peak memory until then.
//
// Usage: StartUp PROGRAM [RUNS]. Prints medians as one JSON object. Memory is read from /proc, so it
// is missing on macOS.

import CPseudoTerminal
import Foundation

let arguments = CommandLine.arguments
guard arguments.count >= 2, let runs = arguments.count > 2 ? Int(arguments[2]) : 15, runs > 0 else {
  FileHandle.standardError.write(Data("usage: StartUp PROGRAM [RUNS]\n".utf8))
  exit(2)
}

/// The seconds from the start of the program to its first prompt, and its peak memory in MB.
func measure(_ program: String) -> (seconds: Double, megabytes: Double?)? {
  // A terminal with colour, and a separate history.
  var environment = ProcessInfo.processInfo.environment
  environment["TERM"] = "xterm-256color"
  environment["ALEXNET_HISTORY"] = NSTemporaryDirectory() + "alexnet-start-up-history"
  var words: [UnsafeMutablePointer<CChar>?] = [strdup(program), nil]
  var variables = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
  defer { (words + variables).forEach { free($0) } }
  var terminal: Int32 = -1
  let start = ContinuousClock.now
  let process = pseudo_terminal_start(program, &words, &variables, 40, 80, &terminal)
  guard process > 0 else { return nil }
  defer {
    kill(process, SIGKILL)
    while pseudo_terminal_status(process, nil) == -1 { usleep(1000) }
    close(terminal)
  }
  var shown = ""
  var buffer = [UInt8](repeating: 0, count: 4096)
  while !shown.contains("]>") {
    let count = pseudo_terminal_read(terminal, &buffer, buffer.count, 10_000)
    guard count > 0 else { return nil }
    shown += String(decoding: buffer.prefix(count), as: UTF8.self)
  }
  let passed = start.duration(to: .now).components
  let status = try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
  let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
  let kilobytes = line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap {
    Double($0)
  }
  return (
    Double(passed.seconds) + Double(passed.attoseconds) * 1e-18, kilobytes.map { $0 / 1024 }
  )
}

let results = (0..<runs).compactMap { _ in measure(arguments[1]) }
guard results.count == runs else {
  FileHandle.standardError.write(Data("\(arguments[1]) showed no prompt\n".utf8))
  exit(1)
}
let seconds = results.map(\.seconds).sorted()[runs / 2]
let megabytes = results.compactMap(\.megabytes).sorted().last
let memory = megabytes.map { ", \"prompt_memory_mb\": \(($0 * 10).rounded() / 10)" } ?? ""
print("{\"runs\": \(runs), \"prompt_s\": \((seconds * 10_000).rounded() / 10_000)\(memory)}")
