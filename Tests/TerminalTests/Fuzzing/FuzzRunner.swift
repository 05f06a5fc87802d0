import Foundation

/// Runs the program on one input and says what became of it.
struct FuzzRunner {
  /// The program's end.
  struct Outcome {
    /// The exit code; 128 plus the signal's number where one ended it.
    var status: Int32
    /// Whether it was ended for taking too long.
    var hangs = false
    /// The most memory that it took, in bytes.
    var memory = 0
    var seconds = 0.0

    /// What is wrong with the end; nil for an exit as the program documents it.
    func fault(memoryOfTests: Int) -> String? {
      if hangs { return "no end within \(Int(FuzzRunner.limit)) s" }
      if status > 128 { return "signal \(status - 128)" }
      if !(0...2).contains(status) { return "exit code \(status)" }
      // A process that replaces another inherits its peak, so the tests' own cannot be told apart.
      if memory > max(FuzzRunner.mostMemory, memoryOfTests) {
        return "\(memory >> 20) MiB of memory"
      }
      return nil
    }
  }

  /// The most memory that an input may take: 2 GB.
  static let mostMemory = 2_000_000_000
  /// The seconds that an input may take.
  #if DEBUG
    static let limit = 300.0
  #else
    static let limit = 60.0
  #endif
  /// The address space that the program gets, in KiB: what runs away fails instead of filling the
  /// machine's memory.
  private static let addressSpace = 4 << 20

  let program: String

  /// Runs the program in a folder, with `stdin` there as its standard input.
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

  /// The most memory that the tests themselves have taken. (0 is RUSAGE_SELF, whose type differs.)
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
