import Foundation
import Synchronization
import TestSupport
import Testing

/// Runs the program on mutated inputs of every kind, each in a separate process. Whatever the
/// input, the program must end by itself with a documented exit code, within a minute and with less
/// than 2 GB of memory. The first input of each kind is valid and must be accepted.
///
/// The same number and seed give the same input. Environment variables:
/// - `ALEXNET_FUZZ`: the number of inputs (`make fuzz`: 5,000).
/// - `ALEXNET_FUZZ_SEED`: the seed (1).
/// - `ALEXNET_FUZZ_ONLY`: the number of a single input to run.
/// - `ALEXNET_FUZZ_PROGRAM`: the program to run instead of the one built with the tests.
struct ProgramFuzzTests {
  private struct Tally {
    var inputs: [FuzzInput.Kind: Int] = [:]
    var refused: [FuzzInput.Kind: Int] = [:]
    var memory = (bytes: 0, input: "")
    var seconds = (time: 0.0, input: "")
    var faults: [String] = []
  }

  private static func variable(_ name: String) -> String? {
    ProcessInfo.processInfo.environment[name].flatMap { $0.isEmpty ? nil : $0 }
  }

  @Test func mutatedInputs() throws {
    let kinds = FuzzInput.Kind.allCases
    let usual = kinds.count * (isOptimized ? 12 : 3)
    let count = Self.variable("ALEXNET_FUZZ").flatMap(Int.init) ?? usual
    let seed = Self.variable("ALEXNET_FUZZ_SEED").flatMap(UInt64.init) ?? 1
    let only = Self.variable("ALEXNET_FUZZ_ONLY").flatMap(Int.init)
    let program = try Self.variable("ALEXNET_FUZZ_PROGRAM") ?? BuiltProducts.path("alexnet")
    let place = try TrainingPlace()
    let seeds = try FuzzSeeds(in: place, program: program)
    let runner = FuzzRunner(program: program)
    let folders = try TemporaryFolder()
    let root = folders.path
    let numbers = only.map { [$0] } ?? Array(0..<count)
    let tally = Mutex(Tally())
    let start = ContinuousClock.now
    DispatchQueue.concurrentPerform(iterations: numbers.count) { index in
      let number = numbers[index]
      let input = seeds.input(number, seed: seed)
      let name = "\(input.kind.rawValue)-\(number)"
      let folder = "\(root)/\(name)"
      do {
        let made = try seeds.prepare(input, in: folder)
        defer { FuzzTree.remove(made) }
        let outcome =
          input.kind == .history
          ? try Self.prompt(program, in: folder) : try runner.run(input, in: folder)
        let fault = outcome.fault(memoryOfTests: FuzzRunner.memoryOfTests)
        tally.withLock { tally in
          tally.inputs[input.kind, default: 0] += 1
          if outcome.status != 0 { tally.refused[input.kind, default: 0] += 1 }
          if outcome.status != 0, number < kinds.count {
            tally.faults.append("\(name) is refused, though nothing in it was changed")
          }
          if outcome.memory > tally.memory.bytes { tally.memory = (outcome.memory, name) }
          if outcome.seconds > tally.seconds.time { tally.seconds = (outcome.seconds, name) }
        }
        if let fault {
          let kept = try Self.keep(folder, name: "\(name)-seed\(seed)")
          let words = input.arguments.joined(separator: " ")
          tally.withLock { $0.faults.append("\(fault): alexnet \(words) in \(kept)") }
        }
      } catch {
        tally.withLock { $0.faults.append("\(name): \(error)") }
      }
      try? FileManager.default.removeItem(atPath: folder)
    }
    withExtendedLifetime((place, folders)) {}
    let result = tally.withLock { $0 }
    for fault in result.faults { Issue.record("\(fault)") }
    if count > usual || only != nil { Self.print(result, since: start) }
    // Mutations that are always rejected, or always accepted, would test little.
    guard count >= 12 * kinds.count, only == nil else { return }
    for kind in kinds {
      let (inputs, refused) = (result.inputs[kind] ?? 0, result.refused[kind] ?? 0)
      #expect(inputs > refused, "all of \(inputs) inputs of \(kind) were refused")
      // Any text is a valid history, and damaged progress is renamed.
      #expect(
        refused > 0 || kind == .history || kind == .progress,
        "of \(inputs) inputs of \(kind) none was refused")
    }
  }

  /// Opens the prompt with a mutated history file: goes back a few lines, searches, and leaves.
  private static func prompt(_ program: String, in folder: String) throws -> FuzzRunner.Outcome {
    let start = ContinuousClock.now
    let terminal = try PseudoTerminal(
      program: program,
      environment: [
        "HOME": folder, "TERM": "xterm", "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin",
        "ALEXNET_HISTORY": folder + "/history", "ALEXNET_PROGRESS": "",
        "SWIFT_BACKTRACE": "enable=no",
      ])
    try terminal.expect("[1]> ", timeout: .seconds(FuzzRunner.limit))
    try terminal.waitUntilRaw()
    for keys in ["\u{1B}[A\u{1B}[A\u{1B}[A\u{1B}[B", "\u{12}o\u{12}", "\u{7}\u{1}\u{B}"] {
      try terminal.send(keys)
    }
    try terminal.send("\u{3}")
    // Input typed before the next prompt is discarded with the interrupted line.
    try terminal.expect("^C\r\n[1]> ", timeout: .seconds(FuzzRunner.limit))
    try terminal.waitUntilRaw()
    try terminal.send("quit\r")
    let status = try terminal.waitForExit()
    return FuzzRunner.Outcome(
      status: status, memory: terminal.memory, seconds: start.duration(to: .now) / .seconds(1))
  }

  /// Copies a folder to a place that outlives the tests.
  private static func keep(_ folder: String, name: String) throws -> String {
    let kept = FileManager.default.temporaryDirectory.path + "/alexnet-fuzz-" + name
    try? FileManager.default.removeItem(atPath: kept)
    try FileManager.default.copyItem(atPath: folder, toPath: kept)
    return kept
  }

  private static func print(_ tally: Tally, since start: ContinuousClock.Instant) {
    let seconds = start.duration(to: .now).components.seconds
    let kinds = FuzzInput.Kind.allCases.map {
      "\($0.rawValue) \(tally.inputs[$0] ?? 0) (\(tally.refused[$0] ?? 0) refused)"
    }
    Swift.print(
      """
      fuzz: \(tally.inputs.values.reduce(0, +)) inputs in \(seconds) s, \(tally.faults.count) faults
      fuzz: \(kinds.joined(separator: ", "))
      fuzz: most memory \(tally.memory.bytes >> 20) MiB (\(tally.memory.input)), \
      longest \(tally.seconds.time) s (\(tally.seconds.input))
      """)
  }
}
