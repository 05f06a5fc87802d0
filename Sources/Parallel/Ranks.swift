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
    state.withLock { $0.neighbours.map { max(1, coreCount / $0) } }
  }

  private struct State {
    var collective: any Collective = SingleProcess()
    var neighbours: Int?
    /// Standard error as it was, for the line that says why all processes end.
    var errors: Int32 = STDERR_FILENO
    var failure: String?
    var isAgreed = false
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
    let refusal = enter(arguments, version)
    // The end of one process may be the end of all, so the first must have printed it by then.
    if refusal != nil, launcher.rank > 0 { sleep(1) }
    return refusal.map { Refusal(message: $0.0, hint: $0.1, isFirst: launcher.rank == 0) }
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
      guard ranks.size > 1 else { return nil }
      let versions = ranks.gather([UInt8](version.utf8)).map { String(decoding: $0, as: UTF8.self) }
      if let other = versions.firstIndex(where: { $0 != versions[0] }) {
        return (
          "rank \(other) is alexnet \(versions[other]), rank 0 is \(versions[0])",
          "install the same version on every machine"
        )
      }
      state.withLock { state in
        (state.collective, state.neighbours) = (ranks, ranks.neighbours)
        guard ranks.rank > 0 else { return }
        state.errors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
        writeStreams(to: "/dev/null", O_WRONLY)
      }
      return nil
    #else
      return (
        "this program was built without MPI: mpirun would only start the same work several times",
        "build it with make build MPI=1"
      )
    #endif
  }

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
  package static func agree() {
    current.wait()
    state.withLock { $0.isAgreed = true }
  }

  /// Keeps the reason why this rank fails.
  package static func note(failure: String) { state.withLock { $0.failure = failure } }

  /// Leaves the other processes at the end of the program. A rank that failed alone ends all of them.
  package static func leave(_ status: Int32) {
    let (ranks, errors, failure, isAgreed) = state.withLock {
      ($0.collective, $0.errors, $0.failure, $0.isAgreed)
    }
    guard ranks.size > 1 else { return }
    if status != 0 && !isAgreed {
      if ranks.rank > 0 {
        // What stops every rank stops rank 0 too, which then says so and ends all: once is enough.
        usleep(5_000_000 + 20_000 * UInt32(min(ranks.rank, 100)))
        let line = "alexnet: rank \(ranks.rank): \(failure ?? "it failed")\n"
        _ = line.withCString { write(errors, $0, strlen($0)) }
      }
      ranks.abort(status)
    }
    #if MPI
      cmpi_end()
    #endif
  }
}
