import CLibrary

/// The program, such as `mpirun`, that started this process together with others.
struct Launcher {
  /// The number of this process among them, and how many there are, if the launcher says so.
  let rank: Int
  let size: Int?

  /// What the environment says; nil if no launcher started this process.
  init?(_ variable: (String) -> String?) {
    func number(_ name: String) -> Int? { variable(name).flatMap(Int.init) }
    // Open MPI; MPICH, Intel MPI and Slurm's pmi2; Slurm's pmix.
    guard
      let rank = number("OMPI_COMM_WORLD_RANK") ?? number("PMI_RANK") ?? number("PMIX_RANK")
    else { return nil }
    (self.rank, size) = (rank, number("OMPI_COMM_WORLD_SIZE") ?? number("PMI_SIZE"))
  }

  /// What this process's environment says.
  static var own: Launcher? { Launcher { getenv($0).map { String(cString: $0) } } }

  /// Whether there are other processes, as far as is known.
  var hasOthers: Bool { size.map { $0 > 1 } ?? true }
}
