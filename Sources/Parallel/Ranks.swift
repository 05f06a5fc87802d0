#if MPI
  import CMPI
#endif
import Basics
import CLibrary
import Synchronization

/// This process's place among those that `mpirun` started, and its standard streams: only rank 0 is
/// heard, the others write to a log.
package enum Ranks {
  /// The ranks that this process is one of; one process, unless `join` found others.
  package static var current: any Collective { state.withLock { $0.collective } }

  /// The threads that each rank on this machine should use; nil for one process, which takes all cores.
  package static var threads: Int? {
    state.withLock { $0.neighbours.map { max(1, coreCount / $0.size) } }
  }

  /// Whether this program can be one of several processes.
  package static var isPossible: Bool {
    #if MPI
      true
    #else
      false
    #endif
  }

  private struct State {
    var collective: any Collective = SingleProcess()
    /// The ranks of this machine; nil for one process.
    var neighbours: Neighbours?
    var watch: Watch?
    var failure: String?
    /// Whether this rank says why all end.
    var isSpeaker = false
  }

  private static let state = Mutex(State())

  /// Joins the other processes, if there are any. Call it before anything else.
  ///
  /// - Parameters:
  ///   - arguments: the program's.
  ///   - version: the program's.
  /// - Returns: why the program can't go on; nil if it can. Of several processes only the first should
  ///   print it.
  package static func join(_ arguments: [String], version: String) -> Refusal? {
    guard let launcher = Launcher.own, launcher.hasOthers else { return nil }
    return enter(arguments, version).map {
      Refusal(message: $0.0, hint: $0.1, isFirst: launcher.rank == 0)
    }
  }

  /// Why the program can't run as one of several.
  package struct Refusal {
    /// Why.
    package let message: String
    /// What to do instead.
    package let hint: String
    /// Whether this process prints it.
    package let isFirst: Bool
  }

  private static func enter(_ arguments: [String], _ version: String) -> (String, String)? {
    #if MPI
      guard arguments.contains("train") else {
        return ("only train can share its work among processes", "run this without mpirun")
      }
      guard let ranks = MPICollective() else { return ("MPI can't start", "try mpirun hostname") }
      watch(ranks)
      guard ranks.isOrderly else {
        return (
          "the machines have different numbers of ranks, or not 1, 2, 4, 8, … each",
          "mpirun -npernode 4 starts four on each"
        )
      }
      let versions = ranks.gather([UInt8](version.utf8)).map { String(decoding: $0, as: UTF8.self) }
      guard let other = versions.firstIndex(where: { $0 != versions[0] }) else { return nil }
      return (
        "rank \(other) is alexnet \(versions[other]), rank 0 is \(versions[0])",
        "install the same version on every machine"
      )
    #else
      return (
        "this program was built without MPI: mpirun would only start the same work several times",
        "build it with make build MPI=1"
      )
    #endif
  }

  #if MPI
    /// Watches the other ranks of the machine, and silences this one unless it's the first.
    private static func watch(_ ranks: MPICollective) {
      // As it is now, for the line that says why all end.
      let errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
      if ranks.rank > 0 { writeStreams(to: "/dev/null", O_WRONLY) }
      let watch = Watch(
        ranks.neighbours, first: ranks.rank - ranks.neighbours.rank, errors: errors)
      watch.start()
      state.withLock {
        ($0.collective, $0.neighbours, $0.watch) = (ranks, ranks.neighbours, watch)
      }
    }
  #endif

  /// Sends what this rank prints from here on to `rank-1.log` in a run's folder; rank 0 prints as usual.
  package static func log(in folder: String) {
    let rank = current.rank
    if rank > 0 { writeStreams(to: "\(folder)/rank-\(rank).log", O_WRONLY | O_CREAT | O_APPEND) }
  }

  /// Redirects standard output and standard error. If the file can't be opened, they stay as they are.
  private static func writeStreams(to path: String, _ flags: Int32) {
    let file = open(path, flags, 0o666)
    guard file >= 0 else { return }
    dup2(file, STDOUT_FILENO)
    dup2(file, STDERR_FILENO)
    if file > STDERR_FILENO { close(file) }
  }

  /// Waits until every rank has finished its work, or has stopped it together with the others.
  package static func agree() { current.wait() }

  /// Keeps the reason why this rank fails. Call it before printing the reason.
  package static func note(failure: String) {
    let isSilent = state.withLock { state in
      state.failure = failure
      guard let neighbours = state.neighbours, state.collective.isFirst else { return false }
      state.isSpeaker = state.isSpeaker || neighbours.speak()
      return !state.isSpeaker
    }
    // The watch has begun to say why all end, so nothing more should be said.
    if isSilent { sleepForever() }
  }

  /// Leaves the other processes at the end of the program. A rank that fails ends all of them.
  package static func leave(_ status: Int32) {
    let (neighbours, watch, failure) = state.withLock { ($0.neighbours, $0.watch, $0.failure) }
    guard let neighbours, let watch else { return }
    guard status != 0 else {
      watch.finish()
      #if MPI
        cmpi_end()
      #endif
      return
    }
    neighbours.fail(failure ?? "it failed with exit code \(status)")
    // The first rank has said why. Another waits until the watch of some rank has, and ends it: mpirun
    // kills all once one of them has ended.
    guard current.isFirst else { sleepForever() }
    _ = neighbours.speak()
    _exit(status)
  }

  private static func sleepForever() -> Never { while true { sleep(60) } }
}
