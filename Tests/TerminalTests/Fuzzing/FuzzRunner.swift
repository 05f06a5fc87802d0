import Foundation

/// Runs the program on one input and reports the outcome.
struct FuzzRunner {
  /// How the program ended.
  struct Outcome {
    /// The exit code, or 128 plus the signal's number if a signal ended the program.
    var status: Int32
    /// Whether it was killed because it took too long.
    var hangs = false
    /// The peak memory in bytes.
    var memory = 0
    var seconds = 0.0

    /// What is wrong with the outcome; nil for a documented exit code.
    func fault(memoryOfTests: Int) -> String? {
      if hangs { return "no end within \(Int(FuzzRunner.limit)) s" }
      if status > 128 { return "signal \(status - 128)" }
      if !(0...2).contains(status) { return "exit code \(status)" }
      // A process inherits the peak of the process it replaces, so peaks up to that of the tests
      // are ignored.
      if memory > max(FuzzRunner.mostMemory, memoryOfTests) {
        return "\(memory >> 20) MiB of memory"
      }
      return nil
    }
  }

  /// The largest memory that an input may use: 2 GB.
  static let mostMemory = 2_000_000_000
  /// The largest time that an input may take, in seconds.
  #if DEBUG
    static let limit = 300.0
  #else
    static let limit = 60.0
  #endif
  /// The program's address space in KiB, so that runaway allocations fail instead of filling the
  /// machine's memory.
  private static let addressSpace = 4 << 20

  let program: String

  /// Runs the program in a folder, with the file `stdin` in it as standard input.
  func run(_ input: FuzzInput, in folder: String) throws -> Outcome {
    let words = [
      "/bin/sh", "-c",
      "cd \"$HOME\" && ulimit -v \(Self.addressSpace) && exec \"$0\" \"$@\" <stdin >stdout 2>stderr",
      program,
    ]
    let variables = [
      "HOME=\(folder)", "TERM=dumb", "LANG=C.UTF-8", "PATH=/usr/bin:/bin", "ALEXNET_HISTORY=",
      "ALEXNET_PROGRESS=\(input.usesProgress ? folder + "/progress.json" : "")",
      "OMP_NUM_THREADS=2", "SWIFT_BACKTRACE=enable=no",
    ]
    var arguments = (words + input.arguments).map { strdup($0) } + [nil]
    var environment = variables.map { strdup($0) } + [nil]
    defer { (arguments + environment).forEach { free($0) } }
    var process: pid_t = 0
    let start = ContinuousClock.now
    let code = posix_spawn(&process, words[0], nil, nil, &arguments, &environment)
    guard code == 0 else {
      throw ProgramProcess.Failure(description: "sh could not be started: \(code)")
    }
    var outcome = Outcome(status: 0)
    var (raw, usage): (Int32, rusage) = (0, rusage())
    while wait4(process, &raw, WNOHANG, &usage) == 0 {
      if !outcome.hangs, start.duration(to: .now) > .seconds(Self.limit) {
        outcome.hangs = true
        kill(process, SIGKILL)
      }
      usleep(2_000)
    }
    outcome.seconds = start.duration(to: .now) / .seconds(1)
    outcome.status = raw & 0x7F == 0 ? (raw >> 8) & 0xFF : 128 + (raw & 0x7F)
    outcome.memory = Self.bytes(usage.ru_maxrss)
    return outcome
  }

  /// The peak memory of the tests themselves. (0 is RUSAGE_SELF, whose type differs between
  /// systems.)
  static var memoryOfTests: Int {
    var usage = rusage()
    getrusage(0, &usage)
    return bytes(usage.ru_maxrss)
  }

  private static func bytes(_ peak: Int) -> Int {
    #if canImport(Darwin)
      return peak
    #else
      return peak << 10
    #endif
  }
}
